/**
 * What `verify`, `reach` and `graph` have in common: each input is answered or refused, the reports are
 * joined and delivered, and the exit code that counts is found.
 */
import type { Diagnostic } from "../base/diagnostic.ts";
import { diagnosticLines } from "../report/diagnostics-text.ts";
import { contextJson, type JsonObject, jsonText, SCHEMA_VERSION } from "../report/json.ts";
import { BLANK, type Line } from "../report/line.ts";
import { plural, type RunContext } from "../report/run-context.ts";
import type { CommonOptions } from "./common-options.ts";
import { EXIT, type ExitCode, worst } from "./exit-code.ts";
import type { Io } from "./io.ts";
import type { Loaded, Target } from "./input/loaded.ts";
import { deliver, tell } from "./output.ts";

/** An answer about one input; a report is made where it is asked for. */
interface Answered {
  readonly lines: () => readonly Line[];
  readonly json: () => JsonObject;
  readonly exit: ExitCode;
}

/** What a command says about one input: an answer, or why it cannot answer. */
export type Reply =
  | { readonly kind: "answered"; readonly answered: Answered }
  | { readonly kind: "refused"; readonly context: RunContext };

/** Answers every one of `inputs` by `answer` and reports. An input with errors is refused. */
export async function answerInputs(
  io: Io,
  options: CommonOptions,
  inputs: readonly Loaded[],
  answer: (target: Target, context: RunContext) => Promise<Reply>,
): Promise<ExitCode> {
  const replies: Reply[] = [];
  for (const { target, context } of inputs) {
    replies.push(
      target === undefined ? { kind: "refused", context } : await answer(target, context),
    );
  }
  const { outputs, colour } = options;
  const refused = replies.filter((reply) => reply.kind === "refused");
  const complaint = refused.flatMap(({ context }) => refusalLines(context, options.all));
  if (complaint.length > 0) await tell(io, complaint, colour);
  const answered = replies.filter((reply) => reply.kind === "answered");
  const written = await deliver(
    io,
    // There is no text about what was not analysed; a JSON report says so itself.
    answered.length > 0 ? outputs : outputs.filter(({ format }) => format !== "text"),
    {
      text: () => joined(answered.map((r) => r.answered.lines())),
      json: () => jsonOf(replies, options.each),
    },
    colour,
  );
  return worst([
    written,
    ...replies.map((reply) => (reply.kind === "refused" ? EXIT.unusable : reply.answered.exit)),
  ]);
}

/** `context` with more diagnostics and sources, and the refusal that follows if one is an error. */
export function extended(
  context: RunContext,
  diagnostics: readonly Diagnostic[],
  sources: RunContext["sources"] = new Map(),
): RunContext {
  return {
    ...context,
    diagnostics: [...context.diagnostics, ...diagnostics],
    sources: new Map([...context.sources, ...sources]),
  };
}

/** Whether nothing may be claimed about this input. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}

function refusalLines(context: RunContext, all: boolean): readonly Line[] {
  const errors = context.diagnostics.filter((d) => d.severity === "error").length;
  const about = context.folder === undefined ? "" : ` in ${context.folder}`;
  return [
    ...diagnosticLines(context.diagnostics, context.sources, all),
    [`nothing was checked${about}: ${plural(errors, "error")} in the input`],
  ];
}

function joined(reports: readonly (readonly Line[])[]): readonly Line[] {
  return reports.flatMap((lines, index) => (index === 0 ? lines : [BLANK, ...lines]));
}

function jsonOf(replies: readonly Reply[], each: boolean): string {
  const objects = replies.map(
    (reply): JsonObject =>
      reply.kind === "answered"
        ? reply.answered.json()
        : {
            schemaVersion: SCHEMA_VERSION,
            folder: reply.context.folder,
            refused: true,
            ...contextJson(reply.context),
          },
  );
  const [only] = objects;
  return jsonText(
    only !== undefined && !each ? only : { schemaVersion: SCHEMA_VERSION, inputs: objects },
  );
}
