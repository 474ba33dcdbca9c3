/**
 * `netqed graph`: who can reach whom.
 */
import type { Analysis } from "../analysis.ts";
import { answerInputs } from "../answer.ts";
import type { CommonOptions } from "../common-options.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import { load } from "../input/load.ts";
import type { Io } from "../io.ts";
import { graphJson } from "../../report/graph-json.ts";
import { graphLines } from "../../report/graph-text.ts";

/** The options of `graph`. */
export interface GraphOptions extends CommonOptions {
  readonly pods: boolean;
  readonly channels: boolean;
}

/** Runs `graph`. */
export async function graph(io: Io, analysis: Analysis, options: GraphOptions): Promise<ExitCode> {
  const { inputs } = await load(io, options);
  return answerInputs(io, options, inputs, async (target, context) => {
    const found = await analysis.graph(target, options);
    return {
      kind: "answered",
      answered: {
        lines: () => graphLines(found, context, options),
        json: () => graphJson(found, context),
        exit: found.undecided.length === 0 ? EXIT.proved : EXIT.undecided,
      },
    };
  });
}
