/**
 * Tables for packets whose addresses are known: what is left of them speaks about protocols and ports,
 * and two tables of which the same is left decide alike.
 */
import type { Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Table } from "../../models/network/fib.ts";
import type { LinkId } from "../../models/network/ids.ts";
import { holds } from "./bit-sets.ts";
import { wayOf } from "./branches.ts";
import type { Part } from "./encode-match.ts";
import { type PreparedRule, type TableIndex, indexTable } from "./table-index.ts";

/** Packets between two addresses; nothing has translated them, so they are not marked. */
export interface AddressPair {
  readonly family: Family;
  readonly source: bigint;
  readonly destination: bigint;
}

/** What a table is for the packets between two addresses. */
export interface ResolvedTable<A> {
  /**
   * Equal for two tables iff the same is left of their rules, in the same order, and rules that decide
   * alike in one decide alike in the other: to pass, to deliver or forward somewhere, to discard for
   * the same reason with or without an origin. `branches` then finds the same conditions in both.
   */
  readonly id: number;
  /** What the table can do, in the order of the ways of `branches`; of discards one for each way. */
  readonly actions: readonly A[];
  /** The kinds of `actions`. */
  readonly kinds: ReadonlySet<string>;
}

/** Resolves the tables of one network. Keeps what it has prepared. */
export interface TableResolver {
  /** What `table` is for packets between `pair` that entered its switch through `link`. */
  readonly resolve: <A extends FibAction | HookAction>(
    table: Table<A>,
    link: LinkId,
    pair: AddressPair,
  ) => ResolvedTable<A>;
}

/** A rule without what it asks of addresses. */
interface Residue<A> {
  readonly source: BitSet | undefined;
  readonly destination: BitSet | undefined;
  readonly links: readonly LinkId[] | undefined;
  readonly marked: boolean | undefined;
  /** What it asks of protocol and ports; empty when it asks nothing. */
  readonly rest: string;
  readonly way: string;
  readonly effect: string;
  readonly action: A;
}

interface Prepared<A> {
  readonly index: TableIndex<A>;
  /** By the position of the rule. */
  readonly residues: Residue<A>[];
  readonly otherwise: Residue<A>;
  /** By the positions of the rules that can match. */
  readonly resolved: Map<string, ResolvedTable<A>>;
}

/** A resolver without prepared tables. Its numbers mean nothing to another one. */
export function createTableResolver(): TableResolver {
  const prepared = {
    IPv4: new Map<unknown, Prepared<FibAction | HookAction>>(),
    IPv6: new Map<unknown, Prepared<FibAction | HookAction>>(),
  };
  const ids = new Map<string, number>();
  const prepare = <A extends FibAction | HookAction>(
    table: Table<A>,
    family: Family,
  ): Prepared<A> => {
    const known = prepared[family].get(table);
    // Made from this very table, hence from rules with actions of type A: a map cannot say so of its keys.
    if (known !== undefined) return known as unknown as Prepared<A>;
    const { action, because } = table.otherwise;
    const made: Prepared<A> = {
      index: indexTable(table, family),
      residues: [],
      otherwise: residueOf(action, because, "default"),
      resolved: new Map(),
    };
    prepared[family].set(table, made);
    return made;
  };
  return {
    resolve: (table, link, pair) => {
      const known = prepare(table, pair.family);
      const matching: Residue<(typeof table.otherwise)["action"]>[] = [];
      let key = "";
      let open = true;
      for (const rule of known.index.candidates([[pair.destination, pair.destination]])) {
        const residue = residueOfRule(known.residues, rule);
        if (!canMatch(residue, link, pair)) continue;
        matching.push(residue);
        key += `${String(rule.position)} `;
        // It matches whatever comes to it: nothing after it decides.
        open = residue.rest !== "";
        if (!open) break;
      }
      const before = known.resolved.get(key);
      if (before !== undefined) return before;
      const made = resolved(ids, open ? [...matching, known.otherwise] : matching);
      known.resolved.set(key, made);
      return made;
    },
  };
}

function canMatch<A>(
  { source, destination, links, marked }: Residue<A>,
  link: LinkId,
  pair: AddressPair,
): boolean {
  return (
    (destination === undefined || holds(destination, pair.destination)) &&
    (source === undefined || holds(source, pair.source)) &&
    (links === undefined || links.includes(link)) &&
    marked !== true
  );
}

function residueOfRule<A extends FibAction | HookAction>(
  residues: Residue<A>[],
  rule: PreparedRule<A>,
): Residue<A> {
  const { action, because, position } = rule;
  return (residues[position] ??= residueOf(action, because, position, rule));
}

function residueOf<A extends FibAction | HookAction>(
  action: A,
  because: Provenance,
  position: number | "default",
  rule?: PreparedRule<A>,
): Residue<A> {
  const parts = rule?.parts ?? [];
  const setOf = (field: Part["field"]): BitSet | undefined =>
    parts.find((part) => part.field === field)?.set;
  return {
    source: setOf("source"),
    destination: setOf("destination"),
    links: rule?.links,
    marked: rule?.marked,
    rest: parts
      .filter(({ field }) => field !== "source" && field !== "destination")
      .map(({ field, set }) => `${field} ${set.map((interval) => interval.join("-")).join()}`)
      .join("&"),
    way: wayOf(action, because, position),
    effect: effectOf(action, because),
    action,
  };
}

/** What an action does, without the name of whom it delivers or forwards to. */
function effectOf(action: FibAction | HookAction, because: Provenance): string {
  return action.kind === "discard"
    ? `discard ${action.reason} ${because.origins.length > 0 ? "explained" : "unexplained"}`
    : action.kind;
}

/** The table that decides by `residues`, in order. */
function resolved<A extends FibAction | HookAction>(
  ids: Map<string, number>,
  residues: readonly Residue<A>[],
): ResolvedTable<A> {
  const ways = new Map<string, number>();
  const actions: A[] = [];
  const lines = residues.map(({ rest, way, effect, action }) => {
    const known = ways.get(way);
    const number = known ?? ways.size;
    if (known === undefined) {
      ways.set(way, number);
      actions.push(action);
    }
    return `${rest} ${String(number)} ${effect}`;
  });
  const text = lines.join("\n");
  const id = ids.get(text) ?? ids.size;
  ids.set(text, id);
  return { id, actions, kinds: new Set(actions.map(({ kind }) => kind)) };
}
