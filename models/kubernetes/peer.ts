/**
 * Whom a rule of a policy names.
 */
import { type Address, prefixContains } from "../base/address.ts";
import type { Cluster, Pod } from "./cluster.ts";
import { nodeAt, podAt } from "./ends.ts";
import type { NetworkPolicy, Peer } from "./policy.ts";
import type { Profile } from "./profile.ts";
import { selects } from "./selector.ts";

/** A peer that names pods by labels. */
export type PodPeer = Extract<Peer, { readonly kind: "pods" }>;

/**
 * Whether the label peer `peer` of a policy in `namespace` names `pod`. Without a namespaceSelector only
 * pods of `namespace` are meant; with both selectors both must fit. Pods on their node's network are
 * never named.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34; S6.11, S6.12, S6.13, S6.15)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods (v1.34; S6.21)
 */
export function namesPod(cluster: Cluster, namespace: string, peer: PodPeer, pod: Pod): boolean {
  if (pod.hostNetwork) return false;
  if (peer.podSelector !== undefined && !selects(peer.podSelector, pod.labels)) return false;
  if (peer.namespaceSelector === undefined) return pod.namespace === namespace;
  const home = cluster.namespaces.find((candidate) => candidate.name === pod.namespace);
  return home !== undefined && selects(peer.namespaceSelector, home.labels);
}

/**
 * Whether `peer` of `policy` names whoever has `address`: a label peer the pod that has it, an ipBlock
 * the address itself, unless one of its own exceptions holds it or the installation keeps blocks from pods and
 * nodes.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34; S6.16, S6.17, S6.18)
 * @source https://docs.cilium.io/en/stable/security/policy/language/#ip-cidr-based (S9.8)
 */
export function names(
  cluster: Cluster,
  profile: Profile,
  policy: NetworkPolicy,
  peer: Peer,
  address: Address,
): boolean {
  switch (peer.kind) {
    case "pods": {
      const pod = podAt(cluster, address);
      return pod !== undefined && namesPod(cluster, policy.namespace, peer, pod);
    }
    case "ipBlock":
      return (
        isOpenToBlocks(cluster, profile, address) &&
        prefixContains(peer.cidr, address) &&
        !peer.except.some((exception) => prefixContains(exception, address))
      );
  }
}

/** Whether a block can match `address` at all. */
function isOpenToBlocks(cluster: Cluster, { ipBlocks }: Profile, address: Address): boolean {
  if (ipBlocks === "any") return true;
  if (podAt(cluster, address) !== undefined) return false;
  return ipBlocks === "not-pods" || nodeAt(cluster, address) === undefined;
}
