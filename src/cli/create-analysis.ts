/**
 * The analyses of src/check as the commands call them. What only a proof needs is loaded for a proof only.
 */
import { graphOf } from "../check/graph.ts";
import { answerQuery } from "../check/query.ts";
import { createSubject, type Subject } from "../check/subject.ts";
import type { Analysis } from "./analysis.ts";
import type { Target } from "./input/loaded.ts";

/** How long the solver may think about one question, unless the user says otherwise. */
const TIMEOUT_MS = 10_000;

/** The analyses. */
export function createAnalysis(): Analysis {
  const subjects = new Map<Target, Subject>();
  const subjectOf = (target: Target): Subject => {
    const { cluster, profile, unknowns } = target;
    const subject = subjects.get(target) ?? createSubject(cluster, profile, unknowns);
    subjects.set(target, subject);
    return subject;
  };
  return {
    verify: async (target, intents, timeoutMs = TIMEOUT_MS) => {
      const [{ verify }, { openSolver }] = await Promise.all([
        import("../check/verify.ts"),
        import("../smt/solver.ts"),
      ]);
      const solver = openSolver();
      try {
        const { findings } = await verify(subjectOf(target), intents, { solver, timeoutMs });
        return findings;
      } finally {
        await solver.close();
      }
    },
    reach: (target, query) => Promise.resolve(answerQuery(subjectOf(target), query)),
    graph: (target, options) => Promise.resolve(graphOf(subjectOf(target), options)),
  };
}
