/**
 * Which of its addresses a node calls from.
 */
import { type Address, sameAddress } from "../../models/base/address.ts";
import { type Node, knownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { sourceTowards } from "../../models/kubernetes/source.ts";
import type { Subject } from "./subject.ts";

/**
 * Whether the kernel of `node` may choose `source` for what calls `address`, where no program asks for another.
 * Which of several addresses by which it is known goes with the way is not known: any of them.
 */
export function mayChoose(
  { cluster, profile }: Pick<Subject, "cluster" | "profile">,
  node: Node,
  source: Address,
  address: Address,
): boolean {
  const chosen = sourceTowards(cluster, profile, node, address);
  if (chosen === undefined || chosen.family !== source.family) return false;
  const isKnown = (own: Address): boolean =>
    knownAddressesOf(node).some((known) => sameAddress(known, own));
  return sameAddress(chosen, source) || (isKnown(chosen) && isKnown(source));
}
