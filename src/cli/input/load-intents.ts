/**
 * Reads the intent files of a run.
 */
import { resolve } from "node:path";
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { IntentProperty } from "../../intent/ast.ts";
import type { Io } from "../io.ts";
import { startOf } from "../problem.ts";
import { shownPath } from "./find-config.ts";
import { type LoadedInput, samePath } from "./load.ts";
import { readText } from "./read-text.ts";

/** The intents of a run. */
export interface LoadedIntents {
  /** In the order of the files. */
  readonly properties: readonly IntentProperty[];
  readonly diagnostics: readonly Diagnostic[];
  /** The texts by file. */
  readonly sources: ReadonlyMap<string, string>;
}

/** The intents of the files `named`, or else of those that the configuration names. */
export async function loadIntents(
  io: Io,
  named: readonly string[],
  input: LoadedInput,
): Promise<LoadedIntents> {
  const { found, intentsSeen } = input;
  const files =
    named.length > 0
      ? named
      : found.config.intents.value.map((path) => shownPath(io.cwd, resolve(found.base, path)));
  const unique = files.filter((file, i) => files.findIndex((f) => samePath(io.cwd, f, file)) === i);
  const read = await readAll(io, unique);
  const unused = intentsSeen.filter((seen) => !unique.some((f) => samePath(io.cwd, f, seen)));
  return { ...read, diagnostics: [...read.diagnostics, ...unused.map(unusedNote)] };
}

/** The intents of `files`. What reading them takes is slow to load, and loaded only if there are any. */
async function readAll(io: Io, files: readonly string[]): Promise<LoadedIntents> {
  const sources = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  if (files.length === 0) return { properties: [], diagnostics, sources };
  const [{ readIntentFile }, { duplicateIds }] = await Promise.all([
    import("../../intent/intent-file.ts"),
    import("../../intent/intent-reader.ts"),
  ]);
  const properties = files.flatMap((file): readonly IntentProperty[] => {
    const read = readText(io.cwd, file);
    if (read.kind === "unreadable") {
      diagnostics.push(read.diagnostic);
      return [];
    }
    sources.set(file, read.text);
    const intents = readIntentFile(file, read.text);
    diagnostics.push(...intents.diagnostics);
    return intents.value?.properties ?? [];
  });
  return { properties, diagnostics: [...diagnostics, ...duplicateIds(properties)], sources };
}

function unusedNote(file: string): Diagnostic {
  return {
    code: "NQ4406",
    severity: "note",
    message: `${file} looks like an intent file, and its properties were not checked`,
    at: startOf(file),
    hint: `add --intent ${file}, or list it under intents in netqed.yaml`,
  };
}
