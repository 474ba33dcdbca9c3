/**
 * Clusters in few words, for unit tests.
 */
import type { Address, Prefix } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { Cluster, Container, Pod, Service } from "../../models/kubernetes/cluster.ts";
import { present } from "../../src/base/assert.ts";
import { parseAddress, parsePrefix } from "../../src/base/ip.ts";

/** A position in no file in particular. */
export const SOMEWHERE: Origin = { file: "test.yaml", line: 1, column: 1, path: "" };

/** The address that `text` writes. */
export function address(text: string): Address {
  return present(parseAddress(text), `${text} is no address`);
}

/** The block that `text` writes. */
export function prefix(text: string): Prefix {
  return present(parsePrefix(text)?.prefix, `${text} is no block`);
}

/** A pod `namespace/name` on node n1 with one container, which declares `ports` by name. */
export function pod(
  id: string,
  addresses: readonly string[],
  options: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly kind?: string;
    readonly workload?: string;
    readonly hostNetwork?: boolean;
    readonly ports?: Readonly<Record<string, number>>;
  } = {},
): Pod {
  const [namespace = "", name = ""] = id.split("/");
  const container: Container = {
    name: "main",
    kind: "regular",
    ports: Object.entries(options.ports ?? {}).map(([portName, number]) => ({
      name: portName,
      protocol: "TCP",
      number,
      origin: SOMEWHERE,
    })),
    origin: SOMEWHERE,
  };
  return {
    namespace,
    name,
    workload: { namespace, kind: options.kind ?? "Pod", name: options.workload ?? name },
    labels: new Map(Object.entries(options.labels ?? {})),
    node: "n1",
    hostNetwork: options.hostNetwork ?? false,
    addresses: addresses.map(address),
    containers: [container],
    ready: true,
    terminating: false,
    origin: SOMEWHERE,
  };
}

/** A service `namespace/name` with TCP ports by name, each leading to the same number. */
export function service(
  id: string,
  addresses: readonly string[],
  ports: Readonly<Record<string, number>>,
): Service {
  const [namespace = "", name = ""] = id.split("/");
  return {
    namespace,
    name,
    addresses: addresses.map(address),
    selector: new Map([["app", name]]),
    publishNotReadyAddresses: false,
    ports: Object.entries(ports).map(([portName, port]) => ({
      name: portName,
      protocol: "TCP",
      port,
      target: port,
      origin: SOMEWHERE,
    })),
    slices: [],
    origin: SOMEWHERE,
  };
}

/** One node n1 with 172.18.0.2, the namespaces of the pods with the given labels, and these pods and services. */
export function smallCluster(
  pods: readonly Pod[],
  services: readonly Service[] = [],
  namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Cluster {
  const names = [...new Set([...pods.map((p) => p.namespace), ...Object.keys(namespaceLabels)])];
  return {
    namespaces: names.sort().map((name) => ({
      name,
      labels: new Map([
        ["kubernetes.io/metadata.name", name],
        ...Object.entries(namespaceLabels[name] ?? {}),
      ]),
    })),
    nodes: [
      {
        name: "n1",
        labels: new Map(),
        addresses: [address("172.18.0.2")],
        podCidrs: [prefix("10.244.0.0/24")],
      },
    ],
    pods,
    services,
    policies: [],
    frontends: [],
    podCidrs: [prefix("10.244.0.0/16")],
    serviceCidrs: [prefix("10.96.0.0/12")],
  };
}
