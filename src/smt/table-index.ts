/**
 * The rules of a table, prepared for one family and found by destination.
 */
import type { Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Table } from "../../models/network/fib.ts";
import { onlyMember } from "./bit-sets.ts";
import { type Part, partsOf } from "./encode-match.ts";

/** A rule, its match as parts. `position` is its place in the table. */
export interface PreparedRule<A> {
  readonly position: number;
  readonly parts: readonly Part[];
  readonly links: readonly LinkId[] | undefined;
  /** Whether it asks for a mark, or for none; undefined: for neither. */
  readonly marked: boolean | undefined;
  readonly action: A;
  readonly because: Provenance;
}

/** A table prepared for one family. */
export interface TableIndex<A> {
  readonly otherwise: Table<A>["otherwise"];
  /**
   * The rules, in order, that a packet whose destination lies in `destinations` can match; every rule
   * left out has a destination set without members in common.
   *
   * @cost for one destination: the rules that name it singly, and all that name ranges
   */
  readonly candidates: (destinations: BitSet) => readonly PreparedRule<A>[];
}

/** Sets with at most this many single addresses are looked up by address. */
const SINGLE_ADDRESSES_MAX = 16;

/** Prepares `table` for packets of `family`. @cost linear in its rules */
export function indexTable<A>(table: Table<A>, family: Family): TableIndex<A> {
  const all: PreparedRule<A>[] = [];
  const wide: PreparedRule<A>[] = [];
  const byDestination = new Map<bigint, PreparedRule<A>[]>();
  table.rules.forEach(({ match, action, because }, position) => {
    const parts = partsOf(match, family);
    // A set without members of this family: the rule is not for this family.
    if (parts.some(({ set }) => set.length === 0)) return;
    const { links, marked } = match;
    const rule: PreparedRule<A> = { position, parts, links, marked, action, because };
    all.push(rule);
    const single = singleAddresses(parts);
    if (single === undefined) wide.push(rule);
    for (const address of single ?? []) {
      const rules = byDestination.get(address);
      if (rules === undefined) byDestination.set(address, [rule]);
      else rules.push(rule);
    }
  });
  return {
    otherwise: table.otherwise,
    candidates: (destinations) => {
      const destination = onlyMember(destinations);
      if (destination === undefined) return all;
      return inOrder(byDestination.get(destination) ?? [], wide);
    },
  };
}

/** The addresses that a rule names one by one as destinations; undefined when it names more. */
function singleAddresses(parts: readonly Part[]): readonly bigint[] | undefined {
  const set = parts.find((part) => part.field === "destination")?.set;
  if (set === undefined || set.length > SINGLE_ADDRESSES_MAX) return undefined;
  const addresses = set.filter(([low, high]) => low === high).map(([low]) => low);
  return addresses.length === set.length ? addresses : undefined;
}

/** Two lists of rules, each in order, as one in order. */
function inOrder<A>(
  some: readonly PreparedRule<A>[],
  others: readonly PreparedRule<A>[],
): readonly PreparedRule<A>[] {
  if (some.length === 0) return others;
  if (others.length === 0) return some;
  return [...some, ...others].sort((a, b) => a.position - b.position);
}
