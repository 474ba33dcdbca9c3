/**
 * When a node puts its own address in place of a sender's.
 */
import { type Address, addressSets, sameAddress } from "../base/address.ts";
import type { Family } from "../base/family.ts";
import { type Cluster, type Node, type Pod, innerAddressesOf } from "./cluster.ts";
import { podAt } from "./ends.ts";
import type { Profile } from "./profile.ts";
import type { Call } from "./translation.ts";

/** The ways out of a node: into one of its pods, through the overlay, or straight on the wire. */
export type WayOut = "pods" | "overlay" | "wire";

/**
 * The way by which a node hands on what is for `address` of another node, `owner`: the overlay carries what
 * is for its pods and for the addresses that it has towards pods; what is for the node itself needs none.
 *
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md (vxlan, host-gw)
 */
export function wayTo(
  profile: Profile,
  owner: Node,
  address: Address,
  pod: Pod | undefined,
): WayOut {
  const isOfPods =
    pod !== undefined || innerAddressesOf(owner).some((inner) => sameAddress(inner, address));
  return profile.overlay === "vxlan" && isOfPods ? "overlay" : "wire";
}

/**
 * The address that `node` has on the side of `way`: of the bridge towards its pods, of its end of the tunnels
 * in the overlay, else the one by which it is known; undefined when it has none of the family.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (the source becomes the address of the interface that the packet leaves by; S4.22)
 */
export function sideAddress(node: Node, way: WayOut, family: Family): Address | undefined {
  const inner = { pods: node.bridge, overlay: node.tunnel, wire: [] }[way] ?? [];
  return [...inner, ...node.addresses].find((address) => address.family === family);
}

/**
 * The source of what `node` masquerades and hands on by `way`: its address on that side, or the sender's own
 * where it has none.
 */
export function masqueraded(node: Node, way: WayOut, source: Address): Address {
  return sideAddress(node, way, source.family) ?? source;
}

/**
 * Whether `call`, which leaves the cluster, gets the node's address: it is a pod's, the installation
 * masquerades at all, and the destination is not excepted. So that the gateway, which knows nodes only,
 * can translate it once more.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
export function leavesMasqueraded(
  cluster: Cluster,
  profile: Profile,
  call: Pick<Call, "source" | "address">,
): boolean {
  if (!profile.masqueradeOutside) return false;
  const excepted = addressSets.ofPrefixes(profile.nonMasqueradeCIDRs);
  const isPods =
    podAt(cluster, call.source) !== undefined ||
    addressSets.contains(addressSets.ofPrefixes(cluster.podCidrs), call.source);
  return isPods && !addressSets.contains(excepted, call.address);
}

/**
 * Whether `call`, which goes from one node on to another node itself, gets the address of the first: where the
 * installation masquerades what pods send to anything but pods.
 *
 * @source https://docs.tigera.io/calico/latest/reference/resources/felixconfig (natOutgoingExclusions)
 * @source https://github.com/flannel-io/flannel/blob/master/pkg/trafficmngr/iptables/iptables.go (S3.32)
 */
export function masqueradedToNode(
  cluster: Cluster,
  profile: Profile,
  call: Pick<Call, "source" | "address">,
): boolean {
  if (!profile.masqueradeToNodes) return false;
  const ofPods = addressSets.contains(addressSets.ofPrefixes(cluster.podCidrs), call.address);
  return !ofPods && leavesMasqueraded(cluster, profile, call);
}
