/**
 * Solvers that give no answer.
 */
import type { Connect } from "../../src/smt/solver-connection.ts";
import type { Batch, WireAnswer } from "../../src/smt/solver-wire.ts";

/** A solver that starts, and answers every question with `answer`. */
export const answering =
  (answer: WireAnswer): Connect =>
  ({ report }) => {
    queueMicrotask(() => report({ kind: "ready", version: "0" }));
    return {
      send: ({ questions }: Batch) => {
        questions.forEach((_, index) => report({ kind: "answer", index, answer }));
      },
      keepAlive: () => undefined,
      end: () => Promise.resolve(),
    };
  };

/** A solver that starts and breaks at every question. */
export const BROKEN: Connect = ({ report, broke }) => {
  queueMicrotask(() => report({ kind: "ready", version: "0" }));
  return {
    send: () => broke("the solver ended unexpectedly"),
    keepAlive: () => undefined,
    end: () => Promise.resolve(),
  };
};

/** A solver that never finishes in time. */
export const SLOW = answering({ kind: "unknown", why: "time", reason: "timeout" });
