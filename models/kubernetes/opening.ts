/**
 * What policies let through at one pod towards one other end, as sets. `judgement.ts` asks the same of a
 * single connection; the two are written apart and held against each other by law A1′.
 */
import { ALL_ADDRESSES, type AddressSet, NO_ADDRESSES, addressSets } from "../base/address.ts";
import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS, type Protocol } from "../base/family.ts";
import { type PortSet, portSets } from "../base/interval-set.ts";
import { type Cluster, type Pod, ownAddressesOf } from "./cluster.ts";
import { type End, nodeOf } from "./ends.ts";
import { isolating } from "./isolation.ts";
import { portsNamed } from "./named-port.ts";
import { namesPod } from "./peer.ts";
import type { Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule } from "./policy.ts";
import type { Profile } from "./profile.ts";

/** Connections that pass: the other end has one of `peers`, the destination port is one of `ports`. */
export interface Opening {
  readonly peers: AddressSet;
  readonly protocol: Protocol;
  readonly ports: PortSet;
}

/** Every port of the domain. */
export const ALL_PORTS: PortSet = [[LOWEST_PORT, HIGHEST_PORT]];

/** What passes where nothing restricts: every address, protocol and port. */
export const UNRESTRICTED: readonly Opening[] = openingsOf(ALL_ADDRESSES);

/**
 * What may pass `pod` in `direction` when the other end is `other`: their union, which is everything iff
 * no policy isolates the pod there. Peers are not cut down to the addresses of `other`.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.3, S6.7)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20)
 */
export function openings(
  cluster: Cluster,
  profile: Profile,
  pod: Pod,
  direction: Direction,
  other: End,
): readonly Opening[] {
  const policies = profile.networkPolicy === "ignored" ? [] : isolating(cluster, pod, direction);
  if (policies.length === 0) return UNRESTRICTED;
  const stance = direction === "ingress" ? profile.ownNodeIngress : profile.ownNodeEgress;
  const node = nodeOf(cluster, pod);
  const ownNode = stance === "allowed" && node !== undefined ? ownAddressesOf(node) : [];
  return [
    ...openingsOf(addressSets.ofAddresses(ownNode)),
    ...policies.flatMap((policy) =>
      policy[direction].flatMap((rule) =>
        ruleOpenings(cluster, profile, policy, direction, pod, rule, other),
      ),
    ),
  ];
}

/** Everything that has one of `peers` as its other end. */
function openingsOf(peers: AddressSet): readonly Opening[] {
  return PROTOCOLS.map((protocol) => ({ peers, protocol, ports: ALL_PORTS }));
}

function ruleOpenings(
  cluster: Cluster,
  profile: Profile,
  policy: NetworkPolicy,
  direction: Direction,
  pod: Pod,
  rule: PolicyRule,
  other: End,
): readonly Opening[] {
  const peers: readonly (Peer | "any")[] = rule.peers === "any" ? ["any"] : rule.peers;
  return peers.flatMap((peer) => {
    const addresses =
      peer === "any" ? ALL_ADDRESSES : peerAddresses(cluster, profile, policy, peer, other);
    if (rule.ports === "any") return openingsOf(addresses);
    // Names resolve on the destination: the pod itself, or the pod that a peer other than a block names.
    const isBlock = peer !== "any" && peer.kind === "ipBlock";
    const remote = other.kind === "pod" && !isBlock ? other.pod : undefined;
    const destination = direction === "ingress" ? pod : remote;
    return rule.ports.map((port) => ({
      peers: addresses,
      protocol: port.protocol,
      ports: portNumbers(port, destination),
    }));
  });
}

/**
 * The addresses that `peer` of `policy` names as far as `other` may have them: those of `other` if it is a
 * pod that the labels fit, or all of a block but its exceptions and whom the installation keeps blocks from.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34; S6.11 to S6.18)
 * @source https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based (S9.8)
 */
function peerAddresses(
  cluster: Cluster,
  profile: Profile,
  policy: NetworkPolicy,
  peer: Peer,
  other: End,
): AddressSet {
  switch (peer.kind) {
    case "pods": {
      const named =
        other.kind === "pod" && namesPod(cluster, policy.namespace, peer, other.pod)
          ? other.pod.addresses
          : [];
      return addressSets.ofAddresses(named);
    }
    case "ipBlock":
      return [addressSets.ofPrefixes(peer.except), closedToBlocks(cluster, profile)].reduce(
        addressSets.subtract,
        addressSets.ofPrefixes([peer.cidr]),
      );
  }
}

/** The addresses that no block matches. */
function closedToBlocks({ pods, nodes }: Cluster, { ipBlocks }: Profile): AddressSet {
  const ofPods = pods.filter((pod) => !pod.hostNetwork).flatMap((pod) => pod.addresses);
  switch (ipBlocks) {
    case "any":
      return NO_ADDRESSES;
    case "not-pods":
      return addressSets.ofAddresses(ofPods);
    case "outside":
      return addressSets.ofAddresses([...ofPods, ...nodes.flatMap(ownAddressesOf)]);
  }
}

/**
 * The ports that `port` of a rule means when `destination` is the pod that is called, or undefined where
 * no pod is, or none that the rule names as a pod.
 *
 * @source https://github.com/kubernetes/api/blob/master/networking/v1/types.go (NetworkPolicyPort; S6.26, S6.27, S6.28, S6.30)
 */
function portNumbers(port: PolicyPort, destination: Pod | undefined): PortSet {
  if (port.port === undefined) return ALL_PORTS;
  if (typeof port.port === "number") return portSets.of([[port.port, port.endPort ?? port.port]]);
  if (destination === undefined) return portSets.empty;
  return portSets.of(portsNamed(destination, port.port, port.protocol).map((n) => [n, n]));
}
