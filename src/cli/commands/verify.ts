/**
 * `netqed verify`: the built-in properties and the user's intents.
 */
import type { Analysis } from "../analysis.ts";
import { answerInputs, extended, hasErrors, type Reply } from "../answer.ts";
import type { CommonOptions } from "../common-options.ts";
import { EXIT, type ExitCode, exitCodeOf, worst } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { load, type LoadedInput } from "../input/load.ts";
import { loadIntents } from "../input/load-intents.ts";
import { intentAssumptions } from "../../intent/intent-assumptions.ts";
import { resolveProperties } from "../../intent/resolve-claim.ts";
import type { Finding } from "../../check/types.ts";
import { BLANK, type Line } from "../../report/line.ts";
import type { Target } from "../input/loaded.ts";
import type { JsonObject } from "../../report/json.ts";
import { verifyJson } from "../../report/verify-json.ts";
import { verifyLines } from "../../report/verify-text.ts";

/** The options of `verify`. */
export interface VerifyOptions extends CommonOptions {
  readonly intents: readonly string[];
  readonly failOn: "error" | "warn";
  /** Whether counterexamples are sent through the kernel. */
  readonly replay: boolean;
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
  const inputs = input.inputs.map(({ target, context, config }, index) => {
    const told = extended(context, index === 0 ? intents.diagnostics : [], intents.sources);
    // Intents that could not be read refuse every input: none of them would be checked as asked.
    return target === undefined || hasErrors(intents.diagnostics)
      ? { config, context: told }
      : { target, config, context: told };
  });
  return answerInputs(io, options, inputs, async (target, context): Promise<Reply> => {
    const resolved = resolveProperties(intents.properties, target.cluster);
    const about = extended(context, resolved.diagnostics);
    if (resolved.value === undefined || hasErrors(about.diagnostics)) {
      return { kind: "refused", context: about };
    }
    const findings = await analysis.verify(target, resolved.value, options.timeoutMs);
    const replayed = options.replay ? await replayFindings(target, findings) : undefined;
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
        lines: () => [
          ...verifyLines(findings, complete, options),
          ...(replayed === undefined ? [] : [BLANK, ...replayed.lines]),
        ],
        json: () => ({
          ...verifyJson(findings, complete),
          ...(replayed === undefined ? {} : { replay: replayed.json }),
        }),
        exit: worst([
          exitCodeOf(findings, options.failOn),
          ...(replayed === undefined ? [] : [replayed.exit]),
        ]),
      },
    };
  });
}

/**
 * The counterexamples of `findings` in the kernel. Where it does something else than netqed says, one of the
 * two is wrong, and nothing should be built on the report: an internal error.
 */
async function replayFindings(
  target: Target,
  findings: readonly Finding[],
): Promise<{
  readonly lines: readonly Line[];
  readonly json: JsonObject;
  readonly exit: ExitCode;
}> {
  const traces = findings.flatMap(({ outcome }) =>
    outcome.kind === "refuted" ? outcome.by.flatMap(({ trace }) => trace ?? []) : [],
  );
  if (traces.length === 0) {
    const reason = "no counterexample is a packet";
    return { lines: [[`not replayed: ${reason}`]], json: { skipped: reason }, exit: EXIT.proved };
  }
  const [{ replayPackets }, { replayJson, replayLines }] = await Promise.all([
    import("../lab/replay-packets.ts"),
    import("../lab/replay-text.ts"),
  ]);
  const replayed = await replayPackets(target, traces);
  const differs =
    replayed.kind === "told" && replayed.told.some(({ difference }) => difference !== undefined);
  return {
    lines: replayLines(replayed),
    json: replayJson(replayed),
    exit: differs ? EXIT.internal : EXIT.proved,
  };
}
