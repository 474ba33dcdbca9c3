/**
 * Look-ups in the tables of a network. A table that is asked again and again gets an index; one that a
 * single query meets is read through, which is sooner than to sort it.
 */
import type { Family } from "../../models/base/family.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Otherwise, Rule, Table } from "../../models/network/fib.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Header } from "../../models/network/packet.ts";
import { meets } from "./match-header.ts";
import { type Numbered, type RuleIndex, ruleIndex } from "./rule-index.ts";

/** Finds what a table does with a packet. */
export interface Tables {
  /**
   * The first rule of `table` that `header`, having entered through `link` and been marked since or
   * not, matches, else its `otherwise`. `table` must not change afterwards.
   *
   * @cost the rules of the table the first few times, then building its index once, then logarithmic
   * @law a2-engine
   */
  readonly lookup: <A extends FibAction | HookAction>(
    table: Table<A>,
    header: Header,
    link: LinkId,
    marked: boolean,
  ) => Rule<A> | Otherwise<A>;
}

/** What is known of one long table for one family. */
interface Entry {
  index: RuleIndex | undefined;
  /** How often it may still be read through. */
  scansLeft: number;
}

/** A table with fewer rules is always read through. */
const LONG = 12;
/** So often a long table is read through before the work of building its index is likely to pay. */
const SCANS = 4;

/** Tables of which none has been asked. A table that several links share is one. */
export function createTables(): Tables {
  const known: Readonly<Record<Family, Map<object, Entry>>> = { IPv4: new Map(), IPv6: new Map() };
  const indexOf = (table: Table<FibAction | HookAction>, family: Family): RuleIndex | undefined => {
    let entry = known[family].get(table);
    if (entry === undefined) {
      entry = { index: undefined, scansLeft: SCANS };
      known[family].set(table, entry);
    }
    if (entry.scansLeft > 0) entry.scansLeft -= 1;
    else entry.index ??= ruleIndex(numbered(table), family);
    return entry.index;
  };
  return {
    lookup: (table, header, link, marked) => {
      const { rules, otherwise } = table;
      const index = rules.length < LONG ? undefined : indexOf(table, header.family);
      if (index !== undefined) {
        return rules[index.find(header, link, marked, rules.length)] ?? otherwise;
      }
      for (const rule of rules) if (meets(rule.match, header, link, marked)) return rule;
      return otherwise;
    },
  };
}

function numbered(table: Table<FibAction | HookAction>): readonly Numbered[] {
  return table.rules.map(({ match }, number) => ({ number, match }));
}
