/**
 * Text → intents.
 */
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import { readLocated } from "../manifest/located-document.ts";
import type { IntentFile } from "./ast.ts";
import { readIntents } from "./intent-reader.ts";

/**
 * The intents of the file `name` with the content `text`. Absent when it is no YAML or JSON or not exactly
 * one document.
 */
export function readIntentFile(name: string, text: string): Checked<IntentFile> {
  const read = readLocated(name, text);
  const [document, second] = read.value ?? [];
  if (document === undefined) {
    if (read.diagnostics.some((d) => d.severity === "error")) {
      return { diagnostics: read.diagnostics };
    }
    const at = { file: name, line: 1, column: 1, path: "" };
    return { diagnostics: [...read.diagnostics, malformed("the file is empty", at)] };
  }
  if (second !== undefined) {
    const message = "the file holds several documents: expected one";
    return { diagnostics: [...read.diagnostics, malformed(message, second.at)] };
  }
  const { value, diagnostics } = readIntents(document);
  return {
    ...(value === undefined ? {} : { value }),
    diagnostics: [...read.diagnostics, ...diagnostics],
  };
}

function malformed(message: string, at: Diagnostic["at"]): Diagnostic {
  return { code: "NQ4010", severity: "error", message, at };
}
