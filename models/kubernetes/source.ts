/**
 * From which of its addresses a node calls somebody, unless a program there chooses another.
 */
import type { Address } from "../base/address.ts";
import type { Cluster, Node } from "./cluster.ts";
import { nodeAt, nodeOf, podAt } from "./ends.ts";
import { sideAddress, wayTo } from "./masquerade.ts";
import type { Profile } from "./profile.ts";

/**
 * The address from which `node`, or a host-network pod on it, calls `address`: the one that it has on the
 * side by which the packet leaves. What is for a service leaves like what is for the outside: the choice
 * is made before translation. Undefined when the node has none of the family.
 *
 * @source https://www.rfc-editor.org/rfc/rfc1122#page-44 (3.3.4.3: the address of the interface by which the packet is sent)
 * @source https://man7.org/linux/man-pages/man7/ip.7.html (INADDR_ANY: the local address is chosen by the route)
 */
export function sourceTowards(
  cluster: Cluster,
  profile: Profile,
  node: Node,
  address: Address,
): Address | undefined {
  const { family } = address;
  const pod = podAt(cluster, address);
  const owner = pod === undefined ? nodeAt(cluster, address) : nodeOf(cluster, pod);
  if (owner === undefined) return sideAddress(node, "wire", family);
  // What a node sends to itself comes from the address that it calls.
  if (owner === node) return pod === undefined ? address : sideAddress(node, "pods", family);
  return sideAddress(node, wayTo(profile, owner, address, pod), family);
}
