/**
 * What policies say of one direction of one connection at one pod.
 */
import type { Address } from "../base/address.ts";
import type { Protocol } from "../base/family.ts";
import type { Cluster, Pod } from "./cluster.ts";
import { podAt } from "./ends.ts";
import { isolating } from "./isolation.ts";
import { portsNamed } from "./named-port.ts";
import { names } from "./peer.ts";
import type { Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule } from "./policy.ts";
import type { Profile } from "./profile.ts";

/** A connection as a policy sees it: the other end, and the destination's port. */
export interface Attempt {
  /** The source for ingress, the destination for egress. */
  readonly peer: Address;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Which policies speak about the pod, and which of their rules let the connection through. */
export interface Judgement {
  readonly isolatedBy: readonly NetworkPolicy[];
  readonly admittedBy: readonly { readonly policy: NetworkPolicy; readonly rule: PolicyRule }[];
}

/**
 * What the policies of `cluster` say of `attempt` at `pod`: those that isolate it in `direction`, and
 * each of their rules that matches.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.3, S6.7)
 */
export function judge(
  cluster: Cluster,
  profile: Profile,
  pod: Pod,
  direction: Direction,
  attempt: Attempt,
): Judgement {
  const isolatedBy = isolating(cluster, pod, direction);
  const admittedBy = isolatedBy.flatMap((policy) =>
    policy[direction]
      .filter((rule) => ruleMatches(cluster, profile, pod, direction, policy, rule, attempt))
      .map((rule) => ({ policy, rule })),
  );
  return { isolatedBy, admittedBy };
}

/**
 * Whether the judged connection may pass: nothing isolates the pod, or at least one rule matches.
 * Policies only add; their order is irrelevant.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.7, S6.8)
 */
export function passes(judgement: Judgement): boolean {
  return judgement.isolatedBy.length === 0 || judgement.admittedBy.length > 0;
}

/**
 * Any of the rule's peers and, with it, any of its ports (S6.9, S6.10). The destination pod, on which
 * names of ports resolve, is `pod` for ingress; for egress it is the peer that the rule names as a pod.
 * An ipBlock names addresses, on which no name resolves (S6.30).
 */
function ruleMatches(
  cluster: Cluster,
  profile: Profile,
  pod: Pod,
  direction: Direction,
  policy: NetworkPolicy,
  rule: PolicyRule,
  attempt: Attempt,
): boolean {
  const destinationFor = (peer: Peer | "any"): Pod | undefined => {
    if (direction === "ingress") return pod;
    return peer === "any" || peer.kind === "pods" ? podAt(cluster, attempt.peer) : undefined;
  };
  const matching: readonly (Peer | "any")[] =
    rule.peers === "any"
      ? ["any"]
      : rule.peers.filter((peer) => names(cluster, profile, policy, peer, attempt.peer));
  return matching.some(
    (peer) =>
      rule.ports === "any" ||
      rule.ports.some((port) => portMatches(port, destinationFor(peer), attempt)),
  );
}

/**
 * Whether `port` of a rule means the attempt's destination port. Without a number or name it means every
 * port of its protocol; a name means what it stands for on the destination pod, and nothing elsewhere.
 *
 * @source https://github.com/kubernetes/api/blob/master/networking/v1/types.go (NetworkPolicyPort; S6.25, S6.26, S6.27, S6.28, S6.30)
 */
function portMatches(
  port: PolicyPort,
  destination: Pod | undefined,
  attempt: Pick<Attempt, "protocol" | "port">,
): boolean {
  if (port.protocol !== attempt.protocol) return false;
  if (port.port === undefined) return true;
  if (typeof port.port === "number") {
    return port.port <= attempt.port && attempt.port <= (port.endPort ?? port.port);
  }
  return (
    destination !== undefined &&
    portsNamed(destination, port.port, port.protocol).includes(attempt.port)
  );
}
