/**
 * What a solver says to a question.
 */
import type { Assignment } from "./eval-term.ts";
import type { WireAnswer } from "./solver-wire.ts";

/** The solver's word about a condition. */
export type Answer =
  | { readonly kind: "unsat" }
  /** Values under which it holds; variables without a value may have any. */
  | { readonly kind: "sat"; readonly model: Assignment }
  | { readonly kind: "unknown"; readonly code: "NQ5001" | "NQ5002"; readonly reason: string };

/** An answer as the worker sends it, read. Numbers are told from truth values by their form. */
export function answerOf(wire: WireAnswer): Answer {
  switch (wire.kind) {
    case "unsat":
      return { kind: "unsat" };
    case "sat":
      return {
        kind: "sat",
        model: new Map(
          wire.values.map(([name, value]) => [
            name,
            typeof value === "boolean" ? value : BigInt(value),
          ]),
        ),
      };
    case "unknown":
      return {
        kind: "unknown",
        code: wire.why === "time" ? "NQ5001" : "NQ5002",
        reason:
          wire.why === "time"
            ? "the solver did not finish in time (--timeout gives it more)"
            : `the solver gave up: ${wire.reason}`,
      };
  }
}
