/**
 * Where reports go, and in which format.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Line, render } from "../report/line.ts";
import { diagnosticLines } from "../report/diagnostics-text.ts";
import { type ColourChoice, wantsColour } from "./colour.ts";
import { EXIT, type ExitCode, worst } from "./exit-code.ts";
import { errorReason, type Io, type Sink } from "./io.ts";
import { problem, usage } from "./problem.ts";

/** The formats that there are. */
const FORMATS = ["text", "json"] as const;
type Format = (typeof FORMATS)[number];

/** A format, and the file that it goes to; absent: standard output. */
export interface OutputTarget {
  readonly format: Format;
  readonly file?: string;
}

/** A report in every format, made when it is asked for. */
export interface Report {
  readonly text: () => readonly Line[];
  readonly json: () => string;
}

/** Reads `FORMAT` and `FORMAT=FILE`. Without any it is text. @throws UsageError */
export function parseOutputs(texts: readonly string[]): readonly OutputTarget[] {
  const targets = texts.map((text): OutputTarget => {
    const [, name = "", file] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    const format = FORMATS.find((known) => known === name);
    if (format === undefined) {
      throw usage(`there is no output format ${name}: expected ${FORMATS.join(" or ")}`);
    }
    if (file === "") throw usage(`the file of -o ${format}= has no name`);
    return file === undefined ? { format } : { format, file };
  });
  if (targets.filter((target) => target.file === undefined).length > 1) {
    throw usage(
      "two reports cannot both go to standard output: expected a file for one of them",
      "write -o text -o json=report.json",
    );
  }
  return targets.length === 0 ? [{ format: "text" }] : targets;
}

/**
 * Writes `report` to every target. A reader that goes away is no error; a report that cannot be written is,
 * and is told on standard error.
 */
export async function deliver(
  io: Io,
  targets: readonly OutputTarget[],
  report: Report,
  colour: ColourChoice,
): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const { format, file } of targets) {
    const failure =
      file === undefined
        ? await toSink(io, io.stdout, format, report, colour)
        : toFile(io, file, format, report, colour);
    if (failure === undefined) continue;
    codes.push(EXIT.unusable);
    await tell(io, diagnosticLines([problem("NQ4408", "", failure)], new Map(), true), colour);
  }
  return worst(codes);
}

/** Writes `lines` to standard error. That nobody listens there is nothing to complain about. */
export async function tell(io: Io, lines: readonly Line[], colour: ColourChoice): Promise<void> {
  await io.stderr.write(render(lines, wantsColour(colour, io.env, io.stderr)));
}

async function toSink(
  io: Io,
  sink: Sink,
  format: Format,
  report: Report,
  colour: ColourChoice,
): Promise<string | undefined> {
  const text = inFormat(format, report, wantsColour(colour, io.env, sink));
  const written = await sink.write(text);
  return written.kind === "failed"
    ? `the report cannot be written to standard output: ${written.reason}`
    : undefined;
}

function toFile(
  io: Io,
  file: string,
  format: Format,
  report: Report,
  colour: ColourChoice,
): string | undefined {
  try {
    writeFileSync(resolve(io.cwd, file), inFormat(format, report, colour ?? false));
    return undefined;
  } catch (error) {
    return `the report cannot be written to ${file}: ${errorReason(error)}`;
  }
}

function inFormat(format: Format, report: Report, colour: boolean): string {
  switch (format) {
    case "text":
      return render(report.text(), colour);
    case "json":
      return report.json();
  }
}
