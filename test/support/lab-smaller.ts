/**
 * Clusters with something less, for a case of law A6 that is made smaller.
 */
import {
  type Cluster,
  type Node,
  type Pod,
  type Service,
  nodeEndpoint,
  podEndpoint,
} from "../../models/kubernetes/cluster.ts";
import type { NetworkPolicy, PolicyRule } from "../../models/kubernetes/policy.ts";
import type { LabCase } from "./lab-cases.ts";

/** The clusters of `one` without one of their parts each; those that leave out most come first. */
export function smallerClusters({ cluster, connections }: LabCase): readonly Cluster[] {
  const senders = connections.map(({ from }) => from);
  const isNeeded = (pod: Pod): boolean => senders.includes(podEndpoint(pod));
  const isUsed = (node: Node): boolean =>
    senders.includes(nodeEndpoint(node)) || cluster.pods.some((pod) => pod.node === node.name);
  return [
    ...emptied(cluster, "policies", () => false),
    ...emptied(cluster, "services", () => false),
    ...emptied(cluster, "pods", isNeeded),
    ...cluster.policies.map((_, i) => ({ ...cluster, policies: cluster.policies.toSpliced(i, 1) })),
    ...cluster.services.map((_, i) => ({ ...cluster, services: cluster.services.toSpliced(i, 1) })),
    ...cluster.pods.flatMap((pod, i) =>
      isNeeded(pod) ? [] : [{ ...cluster, pods: cluster.pods.toSpliced(i, 1) }],
    ),
    ...cluster.nodes.flatMap((node, i) =>
      cluster.nodes.length === 1 || isUsed(node)
        ? []
        : [{ ...cluster, nodes: cluster.nodes.toSpliced(i, 1) }],
    ),
    ...unusedNamespaces(cluster),
    ...replacing(cluster, "policies", smallerPolicies),
    ...replacing(cluster, "services", smallerServices),
    ...replacing(cluster, "pods", smallerPods),
    ...replacing(cluster, "nodes", smallerNodes),
  ];
}

type Parts = "policies" | "services" | "pods" | "nodes";

/** Without all of `parts` that are not `kept`, where these are several. */
function emptied<P extends Parts>(
  cluster: Cluster,
  parts: P,
  kept: (part: Cluster[P][number]) => boolean,
): readonly Cluster[] {
  const all: readonly Cluster[P][number][] = cluster[parts];
  const rest = all.filter(kept);
  return all.length - rest.length > 1 ? [{ ...cluster, [parts]: rest }] : [];
}

/** With one of `parts` replaced by something smaller. */
function replacing<P extends Parts>(
  cluster: Cluster,
  parts: P,
  smaller: (part: Cluster[P][number]) => readonly Cluster[P][number][],
): readonly Cluster[] {
  const all: readonly Cluster[P][number][] = cluster[parts];
  return all.flatMap((part, i) =>
    smaller(part).map((less) => ({ ...cluster, [parts]: all.with(i, less) })),
  );
}

function unusedNamespaces(cluster: Cluster): readonly Cluster[] {
  const used = [...cluster.pods, ...cluster.services, ...cluster.policies].map(
    (object) => object.namespace,
  );
  const namespaces = cluster.namespaces.filter(({ name }) => used.includes(name));
  return namespaces.length === cluster.namespaces.length ? [] : [{ ...cluster, namespaces }];
}

function smallerPolicies(policy: NetworkPolicy): readonly NetworkPolicy[] {
  return (["ingress", "egress"] as const).flatMap((direction) => [
    ...policy[direction].map((_, i) => ({
      ...policy,
      [direction]: policy[direction].toSpliced(i, 1),
    })),
    ...policy[direction].flatMap((rule, i) =>
      smallerRules(rule).map((less) => ({
        ...policy,
        [direction]: policy[direction].with(i, less),
      })),
    ),
  ]);
}

/** An empty list would say something else than a shorter one. */
function smallerRules(rule: PolicyRule): readonly PolicyRule[] {
  const { peers, ports } = rule;
  return [
    ...(peers === "any" || peers.length < 2
      ? []
      : peers.map((_, i) => ({ ...rule, peers: peers.toSpliced(i, 1) }))),
    ...(ports === "any" || ports.length < 2
      ? []
      : ports.map((_, i) => ({ ...rule, ports: ports.toSpliced(i, 1) }))),
  ];
}

function smallerServices(service: Service): readonly Service[] {
  const { externalAddresses, balancer, ...rest } = service;
  const { ports, slices } = service;
  return [
    ...(externalAddresses === undefined ? [] : [{ ...rest, ...(balancer && { balancer }) }]),
    ...(balancer === undefined
      ? []
      : [{ ...rest, ...(externalAddresses && { externalAddresses }) }]),
    ...(ports.length < 2
      ? []
      : ports.map((_, i) => ({ ...service, ports: ports.toSpliced(i, 1) }))),
    ...slices.map((_, i) => ({ ...service, slices: slices.toSpliced(i, 1) })),
  ];
}

function smallerPods(pod: Pod): readonly Pod[] {
  const { hostPorts = [], containers } = pod;
  return [
    ...hostPorts.map((_, i) => ({ ...pod, hostPorts: hostPorts.toSpliced(i, 1) })),
    ...(containers.length < 2
      ? []
      : containers.map((_, i) => ({ ...pod, containers: containers.toSpliced(i, 1) }))),
    ...containers.flatMap((container, i) =>
      container.ports.length === 0
        ? []
        : [{ ...pod, containers: containers.with(i, { ...container, ports: [] }) }],
    ),
  ];
}

function smallerNodes(node: Node): readonly Node[] {
  const { further, ...rest } = node;
  return further === undefined ? [] : [rest];
}
