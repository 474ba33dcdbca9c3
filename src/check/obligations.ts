/**
 * What is left to prove: conditions that must have no solution. Equal conditions are proven once,
 * however many pairs of ends need them.
 */
import type { Bound } from "../../models/kubernetes/unknowns.ts";
import type { Packet } from "../../models/network/network.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import type { Exploration } from "../smt/path.ts";
import { decodePacket } from "../smt/decode.ts";
import type { Bool } from "../smt/term.ts";
import type { Solver } from "../smt/solver.ts";
import type { Answer } from "../smt/solver-answer.ts";
import type { Terms } from "../smt/factory.ts";
import { packetToShow } from "../smt/prefer.ts";

/** A case that needs a condition: how to read a solution as a packet, and what it then breaks. */
export interface Need {
  readonly exploration: Exploration;
  /** The network in which a solution is a packet. */
  readonly bound: Bound;
  /** Ordered pairs of ends that this case stands for. */
  readonly pairs: number;
}

interface Entry<N> {
  readonly term: Bool;
  readonly first: N;
  pairs: number;
}

/** How one condition came out. */
export type Discharge<N> =
  | { readonly kind: "proved"; readonly term: Bool }
  | {
      readonly kind: "refuted";
      readonly term: Bool;
      readonly need: N;
      readonly packet: Packet;
      /** Pairs with this condition, the one shown included. */
      readonly pairs: number;
    }
  | {
      readonly kind: "unknown";
      readonly term: Bool;
      readonly code: DiagnosticCode;
      readonly reason: string;
      readonly need: N;
    };

/** Conditions that must have no solution. */
export interface Obligations<N extends Need> {
  /** Adds `violation`: `need` breaks iff it has a solution. A condition that folded to no is proven. */
  readonly add: (violation: Bool, need: N) => void;
  /** Cases added. */
  readonly cases: () => number;
  /** Distinct conditions that need the solver. */
  readonly size: () => number;
  /** Asks the solver for every condition, in the order in which they were added. */
  readonly discharge: (solver: Solver, timeoutMs: number) => Promise<readonly Discharge<N>[]>;
}

/** How many solutions reports can show: only those are worth the questions that single them out. */
const SHOWN_MAX = 5;

/** An empty collection of conditions made by `terms`. */
export function createObligations<N extends Need>(terms: Terms): Obligations<N> {
  const entries = new Map<Bool, Entry<N>>();
  let cases = 0;
  return {
    add: (violation, need) => {
      cases += 1;
      if (violation === terms.no) return;
      const known = entries.get(violation);
      if (known === undefined) {
        entries.set(violation, { term: violation, first: need, pairs: need.pairs });
      } else known.pairs += need.pairs;
    },
    cases: () => cases,
    size: () => entries.size,
    discharge: async (solver, timeoutMs) => {
      const list = [...entries.values()];
      const answers = await solver.checkAll(
        list.map((entry) => entry.term),
        { timeoutMs },
      );
      const results: Discharge<N>[] = [];
      let shown = 0;
      for (const [index, entry] of list.entries()) {
        const answer = answers[index];
        if (answer?.kind !== "sat" || shown >= SHOWN_MAX) results.push(discharged(entry, answer));
        else {
          shown += 1;
          const { first: need, term, pairs } = entry;
          // The same packet on every run and machine, whatever the solver found first.
          const packet = await packetToShow(terms, solver, need.exploration, term, answer.model);
          results.push({ kind: "refuted", term, need, packet, pairs });
        }
      }
      return results;
    },
  };
}

function discharged<N extends Need>(entry: Entry<N>, answer: Answer | undefined): Discharge<N> {
  const { first: need, term } = entry;
  if (answer === undefined)
    return { kind: "unknown", term, code: "NQ5002", reason: "no answer", need };
  switch (answer.kind) {
    case "unsat":
      return { kind: "proved", term };
    case "unknown":
      return { kind: "unknown", term, code: answer.code, reason: answer.reason, need };
    case "sat":
      return {
        kind: "refuted",
        term,
        need,
        packet: decodePacket(need.exploration, answer.model),
        pairs: entry.pairs,
      };
  }
}
