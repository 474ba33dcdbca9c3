/**
 * `netqed reach`: what happens to a connection.
 */
import type { Analysis } from "../analysis.ts";
import { answerInputs, extended, hasErrors } from "../answer.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Io } from "../io.ts";
import type { QueryAnswer } from "../../check/types.ts";
import { reachJson } from "../../report/reach-json.ts";
import { reachLines } from "../../report/reach-text.ts";
import { type ReachOptions, askedIn, resolveAsked } from "./asked.ts";

const EXIT_OF: Readonly<Record<QueryAnswer["answer"], ExitCode>> = {
  yes: EXIT.proved,
  no: EXIT.refuted,
  depends: EXIT.undecided,
  undecided: EXIT.undecided,
};

/** Runs `reach`. @throws UsageError when an end or the port is malformed */
export async function reach(io: Io, analysis: Analysis, options: ReachOptions): Promise<ExitCode> {
  const asked = askedIn(options);
  const { inputs } = await load(io, options);
  return answerInputs(io, options, inputs, async (target, context) => {
    const query = resolveAsked(asked, target.cluster);
    const about = extended(context, query.diagnostics);
    if (query.value === undefined || hasErrors(about.diagnostics)) {
      return { kind: "refused", context: about };
    }
    const answer = await analysis.reach(target, query.value);
    // People read the names that they typed; programs get the full ones.
    const typed = { ...answer, from: options.from, to: asked.name?.name ?? options.to };
    return {
      kind: "answered",
      answered: {
        lines: () => reachLines(typed, about, options),
        json: () => reachJson(answer, about),
        exit: EXIT_OF[answer.answer],
      },
    };
  });
}
