/**
 * Codes that a cluster carries as text.
 */
import { DIAGNOSTIC_CODES, type DiagnosticCode } from "../base/diagnostic-codes.ts";

/** Whether `text` is a code of the table. */
function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTIC_CODES, text);
}

/** `text` if it is a code, else the one that says that something is not modelled. */
export function codeOr(text: string): DiagnosticCode {
  return isDiagnosticCode(text) ? text : "NQ3010";
}
