/**
 * When a node puts its own address in place of a sender's.
 */
import { type Address, addressSets } from "../base/address.ts";
import type { Cluster, Node } from "./cluster.ts";
import { podAt } from "./ends.ts";
import type { Profile } from "./profile.ts";
import type { Call } from "./translation.ts";

/**
 * The source of what `node` masquerades: its address of the family, or the sender's own where it has none.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (masquerading; S4.22)
 */
export function masqueraded(node: Node, source: Address): Address {
  return node.addresses.find((address) => address.family === source.family) ?? source;
}

/**
 * Whether `call`, which leaves the cluster, gets the node's address: it is a pod's, the installation
 * masquerades at all, and the destination is not excepted. So that the gateway, which knows nodes only,
 * can translate it once more.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
export function leavesMasqueraded(cluster: Cluster, profile: Profile, call: Call): boolean {
  if (!profile.masqueradeOutside) return false;
  const excepted = addressSets.ofPrefixes(profile.nonMasqueradeCIDRs);
  const isPods =
    podAt(cluster, call.source) !== undefined ||
    addressSets.contains(addressSets.ofPrefixes(cluster.podCidrs), call.source);
  return isPods && !addressSets.contains(excepted, call.address);
}
