/**
 * Finds and reads `netqed.yaml`.
 */
import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Checked, Diagnostic } from "../../base/diagnostic.ts";
import { type Config, DEFAULT_CONFIG } from "../../intent/config.ts";
import { loadConfig } from "../../intent/load-config.ts";
import { readLocated } from "../../manifest/located-document.ts";
import { problem } from "../problem.ts";
import { readText } from "./read-text.ts";
import { CONFIG_NAMES } from "./walk.ts";

/** The configuration in force, and the file that it was read from. */
export interface FoundConfig {
  readonly config: Config;
  /** The folder that the paths of the configuration are relative to. */
  readonly base: string;
  /** As it is shown, and its text; absent when there is none. */
  readonly file?: { readonly name: string; readonly text: string };
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The configuration of `named`, or of the nearest netqed.yaml or .netqed.yaml from `cwd` up to the root of
 * its git repository; outside of one only `cwd` is looked at.
 */
export function findConfig(cwd: string, named?: string): FoundConfig {
  if (named !== undefined) return readFrom(cwd, named);
  for (const folder of searched(cwd)) {
    const names = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)));
    const [name, other] = names.map((found) => shownPath(cwd, join(folder, found)));
    if (name !== undefined && other !== undefined) {
      const message = `there are both ${name} and ${other}: expected one of them`;
      return without(cwd, [problem("NQ4401", name, message)]);
    }
    if (name !== undefined) return readFrom(cwd, name);
  }
  return without(cwd, []);
}

function readFrom(cwd: string, name: string): FoundConfig {
  const read = readText(cwd, name);
  if (read.kind === "unreadable") return without(cwd, [read.diagnostic]);
  const { value, diagnostics } = parse(name, read.text);
  const base = dirname(resolve(cwd, name));
  return { config: value ?? DEFAULT_CONFIG, base, file: { name, text: read.text }, diagnostics };
}

/** The configuration that `text` writes; an empty file writes the default one. */
function parse(name: string, text: string): Checked<Config> {
  const { value: documents = [], diagnostics } = readLocated(name, text);
  const [document, second] = documents;
  if (second !== undefined) {
    const message = `${name} holds several documents: expected one`;
    return {
      diagnostics: [...diagnostics, { ...problem("NQ4401", name, message), at: second.at }],
    };
  }
  if (document === undefined) return { diagnostics };
  const loaded = loadConfig(document);
  return { ...loaded, diagnostics: [...diagnostics, ...loaded.diagnostics] };
}

function without(cwd: string, diagnostics: readonly Diagnostic[]): FoundConfig {
  return { config: DEFAULT_CONFIG, base: cwd, diagnostics };
}

/** The folders to look into, nearest first. */
function searched(cwd: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, ".git"))) return folders;
    if (dirname(folder) === folder) return [cwd];
  }
}

/** `path` as a user in `cwd` would write it. */
export function shownPath(cwd: string, path: string): string {
  const shown = relative(cwd, path);
  return shown === "" ? "." : shown;
}
