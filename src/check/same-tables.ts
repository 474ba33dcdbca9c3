/**
 * Whether two networks have the same tables: then every packet fares alike in both.
 */
import type { Fib, Hook, Rule } from "../../models/network/fib.ts";
import type { Network } from "../../models/network/network.ts";

/**
 * Whether `a` and `b` have the same processes, switches and links with equal rules, whatever their reasons say.
 * False says nothing: different tables can do the same.
 *
 * @cost each pair of tables is compared once, however many links have it
 */
export function sameTables(a: Network, b: Network): boolean {
  const known = new Map<Hook, Set<Hook>>();
  const sameHook = (x: Hook, y: Hook): boolean => {
    if (x === y || known.get(x)?.has(y) === true) return true;
    if (x.stage !== y.stage || !sameTable(x, y)) return false;
    known.set(x, (known.get(x) ?? new Set()).add(y));
    return true;
  };
  const sameHooks = (x: readonly Hook[], y: readonly Hook[]): boolean =>
    x.length === y.length &&
    x.every((hook, i) => {
      const other = y[i];
      return other !== undefined && sameHook(hook, other);
    });
  return (
    sameKeys(a.processes, b.processes) &&
    sameKeys(a.switches, b.switches) &&
    sameKeys(a.links, b.links) &&
    [...a.switches].every(([id, { fib }]) => {
      const other = b.switches.get(id)?.fib;
      return other !== undefined && sameTable(fib, other);
    }) &&
    [...a.links].every(([id, link]) => {
      const other = b.links.get(id);
      return (
        other !== undefined &&
        sameHooks(link.onLeave, other.onLeave) &&
        sameHooks(link.onEnter, other.onEnter)
      );
    })
  );
}

function sameKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}

function sameTable(a: Hook | Fib, b: Hook | Fib): boolean {
  if (a.rules === b.rules) return true;
  if (a.rules.length !== b.rules.length) return false;
  const texts = (table: Hook | Fib): readonly string[] =>
    [...table.rules, { match: {}, ...table.otherwise }].map(ruleText);
  const others = texts(b);
  return texts(a).every((text, i) => text === others[i]);
}

/** What a rule matches and does, without its reason. */
function ruleText({ match, action }: Pick<Rule<unknown>, "match" | "action">): string {
  return JSON.stringify([match, action], (key, value: unknown) =>
    key === "because" ? undefined : typeof value === "bigint" ? `${String(value)}n` : value,
  );
}
