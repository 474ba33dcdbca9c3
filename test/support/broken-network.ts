/**
 * Mistakes in a network, of the kinds that a compiler could make: what proofs must notice.
 */
import fc from "fast-check";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Hook, Rule, Table } from "../../models/network/fib.ts";
import type { Link, Network, Switch } from "../../models/network/network.ts";

const MISTAKES = [
  "drop",
  "swap",
  "origin",
  "discard",
  "reject",
  "astray",
  "rewrite",
  "any source",
  "any destination",
  "any port",
  "one port",
  "one link",
  "several ways",
  "mark",
  "if marked",
] as const;

/** Of a rule that has lost its origin, or should have none. */
const NOWHERE = { file: "mistake.yaml", line: 1, column: 1, path: "" };

/** One mistake, at a rule of a table that are chosen by number. */
export interface Mistake {
  readonly kind: (typeof MISTAKES)[number];
  readonly table: number;
  readonly rule: number;
  /** Which link, process or port is meant instead. */
  readonly other: number;
}

/** A mistake of any kind. */
export const mistakeArbitrary: fc.Arbitrary<Mistake> = fc.record({
  kind: fc.constantFrom(...MISTAKES),
  table: fc.nat(999),
  rule: fc.nat(999),
  other: fc.nat(999),
});

/** `network` with all `mistakes`, one after the other. Those that fit nowhere change nothing. */
export function withMistakes(network: Network, mistakes: readonly Mistake[]): Network {
  return mistakes.reduce(withMistake, network);
}

/** FIBs first, then the hooks of links. */
function withMistake(network: Network, mistake: Mistake): Network {
  const hooks = [...network.links.values()].reduce((n, l) => n + hooksOf(l).length, 0);
  const place = mistake.table % (network.switches.size + hooks);
  let at = 0;
  const isHere = (): boolean => at++ === place;
  const switches = new Map<string, Switch>();
  for (const [id, one] of network.switches) {
    switches.set(id, isHere() ? { ...one, fib: edited(network, one.fib, mistake) } : one);
  }
  const links = new Map<string, Link>();
  for (const [id, link] of network.links) {
    const hook = (one: Hook): Hook =>
      isHere() ? { ...edited<HookAction>(network, one, mistake), stage: one.stage } : one;
    const [onLeave, onEnter] = [link.onLeave.map(hook), link.onEnter.map(hook)];
    links.set(id, { ...link, onLeave, onEnter });
  }
  return { ...network, switches, links };
}

function hooksOf({ onLeave, onEnter }: Link): readonly Hook[] {
  return [...onLeave, ...onEnter];
}

function edited<A extends FibAction | HookAction>(
  network: Network,
  table: Table<A>,
  mistake: Mistake,
): Table<A> {
  const { rules, otherwise } = table;
  const position = mistake.rule % (rules.length + 1);
  const rule = rules[position];
  if (rule === undefined) {
    const { action, because } = changed(network, { ...otherwise, match: {} }, mistake);
    return { rules, otherwise: { action, because } };
  }
  const before = rules.slice(0, position);
  const after = rules.slice(position + 1);
  if (mistake.kind === "drop") return { otherwise, rules: [...before, ...after] };
  if (mistake.kind === "swap") {
    return { otherwise, rules: [...before, ...after.slice(0, 1), rule, ...after.slice(1)] };
  }
  return { otherwise, rules: [...before, changed(network, rule, mistake), ...after] };
}

function changed<A extends FibAction | HookAction>(
  network: Network,
  rule: Rule<A>,
  { kind, other }: Mistake,
): Rule<A> {
  const { match, action, because } = rule;
  const without = (field: "sources" | "destinations" | "destinationPorts"): Rule<A> => {
    // A translation is of one family, which its addresses tell.
    if (action.kind === "translate") return rule;
    const rest = Object.entries(match).filter(([name]) => name !== field);
    return { ...rule, match: Object.fromEntries(rest) };
  };
  // Every table can discard, so the action is one of A.
  const discards = (reason: "filtered" | "rejected"): Rule<A> => ({
    ...rule,
    action: { kind: "discard", reason } as FibAction as A,
  });
  switch (kind) {
    case "origin":
      return {
        ...rule,
        because: { ...because, origins: because.origins.length > 0 ? [] : [NOWHERE] },
      };
    case "discard":
      return discards("filtered");
    case "reject":
      return discards("rejected");
    case "astray":
      return { ...rule, action: astray(network, action, other) };
    case "rewrite":
      return { ...rule, action: rewriting(action, other) };
    case "any source":
      return without("sources");
    case "any destination":
      return without("destinations");
    case "any port":
      return without("destinationPorts");
    case "one port":
      return { ...rule, match: { ...match, destinationPorts: [[80, 80]] } };
    case "several ways":
      return { ...rule, action: severalWays(network, action, other) };
    case "mark":
      return { ...rule, action: marking(action) };
    case "if marked":
      return { ...rule, match: { ...match, marked: other % 2 === 0 } };
    case "one link":
      return { ...rule, match: { ...match, links: [pick([...network.links.keys()], other)] } };
    case "drop":
    case "swap":
      return rule;
  }
}

/** Delivers or forwards to somebody else; what does neither is unchanged. */
function astray<A extends FibAction | HookAction>(network: Network, action: A, other: number): A {
  if (action.kind === "deliver")
    return { ...action, to: pick([...network.processes.keys()], other) };
  const link = pick([...network.links.keys()], other);
  if (action.kind === "forward") return { ...action, via: link };
  if (action.kind === "multipath") return { ...action, vias: [...action.vias.slice(1), link] };
  return action;
}

/** May take another link instead; what does not forward is unchanged. */
function severalWays<A extends FibAction | HookAction>(
  network: Network,
  action: A,
  other: number,
): A {
  if (action.kind !== "forward") return action;
  const vias = [action.via, pick([...network.links.keys()], other)];
  // Only FIBs forward, and every FIB can choose.
  return { kind: "multipath", choice: `mistake way ${other}`, vias } as FibAction as A;
}

/** Marks what the translation did not mark, and the other way round. */
function marking<A extends FibAction | HookAction>(action: A): A {
  if (action.kind !== "translate") return action;
  const rewrites = action.rewrites.map(({ marks, ...rewrite }) =>
    marks === true ? rewrite : { ...rewrite, marks: true as const },
  );
  return { ...action, rewrites };
}

/** Rewrites the called port instead of passing; what does not pass is unchanged. */
function rewriting<A extends FibAction | HookAction>(action: A, other: number): A {
  if (action.kind !== "pass") return action;
  const rewrite = { destinationPort: 1 + other, because: { text: "mistake", origins: [] } };
  // Only hooks pass, and every hook can translate.
  const made = { kind: "translate", choice: `mistake ${other}`, rewrites: [rewrite] } as const;
  return made as HookAction as A;
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
