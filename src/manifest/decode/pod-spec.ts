/**
 * The spec of a pod, in a Pod or in the template of a workload.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec (v1.34)
 */
import { booleanAt, field, filledAt, type MapCursor, report, originOf } from "../cursor.ts";
import type { ContainerPortSpec, ContainerSpec, PodSpec } from "../resources.ts";
import { decodeContainers } from "./container.ts";
import { allowFields, labelsAt } from "./fields.ts";
import { decodePodNames } from "./pod-names.ts";
import { decodeMounts } from "./volumes.ts";

const POD_SPEC_FIELDS = new Set([
  "activeDeadlineSeconds",
  "affinity",
  "automountServiceAccountToken",
  "containers",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "ephemeralContainers",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostUsers",
  "hostname",
  "hostnameOverride",
  "imagePullSecrets",
  "initContainers",
  "nodeName",
  "nodeSelector",
  "os",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "resourceClaims",
  "resources",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "schedulingGates",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "setHostnameAsFQDN",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "tolerations",
  "topologySpreadConstraints",
  "volumes",
]);

/** The pod spec that `spec` is. `bare`: of a Pod itself, where host ports are already defaulted (S1.8). */
export function decodePodSpec(spec: MapCursor, bare: boolean): PodSpec {
  allowFields(spec, POD_SPEC_FIELDS, "warning");
  const nodeName = filledAt(spec, "nodeName");
  const nodeSelector = field(spec, "nodeSelector") && labelsAt(spec, "nodeSelector");
  const hostNetwork = booleanAt(spec, "hostNetwork");
  const names = decodePodNames(spec);
  const containers = decodeContainers(spec);
  const mounts = decodeMounts(spec);
  const onHost = hostNetwork?.value === true;
  if (onHost) checkHostNetworkPorts(spec, containers);
  checkHostPorts(spec, containers, onHost && bare);
  return {
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    constrained: ["affinity", "tolerations", "topologySpreadConstraints"].some((key) =>
      isFilled(spec, key),
    ),
    hostNetwork,
    ...(names === undefined ? {} : { names }),
    containers,
    ...(mounts.length === 0 ? {} : { mounts }),
    at: originOf(spec),
  };
}

function isFilled(map: MapCursor, key: string): boolean {
  const node = field(map, key)?.node;
  if (node?.kind === "map") return node.entries.size > 0;
  return node?.kind === "list" && node.items.length > 0;
}

/** On the host's network a host port is the container port (S1.9). */
function checkHostNetworkPorts(spec: MapCursor, containers: readonly ContainerSpec[]): void {
  for (const { containerPort, hostPort } of containers.flatMap((c) => c.ports)) {
    if (hostPort === undefined || hostPort.value === containerPort.value) continue;
    const expected = `expected the containerPort ${String(containerPort.value)}`;
    spec.scope.diagnostics.push({
      code: "NQ1036",
      severity: "error",
      message: `${hostPort.at.path}: with hostNetwork the hostPort is the port itself: ${expected}, found ${String(hostPort.value)}`,
      at: hostPort.at,
    });
  }
}

/** No two ports of regular containers take the same host port; each init container is alone (S1.6). */
function checkHostPorts(
  spec: MapCursor,
  containers: readonly ContainerSpec[],
  defaulted: boolean,
): void {
  const groups = [
    containers.filter((c) => !c.init).flatMap((c) => c.ports),
    ...containers.filter((c) => c.init).map((c) => c.ports),
  ];
  for (const group of groups) reportSharedHostPorts(spec, group, defaulted);
}

function reportSharedHostPorts(
  spec: MapCursor,
  ports: readonly ContainerPortSpec[],
  defaulted: boolean,
): void {
  const taken = new Map<string, ContainerPortSpec>();
  for (const port of ports) {
    const hostPort = port.hostPort ?? (defaulted ? port.containerPort : undefined);
    if (hostPort === undefined) continue;
    const protocol = port.protocol?.value ?? "TCP";
    const key = `${protocol}/${port.hostIP?.value ?? ""}/${String(hostPort.value)}`;
    const first = taken.get(key);
    if (first !== undefined) {
      report(
        spec,
        "NQ1031",
        `the host port ${String(hostPort.value)}/${protocol} is taken twice in one pod`,
        {
          related: [
            { message: "first here", at: (first.hostPort ?? first.containerPort).at },
            { message: "and here", at: hostPort.at },
          ],
        },
      );
    }
    taken.set(key, port);
  }
}
