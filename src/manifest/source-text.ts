/**
 * A text with its name, and the line and column of its offsets.
 */
import type { Origin } from "../../models/base/origin.ts";

/** A file's text. `text` has no byte order mark. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
  /** Offsets at which lines start, ascending; the first is 0. */
  readonly lineStarts: readonly number[];
}

/** `text` under `name`, its byte order mark taken off. @cost linear in the text */
export function sourceText(name: string, text: string): SourceText {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const lineStarts = [0];
  for (let at = body.indexOf("\n"); at >= 0; at = body.indexOf("\n", at + 1)) {
    lineStarts.push(at + 1);
  }
  return { name, text: body, lineStarts };
}

/** The position of `offset`, as part of `file`, which may be shown under another name than it has. */
export function originAt(source: SourceText, file: string, offset: number, path: string): Origin {
  const { lineStarts } = source;
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file, line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1, path };
}
