/**
 * Blocks of addresses against addresses that are assumed. A block that contains some of the addresses
 * which a pod or node could have, and not others, may or may not match it.
 */
import {
  type Address,
  type AddressSet,
  type Prefix,
  addressSets,
} from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import {
  type Node,
  innerAddressesOf,
  ownAddressesOf,
  podId,
} from "../../models/kubernetes/cluster.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import type { Ground } from "./ground.ts";

/** Addresses that were assumed, and all that could stand in their place. */
interface Assumed {
  readonly code: DiagnosticCode;
  readonly addresses: AddressSet;
  readonly candidates: AddressSet;
}

/** A block as the bounds see it: what it certainly matches, and what it may match. */
export interface BlockReading {
  readonly certain: AddressSet;
  readonly uncertain: readonly { readonly addresses: AddressSet; readonly code: DiagnosticCode }[];
}

/**
 * A function that reads a block: addresses that are assumed leave it, where it contains some but not
 * all of those that they could be, and may be matched instead.
 */
export function blockReader(ground: Ground): (block: AddressSet) => BlockReading {
  const kinds = ground.bound === "assumed" ? [] : assumedKinds(ground);
  return (block) => {
    const uncertain = kinds.flatMap(({ code, addresses, candidates }) => {
      const cut = (family: Family): AddressSet =>
        isCut(block, candidates, family) ? addressSets.onlyFamily(addresses, family) : NONE;
      const open = addressSets.union(cut("IPv4"), cut("IPv6"));
      return addressSets.isEmpty(open) ? [] : [{ addresses: open, code }];
    });
    const certain = uncertain.reduce((rest, u) => addressSets.subtract(rest, u.addresses), block);
    return { certain, uncertain };
  };
}

const NONE: AddressSet = { IPv4: [], IPv6: [] };

/** Whether `block` contains some of `candidates` and not others, within `family`. */
function isCut(block: AddressSet, candidates: AddressSet, family: Family): boolean {
  const domain = addressSets.onlyFamily(candidates, family);
  const inside = addressSets.intersect(block, domain);
  return !addressSets.isEmpty(inside) && !addressSets.equals(inside, domain);
}

/** What blocks may match or not: nothing of what the installation keeps them from. */
function assumedKinds(ground: Ground): readonly Assumed[] {
  const { cluster, unknowns } = ground;
  const { ipBlocks } = ground.profile;
  if (ipBlocks === "outside") return [];
  const pods = cluster.pods.filter((p) => !p.hostNetwork && unknowns.podAddresses.has(podId(p)));
  const nodes = cluster.nodes.filter((node) => unknowns.nodeAddresses.has(node.name));
  const sides = cluster.nodes
    .filter((node) => unknowns.innerAddresses.has(node.name))
    .map((node) => ({ addresses: innerAddressesOf(node) }));
  const hasSides = cluster.nodes.some((node) => innerAddressesOf(node).length > 0);
  const allOf = (node: Node): { readonly addresses: readonly Address[] } => ({
    addresses: ownAddressesOf(node),
  });
  // A host-network pod has the address of its node, whichever node that is.
  const movable = cluster.pods.filter((p) => p.hostNetwork && unknowns.placements.has(podId(p)));
  const anyNode = addressSets.subtract(NODE_CANDIDATES, ground.blocks);
  const someNode = nodes.length > 0 ? addressSets.union(ground.allNodes, anyNode) : ground.allNodes;
  const anySide =
    sides.length > 0
      ? addressSets.union(someNode, addressSets.ofPrefixes(cluster.podCidrs))
      : someNode;
  return [
    ...(ipBlocks === "any"
      ? assumedKind("NQ3002", pods, addressSets.ofPrefixes(cluster.podCidrs))
      : []),
    ...assumedKind("NQ3003", nodes, anyNode),
    ...assumedKind("NQ3003", sides, addressSets.ofPrefixes(cluster.podCidrs)),
    ...assumedKind("NQ3004", movable, someNode),
    // Which side of a node a pod sees depends on whether it is on that node.
    ...(hasSides && unknowns.placements.size > 0
      ? assumedKind("NQ3004", cluster.nodes.map(allOf), anySide)
      : []),
    // Where every connection is masqueraded, pods see the nodes of clients, which are assumed.
    ...(ground.profile.masqueradeAll && unknowns.placements.size > 0
      ? assumedKind("NQ3004", cluster.nodes, someNode)
      : []),
  ];
}

function assumedKind(
  code: DiagnosticCode,
  owners: readonly { readonly addresses: readonly Address[] }[],
  candidates: AddressSet,
): readonly Assumed[] {
  if (owners.length === 0) return [];
  const addresses = addressSets.ofAddresses(owners.flatMap((owner) => owner.addresses));
  return [{ code, addresses, candidates }];
}

const v4 = (a: number, b: number, length: number): Prefix => ({
  family: "IPv4",
  bits: (BigInt(a) << 24n) | (BigInt(b) << 16n),
  length,
});
const v6 = (top: bigint, length: number): Prefix => ({ family: "IPv6", bits: top << 112n, length });

/**
 * The addresses that a node can have: all but unspecified, loopback, link-local and multicast ones, and
 * IPv4's broadcast and "this network" blocks.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_node_status.go (validateNodeIP)
 * @source https://www.rfc-editor.org/rfc/rfc6890#section-2.2.2 (0.0.0.0/8, 240.0.0.0/4)
 */
const NODE_CANDIDATES: AddressSet = addressSets.subtract(
  addressSets.ofPrefixes([v4(0, 0, 0), v6(0n, 0)]),
  addressSets.ofPrefixes([
    v4(0, 0, 8),
    v4(127, 0, 8),
    v4(169, 254, 16),
    v4(224, 0, 3),
    v6(0n, 127),
    v6(0xfe80n, 10),
    v6(0xff00n, 8),
  ]),
);
