/**
 * Ordered rules: the first that matches decides; where none does, `otherwise` decides. Total.
 */
import type { Provenance } from "../base/origin.ts";
import type { FibAction, HookAction } from "./action.ts";
import { type Match, matches } from "./match.ts";
import type { LinkId } from "./ids.ts";
import type { Header } from "./packet.ts";

/** One line of a table. */
export interface Rule<A> {
  readonly match: Match;
  readonly action: A;
  readonly because: Provenance;
}

/** What a table does with a packet that no rule matches. */
export interface Otherwise<A> {
  readonly action: A;
  readonly because: Provenance;
}

/** An ordered, total list of rules. */
export interface Table<A> {
  readonly rules: readonly Rule<A>[];
  readonly otherwise: Otherwise<A>;
}

/** The forwarding information base of a switch. By default a packet is discarded. */
export type Fib = Table<FibAction>;

/**
 * A table that a packet passes on a link. `stage` names its place in the pipeline for traces, e.g.
 * `dnat`, `egress`, `masquerade`, `ingress`.
 */
export interface Hook extends Table<HookAction> {
  readonly stage: string;
}

/** The first rule of `table` that matches, else its `otherwise`. */
export function lookup<A>(
  table: Table<A>,
  header: Header,
  link: LinkId,
  marked: boolean,
): Rule<A> | Otherwise<A> {
  return table.rules.find((rule) => matches(rule.match, header, link, marked)) ?? table.otherwise;
}
