/**
 * `netqed reach`: what happens to a connection.
 */
import type { QueryAnswer } from "../../check/types.ts";
import { reachJson } from "../../report/reach-json.ts";
import { reachLines } from "../../report/reach-text.ts";
import type { Analysis } from "../analysis.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { answerAsked } from "./answer-asked.ts";
import type { ReachOptions } from "./asked.ts";

const EXIT_OF: Readonly<Record<QueryAnswer["answer"], ExitCode>> = {
  yes: EXIT.proved,
  no: EXIT.refuted,
  depends: EXIT.undecided,
  undecided: EXIT.undecided,
};

/** Runs `reach`. @throws UsageError when an end or the port is malformed */
export function reach(io: Io, analysis: Analysis, options: ReachOptions): Promise<ExitCode> {
  return answerAsked(io, analysis, options, ({ asked, answer, context }) => {
    // People read the names that they typed; programs get the full ones.
    const typed = { ...answer, from: options.from, to: asked.name?.name ?? options.to };
    return {
      lines: () => reachLines(typed, context, options),
      json: () => reachJson(answer, context),
      exit: EXIT_OF[answer.answer],
    };
  });
}
