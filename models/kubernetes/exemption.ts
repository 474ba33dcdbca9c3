/**
 * What no policy can forbid, as far as the installation says so.
 */
import type { Address } from "../base/address.ts";
import type { Cluster, Pod } from "./cluster.ts";
import { isOwn, nodeOf } from "./ends.ts";
import type { Direction } from "./policy.ts";
import type { Profile } from "./profile.ts";

/**
 * Whether traffic between `pod` and `address` in `direction` passes whatever policies say, because the
 * address is its own node's and the profile exempts that.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S1.17, S6.20, S6.22)
 */
export function exemptWithOwnNode(
  cluster: Cluster,
  profile: Profile,
  pod: Pod,
  direction: Direction,
  address: Address,
): boolean {
  const stance = direction === "ingress" ? profile.ownNodeIngress : profile.ownNodeEgress;
  const node = nodeOf(cluster, pod);
  return stance === "allowed" && node !== undefined && isOwn(node, address);
}
