/**
 * Problems of the command line and of files, as diagnostics.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Diagnostic } from "../base/diagnostic.ts";

/** Codes of the command line. */
type Code = Extract<Diagnostic["code"], `NQ44${string}`>;

/** The beginning of `file`; the empty name stands for the command line itself. */
export function startOf(file: string): Origin {
  return { file, line: 1, column: 1, path: "" };
}

/** An error about `file`. */
export function problem(code: Code, file: string, message: string, hint?: string): Diagnostic {
  const at = startOf(file);
  const base = { code, severity: "error", message, at } as const;
  return hint === undefined ? base : { ...base, hint };
}

/** Thrown where a command cannot go on; caught by `main`, which prints it and ends with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => d.message).join("; "));
    this.diagnostics = diagnostics;
  }
}

/** A usage error with one message. */
export function usage(message: string, hint?: string): UsageError {
  return new UsageError([problem("NQ4400", "", message, hint)]);
}
