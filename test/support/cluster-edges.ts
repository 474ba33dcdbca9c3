/**
 * The edges of what a cluster mentions: addresses and ports at which a mistake by one shows.
 */
import { type Address, type Prefix, prefixBits } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import {
  FAMILIES,
  type Family,
  HIGHEST_PORT,
  LOWEST_PORT,
  PROTOCOLS,
  type Protocol,
  highestAddress,
} from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import {
  type Cluster,
  OUTSIDE,
  type Pod,
  nodeEndpoint,
  podEndpoint,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { isolating } from "../../models/kubernetes/isolation.ts";
import { portsNamed } from "../../models/kubernetes/named-port.ts";
import type { Direction, PolicyPort, PolicyRule } from "../../models/kubernetes/policy.ts";

/** Where a connection goes. */
export interface Target {
  readonly destination: Address;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Every endpoint of `cluster`: pods, nodes, the outside. */
export function endpointsOfCluster(cluster: Cluster): readonly EndpointId[] {
  return [...cluster.pods.map(podEndpoint), ...cluster.nodes.map(nodeEndpoint), OUTSIDE];
}

/** The first and last members of each interval. */
export function ends(bits: BitSet): readonly bigint[] {
  return bits.flat();
}

/** Every address that `cluster` mentions, the first and last of every block, and their neighbours. */
export function edgeAddresses(cluster: Cluster, family: Family): readonly Address[] {
  const prefixes = [
    ...cluster.podCidrs,
    ...cluster.serviceCidrs,
    ...cluster.nodes.flatMap((node) => node.podCidrs),
    ...cluster.policies
      .flatMap((policy) => [...policy.ingress, ...policy.egress])
      .flatMap((rule) => (rule.peers === "any" ? [] : rule.peers))
      .flatMap((peer) => (peer.kind === "pods" ? [] : [peer.cidr, ...peer.except])),
  ].filter((prefix) => prefix.family === family);
  const single = [
    ...[...cluster.pods, ...cluster.services].flatMap((o) => o.addresses),
    ...cluster.nodes.flatMap(ownAddressesOf),
    ...cluster.services.flatMap((s) => s.slices.flatMap((l) => l.endpoints.map((e) => e.address))),
  ].filter((address) => address.family === family);
  return addressesNear([
    ...prefixes.flatMap(prefixEnds),
    ...single,
    ...cluster.frontends.flatMap((f) =>
      ends(f.addresses[family]).map((bits) => ({ family, bits })),
    ),
  ]);
}

/** The first and the last address of `prefix`. */
export function prefixEnds(prefix: Prefix): readonly Address[] {
  return ends(prefixBits(prefix)).map((bits) => ({ family: prefix.family, bits }));
}

/** `addresses` and the neighbours of each, without repetition. */
export function addressesNear(addresses: readonly Address[]): readonly Address[] {
  return FAMILIES.flatMap((family) => {
    const bits = addresses.filter((a) => a.family === family).map((a) => a.bits);
    return [...new Set(bits.flatMap((b) => [b - 1n, b, b + 1n]))]
      .filter((b) => b >= 0n && b <= highestAddress(family))
      .map((b) => ({ family, bits: b }));
  });
}

/** Every port that `cluster` mentions, the neighbours of each, and the lowest and highest port. */
export function edgePorts(cluster: Cluster): readonly number[] {
  const rules = cluster.policies.flatMap((policy) => [...policy.ingress, ...policy.egress]);
  const mentioned = [
    ...rules
      .flatMap((rule) => (rule.ports === "any" ? [] : rule.ports))
      .flatMap(({ port: first, endPort }) => [
        ...(typeof first === "number" ? [first] : []),
        ...(endPort === undefined ? [] : [endPort]),
      ]),
    ...cluster.pods.flatMap((pod) => pod.containers.flatMap((c) => c.ports.map((p) => p.number))),
    ...cluster.pods.flatMap((pod) => (pod.hostPorts ?? []).map((mapped) => mapped.number)),
    ...cluster.services.flatMap((service) =>
      service.ports.flatMap((p) => (typeof p.target === "number" ? [p.port, p.target] : [p.port])),
    ),
    ...cluster.services.flatMap((s) => s.slices.flatMap((l) => l.ports.map((p) => p.number))),
    ...cluster.frontends.flatMap((frontend) => frontend.ports.flat()),
    LOWEST_PORT,
    HIGHEST_PORT,
  ];
  const near = mentioned.flatMap((p) => [p - 1, p, p + 1]);
  return [...new Set(near)].filter((p) => p >= LOWEST_PORT && p <= HIGHEST_PORT);
}

/** A rule of a policy, and a pod that the policy isolates in the rule's direction. */
export interface AppliedRule {
  readonly pod: Pod;
  readonly direction: Direction;
  readonly rule: PolicyRule;
}

/** Every rule of `cluster` together with every pod to which it applies. */
export function appliedRules(cluster: Cluster): readonly AppliedRule[] {
  return cluster.pods.flatMap((pod) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      isolating(cluster, pod, direction).flatMap((policy) =>
        policy[direction].map((rule) => ({ pod, direction, rule })),
      ),
    ),
  );
}

/**
 * The ports at which `rule` could say yes on one side and no on the other, where `destination` is the pod
 * that is called, if any. Each with its protocol.
 */
export function rulePorts(
  rule: PolicyRule,
  destination: Pod | undefined,
): readonly Omit<Target, "destination">[] {
  if (rule.ports === "any") return PROTOCOLS.map((protocol) => ({ protocol, port: HIGHEST_PORT }));
  return rule.ports.flatMap((port) =>
    numbersNear(port, destination)
      .filter((n) => n >= LOWEST_PORT && n <= HIGHEST_PORT)
      .map((n) => ({ protocol: port.protocol, port: n })),
  );
}

function numbersNear({ protocol, port, endPort }: PolicyPort, pod: Pod | undefined): number[] {
  if (port === undefined) return [LOWEST_PORT, HIGHEST_PORT];
  if (typeof port === "string") {
    const named = pod === undefined ? [] : portsNamed(pod, port, protocol);
    return named.length > 0 ? [...named] : [80];
  }
  return endPort === undefined
    ? [port - 1, port, port + 1]
    : [port - 1, port, endPort, endPort + 1];
}
