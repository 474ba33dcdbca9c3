/**
 * What the tool says about an input: positioned, coded, actionable.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { DiagnosticCode } from "./diagnostic-codes.ts";

/** `error`: the input cannot be used as it is. `warning`: likely a mistake. `note`: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** One problem or remark. `message` says what is wrong, what was expected, what was found. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Origin;
  readonly related?: readonly { readonly message: string; readonly at: Origin }[];
  /** How to mend it. */
  readonly hint?: string;
}

/** A value, unless the input was too broken to have one, and everything there is to say about it. */
export interface Checked<T> {
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Orders by file, line, column, code and message, so that output does not depend on discovery. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

/** Orders texts by UTF-16 code units, independent of locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
