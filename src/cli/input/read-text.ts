/**
 * Reads a file or standard input as text, or says why not.
 */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { READ_LIMITS } from "../../base/limits.ts";
import { errorReason, type Io } from "../io.ts";
import { problem } from "../problem.ts";

/** The name of standard input among files. */
export const STDIN_NAME = "<stdin>";

/** Text, or the reason why there is none. */
export type ReadText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unreadable"; readonly diagnostic: Diagnostic };

/** The content of the file `name`, which is relative to `cwd`. */
export function readText(cwd: string, name: string): ReadText {
  const path = resolve(cwd, name);
  try {
    const { size } = statSync(path);
    if (size > READ_LIMITS.fileLengthMax) return tooLarge(name);
    return decoded(name, readFileSync(path));
  } catch (error) {
    return unreadable(name, `${name} cannot be read: ${errorReason(error)}`);
  }
}

/** The content of standard input. */
export async function readStdinText(io: Io): Promise<ReadText> {
  const bytes = await io.readStdin(READ_LIMITS.fileLengthMax);
  return bytes === undefined ? tooLarge(STDIN_NAME) : decoded(STDIN_NAME, bytes);
}

function decoded(name: string, bytes: Uint8Array): ReadText {
  if (bytes.length > READ_LIMITS.fileLengthMax) return tooLarge(name);
  try {
    // The byte order mark is kept: whoever counts columns takes it off.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: "text", text };
  } catch {
    return unreadable(name, `${name} cannot be read: expected text in UTF-8`);
  }
}

function tooLarge(name: string): ReadText {
  const limit = String(READ_LIMITS.fileLengthMax / 1024 / 1024);
  return {
    kind: "unreadable",
    diagnostic: problem("NQ4405", name, `${name} is too large: expected at most ${limit} MiB`),
  };
}

function unreadable(name: string, message: string): ReadText {
  return { kind: "unreadable", diagnostic: problem("NQ4401", name, message) };
}
