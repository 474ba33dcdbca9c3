/**
 * Codes that a cluster carries as text.
 */
import { DIAGNOSTIC_CODES, type DiagnosticCode } from "../base/diagnostic-codes.ts";

/** Whether `text` is a code of the table. */
export function isDiagnosticCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTIC_CODES, text);
}
