/**
 * Addresses that a network does not tell apart: those that lie in the same sets of its rules. Packets
 * that differ only in addresses of one class meet the same rules, so they have the same ends, except
 * that an end which names the address itself names another. (Two addresses of one class never have
 * different deliveries: a rule can look at an address only by membership in a set.)
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import { present } from "../base/assert.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import { type IdRanges, idRanges, idsIn, intersectRanges } from "./id-ranges.ts";
import type { IndexedTable } from "./indexed-table.ts";

/** A class: its addresses, of one family, and one of them. */
export interface AddressClass {
  readonly addresses: AddressSet;
  /** The lowest address. */
  readonly representative: Address;
}

/** Which sets count. */
export interface ClassOptions {
  /** Addresses as what: `source` looks at the sets of sources only; absent: both. */
  readonly role?: "source" | "destination";
  /** Rules for which this is false do not count; absent: all count. */
  readonly counts?: (because: Provenance) => boolean;
}

/**
 * The coarsest partition of the pieces of `within` such that the members of a part lie in the same
 * counting sets, and are of one family; in the order of their lowest addresses.
 *
 * @cost the pieces of `within`, times the counting sets that hold them
 */
export function addressClasses(
  indexed: IndexedNetwork,
  within: IdRanges,
  options: ClassOptions = {},
): readonly AddressClass[] {
  const ids = [...idsIn(within)];
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  const { firstIpv6 } = indexed.space;
  const classOf = Int32Array.from(ids, (id) => (id < firstIpv6 ? 0 : 1));
  let classes = 2;
  for (const set of countingSets(indexed, options)) {
    // Each class that has members in the set gives them to a new class.
    const successor = new Map<number, number>();
    for (const id of idsIn(intersectRanges(set, within))) {
      const place = placeOf.get(id) ?? 0;
      const before = classOf[place] ?? 0;
      let after = successor.get(before);
      if (after === undefined) {
        after = classes;
        classes += 1;
        successor.set(before, after);
      }
      classOf[place] = after;
    }
  }
  const members = new Map<number, number[]>();
  ids.forEach((id, place) => {
    const flat = members.get(classOf[place] ?? 0);
    if (flat === undefined) members.set(classOf[place] ?? 0, [id, id + 1]);
    else flat.push(id, id + 1);
  });
  return [...members.values()].map((flat) => ({
    addresses: indexed.space.addressesOf(idRanges(flat)),
    representative: indexed.space.lowestOf(present(flat[0], "an empty class")),
  }));
}

function countingSets(indexed: IndexedNetwork, options: ClassOptions): ReadonlySet<IdRanges> {
  const found = new Set<IdRanges>();
  const { role, counts } = options;
  const add = <A extends FibAction | HookAction>(table: IndexedTable<A>): void => {
    for (const { sources, destinations, because } of table.rules) {
      if (counts?.(because) === false) continue;
      if (sources !== undefined && role !== "destination") found.add(sources);
      if (destinations !== undefined && role !== "source") found.add(destinations);
    }
  };
  for (const at of indexed.network.switches.keys()) add(indexed.fib(at));
  for (const hook of indexed.hooks()) add(hook);
  return found;
}
