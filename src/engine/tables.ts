/**
 * The indexes of a network's tables, each built when it is first asked for.
 */
import type { Family } from "../../models/base/family.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Otherwise, Rule, Table } from "../../models/network/fib.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Header } from "../../models/network/packet.ts";
import { type RuleIndex, ruleIndex } from "./rule-index.ts";

/** Finds what a table does with a packet. */
export interface Tables {
  /**
   * The first rule of `table` that `header`, having entered through `link`, matches, else its
   * `otherwise`. `table` must not change afterwards.
   *
   * @cost building the table's index the first time, then logarithmic
   * @law a2-engine
   */
  readonly lookup: <A extends FibAction | HookAction>(
    table: Table<A>,
    header: Header,
    link: LinkId,
  ) => Rule<A> | Otherwise<A>;
}

/** Tables of which none has an index yet. A table that several links share is indexed once. */
export function createTables(): Tables {
  const built: Readonly<Record<Family, Map<object, RuleIndex>>> = {
    IPv4: new Map(),
    IPv6: new Map(),
  };
  return {
    lookup: (table, header, link) => {
      const { family } = header;
      const { rules, otherwise } = table;
      if (rules.length === 0) return otherwise;
      let index = built[family].get(table);
      if (index === undefined) {
        const numbered = rules.map(({ match }, number) => ({ number, match }));
        index = ruleIndex(numbered, family);
        built[family].set(table, index);
      }
      return rules[index.find(header, link, rules.length)] ?? otherwise;
    },
  };
}
