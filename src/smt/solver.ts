/**
 * Asks Z3. One owner opens a solver and closes it. Z3 lives in a worker thread, which isolates its memory
 * and its blocking calls, and is started by the first question, or ahead of it. Whatever happens to the
 * worker, every question gets an answer: what is not known is `unknown`, with the reason.
 */
import { present } from "../base/assert.ts";
import { SOLVER_LIMITS } from "../base/limits.ts";
import { type Connect, connectToZ3 } from "./solver-connection.ts";
import type { Answer } from "./solver-answer.ts";
import { Queue } from "./solver-queue.ts";
import type { Bool } from "./term.ts";

/** Bounds on one call. */
interface QuestionLimits {
  /** For each question, in milliseconds, at least 1; by default that of the solver. */
  readonly timeoutMs?: number;
}

/** Answers questions in the order in which they are asked. */
export interface Solver {
  /** Has Z3 load while the caller does something else. For those who will surely ask. */
  readonly start: () => void;
  /** Whether all of `conditions` can hold together. Never rejects. */
  readonly check: (conditions: readonly Bool[], limits?: QuestionLimits) => Promise<Answer>;
  /** For each of `questions` whether it can hold; much quicker than asking one by one. Never rejects. */
  readonly checkAll: (
    questions: readonly Bool[],
    limits?: QuestionLimits,
  ) => Promise<readonly Answer[]>;
  /** How many questions Z3 has answered. */
  readonly asked: () => number;
  /** The version of Z3; undefined until it has started. */
  readonly version: () => string | undefined;
  /** Stops Z3. Questions that are open become `unknown`; so does every later one. */
  readonly close: () => Promise<void>;
}

/** How a solver works. */
export interface SolverOptions {
  /** For each question, in milliseconds. */
  readonly timeoutMs?: number;
  /** How Z3 is run; absent: in a worker thread, or in this one where there is no compiled worker. */
  readonly connect?: Connect;
}

/**
 * A solver. Loads nothing until the first question or `start`. The process can end while it is open and idle.
 */
export function openSolver(options: SolverOptions = {}): Solver {
  const usual = options.timeoutMs ?? SOLVER_LIMITS.timeoutMs;
  const queue = new Queue(options.connect ?? connectToZ3);
  const timeoutOf = (limits?: QuestionLimits): number => limits?.timeoutMs ?? usual;
  return {
    start: () => queue.start(),
    check: async (conditions, limits) => {
      const [answer] = await queue.ask([conditions], timeoutOf(limits));
      return present(answer, "a question without an answer");
    },
    checkAll: (questions, limits) =>
      queue.ask(
        questions.map((each) => [each]),
        timeoutOf(limits),
      ),
    asked: () => queue.asked,
    version: () => queue.version,
    close: () => queue.close(),
  };
}
