/**
 * Template placeholders that were never filled in. `{{ x }}` is even valid YAML: a map in a map.
 */
import type { Diagnostic } from "../base/diagnostic.ts";
import { originAt, type SourceText } from "./source-text.ts";

/** A text and the name under which it is shown. */
export interface Place {
  readonly source: SourceText;
  readonly file: string;
}

/** The `{{` that explains a syntax error: one on the line of the error, or a line that starts with one. */
export function placeholderNear(
  text: string,
  start: number,
  end: number,
  at: number,
): number | undefined {
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = text.indexOf("\n", at);
  const onLine = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd).indexOf("{{");
  if (onLine >= 0) return lineStart + onLine;
  const control = /^[ \t]*(?:- )?(\{\{|\{%)/m.exec(text.slice(start, end));
  return control === null ? undefined : start + control.index + control[0].search(/\{/);
}

/** Says that the text at `offset` is a placeholder; `detail` ends the sentence. */
export function placeholderError(place: Place, offset: number, detail: string): Diagnostic {
  return {
    code: "NQ1004",
    severity: "error",
    message: `a template placeholder was left in: expected a rendered manifest${detail}`,
    at: originAt(place.source, place.file, offset, ""),
    hint: "render it first: helm template . | netqed verify -",
  };
}
