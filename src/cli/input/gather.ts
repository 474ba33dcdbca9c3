/**
 * From what the command line names to the texts of the files.
 */
import { realpathSync, statSync } from "node:fs";
import { dirname, normalize, resolve } from "node:path";
import type { Diagnostic } from "../../base/diagnostic.ts";
import { looksLikeIntents } from "../../intent/looks-like-intents.ts";
import type { ManifestFile } from "../../manifest/read-manifests.ts";
import { errorReason, type Io } from "../io.ts";
import { problem } from "../problem.ts";
import { type IgnoreRule, ignoredPaths } from "./ignored.ts";
import { readStdinText, readText, STDIN_NAME } from "./read-text.ts";
import { refusal, renderFolder } from "./render.ts";
import { newWalk, walkFolder } from "./walk.ts";

/** What to read. */
export interface GatherOptions {
  /** Files, folders and `-`, relative to the current folder. */
  readonly paths: readonly string[];
  readonly ignore: readonly IgnoreRule[];
  readonly kustomize: boolean;
  readonly helm: boolean;
}

/** A file that may hold manifests, and the folder that it lies in. */
export interface GatheredFile extends ManifestFile {
  readonly folder: string;
}

/** What was found. */
export interface Gathered {
  /** In the order of the command line, then of names. */
  readonly files: readonly GatheredFile[];
  /** Files in folders that look like intent files; they are not among `files`. */
  readonly intents: readonly string[];
  readonly ignored: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads everything that `options` name. A file that is named twice is read once. */
export async function gather(io: Io, options: GatherOptions): Promise<Gathered> {
  const walk = newWalk();
  const named = new Set<string>();
  const rendered: GatheredFile[] = [];
  const ignored = await ignoredPaths(options.ignore);
  const diagnostics: Diagnostic[] = [];
  for (const path of options.paths) {
    const name = path === "-" ? path : normalize(path).replace(/(?<=.)\/$/, "");
    if (name === "-") {
      walk.files.push(name);
    } else if (isFolder(io.cwd, name, diagnostics)) {
      walkFolder(walk, io.cwd, name, ignored);
    } else if (!diagnostics.some((d) => d.at.file === name)) {
      walk.files.push(name);
      named.add(name);
    }
  }
  for (const folder of walk.rendered) {
    if (!options[folder.kind]) {
      diagnostics.push(refusal(folder));
      continue;
    }
    const rendering = await renderFolder(io, folder);
    if (rendering.kind === "failed") diagnostics.push(rendering.diagnostic);
    else {
      const { name, text } = rendering;
      rendered.push({ name, text, named: true, folder: folder.folder });
    }
  }
  const read = await readAll(io, unique(io.cwd, walk.files), named);
  return {
    files: [...read.files, ...rendered],
    intents: read.intents,
    ignored: walk.ignored,
    diagnostics: [...walk.diagnostics, ...diagnostics, ...read.diagnostics],
  };
}

function isFolder(cwd: string, name: string, diagnostics: Diagnostic[]): boolean {
  try {
    return statSync(resolve(cwd, name)).isDirectory();
  } catch (error) {
    const message = `${name} cannot be read: ${errorReason(error)}`;
    diagnostics.push(problem("NQ4401", name, message));
    return false;
  }
}

function unique(cwd: string, names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.filter((name) => {
    const key = name === "-" ? name : realPath(resolve(cwd, name));
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Reading it says what is wrong.
    return path;
  }
}

async function readAll(
  io: Io,
  names: readonly string[],
  named: ReadonlySet<string>,
): Promise<Omit<Gathered, "ignored">> {
  const files: GatheredFile[] = [];
  const intents: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names) {
    const stdin = name === "-";
    const read = stdin ? await readStdinText(io) : readText(io.cwd, name);
    if (read.kind === "unreadable") {
      diagnostics.push(read.diagnostic);
    } else if (!stdin && looksLikeIntents(read.text)) {
      intents.push(name);
    } else {
      const { text } = read;
      files.push(
        stdin
          ? { name: STDIN_NAME, text, named: true, folder: "." }
          : { name, text, named: named.has(name), folder: dirname(name) },
      );
    }
  }
  return { files, intents, diagnostics };
}
