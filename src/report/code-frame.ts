/**
 * The user's own lines around a position, with the position underlined.
 */
import type { Origin } from "../../models/base/origin.ts";
import { as, type Line } from "./line.ts";
import { displayWidth, printable } from "./printable.ts";

/** The texts that were read, by the name under which origins know them. */
export type Sources = ReadonlyMap<string, string>;

/** How far above the position a line may be and still be shown with it. */
const CONTEXT_LINES_MAX = 6;
/** How much of a line is shown; JSON dumps hold all in one. */
const LINE_WIDTH_MAX = 120;

/** Whether `origin` is a line of a file; facts that nobody wrote, such as assumed ones, have none. */
export function isWritten(origin: Origin): boolean {
  return origin.file !== "" && origin.file !== ASSUMED_FILE;
}

/** The file of facts that are assumed. */
const ASSUMED_FILE = "<assumed>";

/** `file:line:column`. */
export function placeOf(origin: Origin): string {
  return `${origin.file}:${String(origin.line)}:${String(origin.column)}`;
}

/**
 * A frame of `origin`: where it is, then its line with everything from its column on underlined and `note`
 * beside it. Lines of `context` in the same file and at most six lines above are shown too, with what is
 * between. Without the source only the place and the note are given.
 */
export function codeFrame(
  sources: Sources,
  origin: Origin,
  note = "",
  context: readonly Origin[] = [],
): readonly Line[] {
  const first = firstLine(origin, context);
  const lines = linesBetween(sources.get(origin.file), first, origin.line);
  const focus = lines[origin.line - first];
  const gutter = " ".repeat(String(origin.line).length);
  const place: Line = [gutter, as("place", "--> "), placeOf(origin)];
  if (focus === undefined) {
    return note === "" ? [place] : [place, [gutter, " ", as("place", "= "), note]];
  }
  const above = lines.slice(0, -1);
  const bar: Line = [gutter, " ", as("place", "|")];
  const numbered = (text: string, number: number): Line => [
    as("place", `${String(number).padStart(gutter.length)} |`),
    text === "" ? "" : ` ${text}`,
  ];
  const shown = windowed(focus, origin.column);
  const mark: Line = [
    gutter,
    " ",
    as("place", "|"),
    " ".repeat(shown.before + 1),
    as("bad", "^".repeat(shown.marked)),
    note === "" ? "" : ` ${note}`,
  ];
  return [
    place,
    bar,
    ...above.map((text, i) =>
      numbered(cut(untabbed(text.slice(0, 2 * LINE_WIDTH_MAX))), first + i),
    ),
    numbered(shown.text, origin.line),
    mark,
  ];
}

/** The lines `first` to `last` of `text`, as many of them as there are. Cuts nothing else: dumps are large. */
function linesBetween(text: string | undefined, first: number, last: number): readonly string[] {
  if (text === undefined) return [];
  const lines: string[] = [];
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let number = 1; number <= last && start <= text.length; number += 1) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    if (number >= first) lines.push(text.slice(start, end).replace(/\r$/, ""));
    start = end + 1;
  }
  return lines;
}

function firstLine(origin: Origin, context: readonly Origin[]): number {
  const near = context
    .filter((other) => other.file === origin.file && other.line <= origin.line)
    .map((other) => other.line)
    .filter((line) => origin.line - line <= CONTEXT_LINES_MAX);
  return Math.min(origin.line, ...near);
}

interface Shown {
  readonly text: string;
  /** Columns before the marked part. */
  readonly before: number;
  /** Columns of the marked part, at least one. */
  readonly marked: number;
}

/** The part of `line` around `column`, with the rest of the line but a trailing comment marked. */
function windowed(line: string, column: number): Shown {
  const start = column - 1 > LINE_WIDTH_MAX / 2 ? column - 1 - LINE_WIDTH_MAX / 4 : 0;
  const lead = start > 0 ? "…" : "";
  const before = lead + untabbed(line.slice(start, column - 1));
  const rest = untabbed(line.slice(column - 1, column + 2 * LINE_WIDTH_MAX));
  const visible = cut(rest, LINE_WIDTH_MAX - Math.min(before.length, LINE_WIDTH_MAX / 2));
  const marked = visible.replace(/\s+#.*$/, "").trimEnd();
  return {
    text: before + visible,
    before: displayWidth(printable(before)),
    marked: Math.max(1, displayWidth(printable(marked))),
  };
}

function cut(text: string, width: number = LINE_WIDTH_MAX): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text;
}

function untabbed(text: string): string {
  return text.replaceAll("\t", "  ");
}
