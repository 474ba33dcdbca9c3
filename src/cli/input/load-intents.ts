/**
 * Reads the intent files of a run.
 */
import { resolve } from "node:path";
import type { Diagnostic } from "../../base/diagnostic.ts";
import type { IntentProperty } from "../../intent/ast.ts";
import { readIntentFile } from "../../intent/intent-file.ts";
import { duplicateIds } from "../../intent/intent-reader.ts";
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
export function loadIntents(io: Io, named: readonly string[], input: LoadedInput): LoadedIntents {
  const { found, intentsSeen } = input;
  const files =
    named.length > 0
      ? named
      : found.config.intents.value.map((path) => shownPath(io.cwd, resolve(found.base, path)));
  const unique = files.filter((file, i) => files.findIndex((f) => samePath(io.cwd, f, file)) === i);
  const sources = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const properties = unique.flatMap((file): readonly IntentProperty[] => {
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
  const unused = intentsSeen.filter((seen) => !unique.some((f) => samePath(io.cwd, f, seen)));
  return {
    properties,
    diagnostics: [...diagnostics, ...duplicateIds(properties), ...unused.map(unusedNote)],
    sources,
  };
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
