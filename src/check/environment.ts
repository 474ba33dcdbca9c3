/**
 * Which variables the containers of a workload get from services.
 */
import type { Address } from "../../models/base/address.ts";
import type { Cluster, Pod, Service } from "../../models/kubernetes/cluster.ts";
import { podId } from "../../models/kubernetes/cluster.ts";
import {
  type EnvironmentEntry,
  environment,
  linkedServices,
} from "../../models/kubernetes/environment.ts";
import type { EndpointSet } from "../intent/endpoint-set.ts";
import { groupBy } from "../base/group-by.ts";
import { podName, workloadId } from "./naming.ts";

/** The variables of one container. */
export interface ContainerEnvironment {
  /** `shop/Deployment/web`, or `shop/Pod/web-1` where the pods of the workload differ. */
  readonly owner: string;
  readonly container: string;
  readonly entries: readonly EnvironmentEntry[];
}

/** What services tell each container of the pods of `set`. Pods of one template are told the same. */
export function environmentsOf(
  cluster: Cluster,
  set: EndpointSet,
): readonly ContainerEnvironment[] {
  const apiServer = cluster.services.find(isApiServer) ?? assumedApiServer(cluster);
  const pods = cluster.pods.filter((pod) => set.pods.has(podId(pod)));
  const templates = [...groupBy(pods, templateOf).values()];
  const owners = groupBy(templates, ([first]) => (first === undefined ? "" : workloadId(first)));
  return templates.flatMap(([pod]): readonly ContainerEnvironment[] => {
    if (pod === undefined) return [];
    const workload = workloadId(pod);
    const owner = (owners.get(workload)?.length ?? 0) > 1 ? podName(pod) : workload;
    const services = linkedServices(cluster, pod, apiServer);
    return pod.containers.map((container) => ({
      owner,
      container: container.name,
      entries: environment(container, services),
    }));
  });
}

function isApiServer({ namespace, name }: Service): boolean {
  return namespace === "default" && name === "kubernetes";
}

/** Pods whose containers stand in the same lines are alike. */
function templateOf(pod: Pod): string {
  const lines = pod.containers.map(({ origin: { file, line, column } }) =>
    [file, line, column].join(":"),
  );
  return [workloadId(pod), ...lines].join(" ");
}

/**
 * The API server's service at the first address of the service block; undefined where that is taken.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.35)
 */
function assumedApiServer(cluster: Cluster): Service | undefined {
  const [block] = cluster.serviceCidrs;
  if (block === undefined) return undefined;
  const address: Address = { family: block.family, bits: block.bits + 1n };
  const origin = { file: "<assumed>", line: 1, column: 1, path: "" };
  const taken = cluster.services.some((service) =>
    service.addresses.some((a) => a.family === address.family && a.bits === address.bits),
  );
  if (taken) return undefined;
  return {
    namespace: "default",
    name: "kubernetes",
    addresses: [address],
    publishNotReadyAddresses: false,
    ports: [{ name: "https", protocol: "TCP", port: 443, target: 6443, origin }],
    slices: [],
    origin,
  };
}
