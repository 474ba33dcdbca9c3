/**
 * The analyses of src/check as the commands call them. What only a proof needs is loaded for a proof only.
 */
import { graphOf } from "../check/graph.ts";
import { answerHost } from "../check/host-answer.ts";
import { answerNamed } from "../check/named-answer.ts";
import { answerQuery } from "../check/query.ts";
import { SOLVER_LIMITS } from "../base/limits.ts";
import { createSubject, type Lowering, type Subject } from "../check/subject.ts";
import type { Finding } from "../check/types.ts";
import type { Solver } from "../smt/solver.ts";
import type { Analysis } from "./analysis.ts";
import type { Target } from "./input/loaded.ts";

/** What the analyses are made of, where it is not the usual. */
export interface AnalysisParts {
  readonly lower?: Lowering;
  readonly openSolver?: () => Solver;
}

/** Analyses that may hold a solver, which whoever made them closes. */
export interface OpenAnalysis extends Analysis {
  /** Stops the solver, if there is one. */
  readonly close: () => Promise<void>;
}

/**
 * The analyses. Inputs that are verified one after the other share a solver, whose start takes longer than
 * most of them; one at whose questions it failed leaves a new one to the next.
 */
export function createAnalysis(parts: AnalysisParts = {}): OpenAnalysis {
  const subjects = new Map<Target, Subject>();
  const subjectOf = (target: Target): Subject => {
    const { cluster, profile, unknowns } = target;
    const subject = subjects.get(target) ?? createSubject(cluster, profile, unknowns, parts.lower);
    subjects.set(target, subject);
    return subject;
  };
  let solver: Solver | undefined;
  const close = async (): Promise<void> => {
    const open = solver;
    solver = undefined;
    await open?.close();
  };
  return {
    verify: async (target, intents, timeoutMs = SOLVER_LIMITS.timeoutMs) => {
      const [{ verify }, { openSolver }] = await Promise.all([
        import("../check/verify.ts"),
        import("../smt/solver.ts"),
      ]);
      solver ??= (parts.openSolver ?? openSolver)();
      // It loads in a thread of its own while this one finds out what to prove.
      solver.start();
      const { findings } = await verify(subjectOf(target), intents, { solver, timeoutMs });
      if (findings.some(hasSolverTrouble)) await close();
      return findings;
    },
    reach: (target, query) => {
      const subject = subjectOf(target);
      if ("request" in query) return Promise.resolve(answerHost(subject, query));
      return Promise.resolve(
        "resolution" in query ? answerNamed(subject, query) : answerQuery(subject, query),
      );
    },
    graph: (target, options) => Promise.resolve(graphOf(subjectOf(target), options)),
    close,
  };
}

/** Whether the solver, rather than the input, left something open. */
function hasSolverTrouble({ outcome }: Finding): boolean {
  return outcome.kind === "undecided" && outcome.why.some(({ code }) => code.startsWith("NQ5"));
}
