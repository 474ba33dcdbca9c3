/**
 * The addresses that nodes have towards pods: of a bridge, and of their end of an overlay.
 */
import { type Address, type Prefix, prefixBits } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Node } from "../../models/kubernetes/cluster.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import type { TakenAddresses } from "./allocator.ts";

/** Nodes with the addresses that they have towards pods. */
export interface SidedNodes {
  readonly nodes: readonly Node[];
  /** The nodes of which one of these is assumed. */
  readonly assumed: ReadonlySet<string>;
  /** Whether each node has all that it should have. */
  readonly complete: boolean;
}

/**
 * `nodes` with the addresses that the dataplane of `settings` gives them, which are taken: in each of a node's
 * blocks the bridge has the first address after the block's own, and the tunnel the block's own; where a pod is
 * known to have that one, the last that is free, and where the block has none, one that is `shared`. They are
 * assumed where a block is not `stated`, or the usual one is a pod's.
 *
 * @source https://www.cni.dev/plugins/current/main/bridge/ (isGateway: the bridge has an address of the node's block)
 * @source https://www.cni.dev/plugins/current/ipam/host-local/ (gateway: .1 of the subnet by default)
 * @source https://github.com/flannel-io/flannel/blob/master/pkg/backend/vxlan/vxlan.go (flannel.1 has the address of the node's subnet itself)
 */
export function withSideAddresses(
  nodes: readonly Node[],
  settings: Pick<ClusterSettings, "dataplane" | "overlay">,
  taken: TakenAddresses,
  stated: ReadonlySet<string>,
  podFamilies: readonly Family[],
  shared: (family: Family) => Address | undefined,
): SidedNodes {
  const isBridged = settings.dataplane.value === "bridge";
  const isWrapped = settings.overlay.value === "vxlan";
  if (!isBridged && !isWrapped) return { nodes, assumed: new Set(), complete: true };
  const assumed = new Set<string>();
  let complete = true;
  const own = (node: Node, offset: bigint): readonly Address[] => {
    const blocks = firstOfEachFamily(node.podCidrs);
    const families = blocks.length > 0 ? blocks.map(({ family }) => family) : podFamilies;
    const found = families.flatMap((family): readonly Address[] => {
      const block = blocks.find((own) => own.family === family);
      const near = block === undefined ? undefined : pick(block, offset, taken);
      if (near?.bits !== (block?.bits ?? 0n) + offset) assumed.add(node.name);
      const address = near ?? shared(family);
      return address === undefined ? [] : [address];
    });
    if (!stated.has(node.name)) assumed.add(node.name);
    if (found.length < families.length) complete = false;
    return found;
  };
  const sided = nodes.map((node): Node => {
    const bridge = isBridged ? own(node, 1n) : [];
    const tunnel = isWrapped ? own(node, 0n) : [];
    return {
      ...node,
      ...(bridge.length === 0 ? {} : { bridge }),
      ...(tunnel.length === 0 ? {} : { tunnel }),
    };
  });
  return { nodes: sided, assumed, complete };
}

function firstOfEachFamily(blocks: readonly Prefix[]): readonly Prefix[] {
  return blocks.filter((a, i) => blocks.findIndex((b) => b.family === a.family) === i);
}

/** The address of `block` at `offset`, else the last free one; undefined when there is none. */
function pick(block: Prefix, offset: bigint, taken: TakenAddresses): Address | undefined {
  const [range] = prefixBits(block);
  if (range === undefined) return undefined;
  const [low, high] = range;
  const { family } = block;
  const isFree = (bits: bigint): boolean => bits <= high && !taken.has({ family, bits });
  let bits = low + offset;
  if (!isFree(bits)) {
    // The very last address of an IPv4 block is for broadcasts.
    bits = family === "IPv4" ? high - 1n : high;
    while (bits >= low && !isFree(bits)) bits -= 1n;
  }
  if (bits < low) return undefined;
  const address: Address = { family, bits };
  taken.take(address);
  return address;
}
