/**
 * How the bounds read what is not known. A filter admits what certainly passes by its certain rules;
 * what may pass is a second list of rules after them: `most` lets it pass, `least` ends it as unmodelled,
 * so that in `least` the fate of a packet is known exactly when it does not depend on the unknown.
 * In the assumed reading nothing is uncertain.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import type { Prefix } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import type { Provenance } from "../../models/base/origin.ts";
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { Direction } from "../../models/kubernetes/policy.ts";
import type { Footprint } from "../../models/kubernetes/unknowns.ts";
import type { HookAction } from "../../models/network/action.ts";
import type { Otherwise, Rule } from "../../models/network/fib.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { type Bits, noBits } from "./bits.ts";
import { stated } from "./because.ts";
import type { Ground } from "./ground.ts";

/** A rule of a hook. */
export type HookRule = Rule<HookAction>;

/** The rules of a filter: what certainly passes, and what passes or not depending on the unknown. */
export interface FilterRules {
  readonly certain: readonly HookRule[];
  readonly uncertain: readonly HookRule[];
}

/** No rules. */
export const NO_RULES: FilterRules = { certain: [], uncertain: [] };

/** What a rule does whose match is uncertain. Only asked for in `least` and `most`. */
export function uncertainAction(ground: Ground): HookAction {
  return ground.bound === "most" ? { kind: "pass" } : { kind: "discard", reason: "unmodelled" };
}

/** The namespaces of which only the name is known; none in the assumed reading. */
export function unknownNamespaces(ground: Ground): Bits {
  const { cluster, unknowns, bound } = ground;
  const bits = noBits(cluster.namespaces.length);
  if (bound === "assumed") return bits;
  cluster.namespaces.forEach((namespace, i) => {
    if (unknowns.namespaceLabels.has(namespace.name))
      bits[i >>> 5] = (bits[i >>> 5] ?? 0) | (1 << (i & 31));
  });
  return bits;
}

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
        isCut(block, candidates, family) ? onlyFamily(addresses, family) : NONE;
      const open = addressSets.union(cut("IPv4"), cut("IPv6"));
      return addressSets.isEmpty(open) ? [] : [{ addresses: open, code }];
    });
    const certain = uncertain.reduce((rest, u) => addressSets.subtract(rest, u.addresses), block);
    return { certain, uncertain };
  };
}

const NONE: AddressSet = { IPv4: [], IPv6: [] };

function onlyFamily(set: AddressSet, family: Family): AddressSet {
  return { ...NONE, [family]: set[family] };
}

/** Whether `block` contains some of `candidates` and not others, within `family`. */
function isCut(block: AddressSet, candidates: AddressSet, family: Family): boolean {
  const domain = onlyFamily(candidates, family);
  const inside = addressSets.intersect(block, domain);
  return !addressSets.isEmpty(inside) && !addressSets.equals(inside, domain);
}

function assumedKinds(ground: Ground): readonly Assumed[] {
  const { cluster, unknowns } = ground;
  const pods = cluster.pods.filter(
    (pod) => !pod.hostNetwork && unknowns.podAddresses.has(podId(pod)),
  );
  const nodes = cluster.nodes.filter((node) => unknowns.nodeAddresses.has(node.name));
  const kind = (
    code: DiagnosticCode,
    owners: readonly { readonly addresses: readonly Address[] }[],
    candidates: AddressSet,
  ): readonly Assumed[] =>
    owners.length === 0
      ? []
      : [
          {
            code,
            addresses: addressSets.ofAddresses(owners.flatMap((o) => o.addresses)),
            candidates,
          },
        ];
  return [
    ...kind("NQ3002", pods, addressSets.ofPrefixes(cluster.podCidrs)),
    ...kind("NQ3003", nodes, addressSets.subtract(NODE_CANDIDATES, ground.blocks)),
  ];
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

/** Something not modelled that may touch a direction of `pod`; empty in the assumed reading. */
export function footprintsOn(ground: Ground, pod: Pod, direction: Direction): readonly Footprint[] {
  if (ground.bound === "assumed") return [];
  return ground.unknowns.footprints.filter(
    (footprint) => footprint.effect[direction] !== undefined && footprint.pods.has(podId(pod)),
  );
}

/**
 * What a direction of a pod does under `footprints` instead of what its policies say; undefined when
 * they leave it as it is.
 */
export function footprintOtherwise(
  ground: Ground,
  footprints: readonly Footprint[],
  direction: Direction,
): Otherwise<HookAction> | undefined {
  const [first] = footprints;
  if (first === undefined) return undefined;
  if (ground.bound === "least") {
    return { action: { kind: "discard", reason: "unmodelled" }, because: footprintReason(first) };
  }
  const widening = footprints.find((footprint) => footprint.effect[direction] === "any");
  if (widening === undefined) return undefined;
  return { action: { kind: "pass" }, because: footprintReason(widening) };
}

/** Why something is left open because of `footprint`. */
export function footprintReason(footprint: Footprint): Provenance {
  const reason = stated(
    `${footprint.object}, which is not modelled, may decide otherwise`,
    [footprint.origin],
    footprint.object,
  );
  return { ...reason, uncertain: footprint.code };
}

/** Families in which `set` has members. */
export function familiesOf(set: AddressSet): readonly Family[] {
  return FAMILIES.filter((family) => set[family].length > 0);
}
