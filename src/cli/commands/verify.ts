/**
 * `netqed verify`: the built-in properties and the user's intents.
 */
import type { Analysis } from "../analysis.ts";
import { answerInputs, extended, hasErrors, type Reply } from "../answer.ts";
import type { CommonOptions } from "../common-options.ts";
import { type ExitCode, exitCodeOf } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { load, type LoadedInput } from "../input/load.ts";
import { loadIntents } from "../input/load-intents.ts";
import { intentAssumptions } from "../../intent/intent-assumptions.ts";
import { resolveProperties } from "../../intent/resolve-claim.ts";
import { verifyJson } from "../../report/verify-json.ts";
import { verifyLines } from "../../report/verify-text.ts";

/** The options of `verify`. */
export interface VerifyOptions extends CommonOptions {
  readonly intents: readonly string[];
  readonly failOn: "error" | "warn";
  /** Bounds each question to the solver; absent: the default. */
  readonly timeoutMs?: number;
}

/** Runs `verify`. */
export async function verify(
  io: Io,
  analysis: Analysis,
  options: VerifyOptions,
): Promise<ExitCode> {
  return verifyInput(io, analysis, options, await load(io, options));
}

async function verifyInput(
  io: Io,
  analysis: Analysis,
  options: VerifyOptions,
  input: LoadedInput,
): Promise<ExitCode> {
  const intents = await loadIntents(io, options.intents, input);
  const inputs = input.inputs.map(({ target, context }, index) => {
    const told = extended(context, index === 0 ? intents.diagnostics : [], intents.sources);
    // Intents that could not be read refuse every input: none of them would be checked as asked.
    return target === undefined || hasErrors(intents.diagnostics)
      ? { context: told }
      : { target, context: told };
  });
  return answerInputs(io, options, inputs, async (target, context): Promise<Reply> => {
    const resolved = resolveProperties(intents.properties, target.cluster);
    const about = extended(context, resolved.diagnostics);
    if (resolved.value === undefined || hasErrors(about.diagnostics)) {
      return { kind: "refused", context: about };
    }
    const findings = await analysis.verify(target, resolved.value, options.timeoutMs);
    const complete = {
      ...about,
      assumptions: [
        ...about.assumptions,
        ...[
          ...new Set(findings.flatMap(({ assumes = [] }) => assumes)),
          ...intentAssumptions(intents.properties, target.cluster),
        ].map((text) => ({ text })),
      ],
    };
    return {
      kind: "answered",
      answered: {
        lines: () => verifyLines(findings, complete, options),
        json: () => verifyJson(findings, complete),
        exit: exitCodeOf(findings, options.failOn),
      },
    };
  });
}
