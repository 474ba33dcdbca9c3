/**
 * `netqed replay`: sends the packets of a question through the Linux kernel.
 */
import type { Analysis } from "../analysis.ts";
import { answerInputs, extended, hasErrors } from "../answer.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Io } from "../io.ts";
import { type Replayed, replayPackets } from "../lab/replay-packets.ts";
import { replayJson, replayLines } from "../lab/replay-text.ts";
import { contextJson, SCHEMA_VERSION } from "../../report/json.ts";
import type { QueryAnswer } from "../../check/types.ts";
import { type Asked, type ReachOptions, askedIn, resolveAsked } from "./asked.ts";

/** Runs `replay`. @throws UsageError when an end or the port is malformed */
export async function replay(io: Io, analysis: Analysis, options: ReachOptions): Promise<ExitCode> {
  const asked: Asked = askedIn(options);
  const { inputs } = await load(io, options);
  return answerInputs(io, options, inputs, async (target, context) => {
    const query = resolveAsked(asked, target.cluster);
    const about = extended(context, query.diagnostics);
    if (query.value === undefined || hasErrors(about.diagnostics)) {
      return { kind: "refused", context: about };
    }
    const answer = await analysis.reach(target, query.value);
    const replayed = await replayPackets(target, tracesOf(answer));
    return {
      kind: "answered",
      answered: {
        lines: () => replayLines(replayed),
        json: () => ({
          schemaVersion: SCHEMA_VERSION,
          replay: replayJson(replayed),
          ...contextJson(about),
        }),
        exit: exitOf(replayed),
      },
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
