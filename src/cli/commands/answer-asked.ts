/**
 * What `reach` and `replay` have in common: the question is read, its ends are resolved in each input, and it is
 * answered there.
 */
import type { QueryAnswer } from "../../check/types.ts";
import type { RunContext } from "../../report/run-context.ts";
import type { Analysis } from "../analysis.ts";
import { answerInputs, extended, hasErrors, type Reply } from "../answer.ts";
import type { ExitCode } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Target } from "../input/loaded.ts";
import type { Io } from "../io.ts";
import { type Asked, type ReachOptions, askedIn, resolveAsked } from "./asked.ts";

/** An answer about one input. */
interface Found {
  readonly asked: Asked;
  readonly target: Target;
  readonly answer: QueryAnswer;
  readonly context: RunContext;
}

type Report = Extract<Reply, { readonly kind: "answered" }>["answered"];

/**
 * Answers the question of `options` about every input and reports by `report`. An input in which an end or the port
 * means nothing is refused.
 *
 * @throws UsageError when an end or the port is malformed
 */
export async function answerAsked(
  io: Io,
  analysis: Analysis,
  options: ReachOptions,
  report: (found: Found) => Report | Promise<Report>,
): Promise<ExitCode> {
  const asked = askedIn(options);
  const { inputs } = await load(io, options);
  return answerInputs(io, options, inputs, async (target, before) => {
    const query = resolveAsked(asked, target.cluster);
    const context = extended(before, query.diagnostics);
    if (query.value === undefined || hasErrors(context.diagnostics)) {
      return { kind: "refused", context };
    }
    const answer = await analysis.reach(target, query.value);
    return { kind: "answered", answered: await report({ asked, target, answer, context }) };
  });
}
