/**
 * `netqed replay`: sends the packets of a question through the Linux kernel.
 */
import type { QueryAnswer } from "../../check/types.ts";
import { contextJson, SCHEMA_VERSION } from "../../report/json.ts";
import type { Analysis } from "../analysis.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { type Replayed, replayPackets } from "../lab/replay-packets.ts";
import { replayJson, replayLines } from "../lab/replay-text.ts";
import { answerAsked } from "./answer-asked.ts";
import type { ReachOptions } from "./asked.ts";

/** Runs `replay`. @throws UsageError when an end or the port is malformed */
export function replay(io: Io, analysis: Analysis, options: ReachOptions): Promise<ExitCode> {
  return answerAsked(io, analysis, options, async ({ target, answer, context }) => {
    const replayed = await replayPackets(target, tracesOf(answer));
    return {
      lines: () => replayLines(replayed),
      json: () => ({
        schemaVersion: SCHEMA_VERSION,
        replay: replayJson(replayed),
        ...contextJson(context),
      }),
      exit: exitOf(replayed),
    };
  });
}

/** The traces of an answer: of a request through an Ingress those of all its legs. */
function tracesOf(answer: QueryAnswer): readonly QueryAnswer["outcomes"][number]["trace"][] {
  const legs = (answer.passages ?? []).flatMap((p) => [...p.entrances, ...p.backends]);
  return [answer, ...legs.map((leg) => leg.answer)].flatMap(({ outcomes }) =>
    outcomes.map(({ trace }) => trace),
  );
}

function exitOf(replayed: Replayed): ExitCode {
  if (replayed.kind === "skipped") return EXIT.undecided;
  return replayed.told.every(({ difference }) => difference === undefined)
    ? EXIT.proved
    : EXIT.refuted;
}
