/**
 * Services that are reached by others, or lead to others, than was probably meant.
 */
import { type Address, addressSets, sameAddress } from "../../models/base/address.ts";
import { type Cluster, podId, type Pod, type Service } from "../../models/kubernetes/cluster.ts";
import { parseLenientAddress, formatAddress } from "../base/ip.ts";
import type { Located, ServiceResource } from "../manifest/resources.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import type { PodIndex } from "./pod-index.ts";
import type { ResourceIndex } from "./resource-index.ts";
import type { BuiltService } from "./services.ts";
import { counted, enumerate, objectId, type Sink } from "./sink.ts";

/** What services are looked at with. */
export interface ExposureContext {
  readonly index: ResourceIndex;
  readonly pods: PodIndex;
  readonly cluster: Pick<Cluster, "nodes" | "podCidrs" | "serviceCidrs">;
  /** Services about which nothing can be said, because pods may be missing from the input. */
  readonly unclear: ReadonlySet<Service>;
  /** The nodes of which the addresses are assumed. */
  readonly assumedNodes: ReadonlySet<string>;
}

/**
 * Warns of services with several workloads behind them, policies Local that drop, source ranges and session
 * affinity that do not hold, external addresses, and aliases and endpoints that lead nowhere.
 */
export function lintExposure(
  services: readonly BuiltService[],
  context: ExposureContext,
  sink: Sink,
): void {
  for (const built of services) {
    lintSourceRanges(built.resource, sink);
    lintAffinity(built.resource, sink);
    for (const address of built.resource.externalIPs) {
      lintExternalAddress(built.resource, address, context, sink);
    }
    const { selector, namespace } = built.service;
    if (selector === undefined || context.unclear.has(built.service)) continue;
    const pods = context.pods.withLabels(namespace, selector);
    lintWorkloadsBehind(built, pods, sink);
    lintLocal(built.resource, pods, context, sink);
  }
  for (const resource of context.index.services) lintExternalName(resource, sink);
  lintEndpoints(context.index, sink);
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/ (v1.34; S3.2) */
function lintWorkloadsBehind({ resource }: BuiltService, pods: readonly Pod[], sink: Sink): void {
  const workloads = new Map(
    pods.map((pod) => [`${pod.workload.kind}/${pod.workload.name}`, pod.origin]),
  );
  const [first] = resource.selector.values();
  // Bare pods of one kind are a workload made by hand.
  const made = [...workloads].filter(([name]) => !name.startsWith("Pod/"));
  const [one, two] = made;
  if (one === undefined || two === undefined) return;
  sink.diagnostics.push({
    code: "NQ2061",
    severity: "note",
    message: `the selector of ${objectId(resource.meta)} selects pods of ${counted(made.length, "workload")}: ${enumerate(made.map(([name]) => name))}`,
    at: first?.at ?? resource.meta.at,
    related: [
      { message: one[0], at: one[1] },
      { message: two[0], at: two[1] },
    ],
  });
}

/**
 * Only where Nodes are given: how many there are is assumed otherwise. A load balancer asks nodes whether
 * they have a pod.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-policies (v1.34; S3.30, S3.31)
 */
function lintLocal(
  resource: ServiceResource,
  pods: readonly Pod[],
  { index, cluster: { nodes } }: ExposureContext,
  sink: Sink,
): void {
  const { internalTrafficPolicy, externalTrafficPolicy, type } = resource;
  const byWorkload = new Map<string, number>();
  for (const { workload } of pods) {
    const key = `${workload.kind}/${workload.name}`;
    byWorkload.set(key, (byWorkload.get(key) ?? 0) + 1);
  }
  const cut = [...byWorkload.values()].some((count) => count >= CLUSTER_LIMITS.replicasMax);
  const reached = new Set(pods.map((pod) => podId(pod))).size;
  if (index.nodes.length === 0 || cut || reached === 0 || reached >= nodes.length) return;
  const nodePort = type?.value === "NodePort" ? externalTrafficPolicy : undefined;
  for (const [policy, clients] of [
    [internalTrafficPolicy, "connections of pods"],
    [nodePort, "connections to node ports"],
  ] as const) {
    if (policy?.value !== "Local") continue;
    sink.diagnostics.push({
      code: "NQ2062",
      severity: "warning",
      message: `with policy Local ${objectId(resource.meta)} should have a pod on each of the ${counted(nodes.length, "node")}; found ${counted(reached, "pod")}: ${clients} on the other nodes are dropped (mode ipvs: led to other nodes)`,
      at: policy.at,
    });
  }
}

/** @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (S3.10) */
function lintSourceRanges(resource: ServiceResource, sink: Sink): void {
  const [range] = resource.loadBalancerSourceRanges;
  const stated = resource.ports.find((port) => port.nodePort !== undefined)?.nodePort;
  const open = resource.allocateLoadBalancerNodePorts !== false || stated !== undefined;
  const all = resource.loadBalancerSourceRanges.some(({ value }) => value.length === 0);
  if (range === undefined || all || resource.type?.value !== "LoadBalancer" || !open) return;
  const which =
    stated === undefined ? "a node port is allocated" : `it has node port ${String(stated.value)}`;
  sink.diagnostics.push({
    code: "NQ2063",
    severity: "warning",
    message: `loadBalancerSourceRanges of ${objectId(resource.meta)} hold at the load balancer only, and ${which}, where every source is let in`,
    at: range.at,
    ...(stated === undefined ? {} : { related: [{ message: "the node port", at: stated.at }] }),
  });
}

/** @source https://kubernetes.io/docs/reference/networking/virtual-ips/#session-affinity (v1.34; S3.28) */
function lintAffinity(
  { meta, type, sessionAffinity, externalTrafficPolicy }: ServiceResource,
  sink: Sink,
): void {
  const isPublished = type?.value === "NodePort" || type?.value === "LoadBalancer";
  if (sessionAffinity?.value !== "ClientIP" || !isPublished) return;
  if (externalTrafficPolicy?.value === "Local") return;
  sink.diagnostics.push({
    code: "NQ2067",
    severity: "note",
    message: `session affinity of ${objectId(meta)} is kept by each node for itself: a client from outside that comes in by another node may get another pod`,
    at: sessionAffinity.at,
  });
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#external-ips (v1.34; S3.12) */
function lintExternalAddress(
  resource: ServiceResource,
  address: Located<Address>,
  { cluster, assumedNodes }: ExposureContext,
  sink: Sink,
): void {
  const node = cluster.nodes.find(
    ({ name, addresses }) =>
      !assumedNodes.has(name) && addresses.some((own) => sameAddress(own, address.value)),
  );
  const within = (blocks: Cluster["podCidrs"]): boolean =>
    addressSets.contains(addressSets.ofPrefixes(blocks), address.value);
  const whose =
    node !== undefined
      ? `the address of node ${node.name}`
      : within(cluster.podCidrs)
        ? "an address of the pod block"
        : within(cluster.serviceCidrs)
          ? "an address of the service block"
          : undefined;
  const text = formatAddress(address.value);
  sink.diagnostics.push(
    whose === undefined
      ? {
          code: "NQ2064",
          severity: "note",
          message: `${objectId(resource.meta)} takes all connections to ${text} on every node, also those of pods to whoever has it outside`,
          at: address.at,
        }
      : {
          code: "NQ2065",
          severity: "warning",
          message: `an external address of ${objectId(resource.meta)} should be nobody's in the cluster; found ${text}, ${whose}`,
          at: address.at,
        },
  );
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#externalname (v1.34; S5.7) */
function lintExternalName({ type, externalName, meta }: ServiceResource, sink: Sink): void {
  if (type?.value !== "ExternalName" || externalName === undefined) return;
  if (parseLenientAddress(externalName.value) === undefined) return;
  sink.diagnostics.push({
    code: "NQ2066",
    severity: "warning",
    message: `externalName of ${objectId(meta)} must be a name in DNS; found the address ${externalName.value}, which nothing resolves`,
    at: externalName.at,
  });
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors (v1.34; S3.25) */
function lintEndpoints({ endpoints, services }: ResourceIndex, sink: Sink): void {
  const owners = new Map(
    services.flatMap((service) =>
      service.clusterIPs.map((address) => [formatAddress(address.value), service] as const),
    ),
  );
  for (const { meta, slices } of endpoints) {
    for (const { address } of slices.flatMap((slice) => slice.endpoints)) {
      const text = formatAddress(address.value);
      const owner = owners.get(text);
      if (owner === undefined) continue;
      sink.diagnostics.push({
        code: "NQ2046",
        severity: "warning",
        message: `an endpoint of ${objectId(meta)} must be no service; found ${text}, the cluster address of ${objectId(owner.meta)}`,
        at: address.at,
        related: [{ message: "the service", at: owner.meta.at }],
      });
    }
  }
}
