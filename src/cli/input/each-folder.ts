/**
 * Every folder that holds manifests as an input of its own.
 */
import { dirname } from "node:path";
import { compareText, type Diagnostic } from "../../base/diagnostic.ts";
import { plural } from "../../report/run-context.ts";
import { problem } from "../problem.ts";
import type { Gathered, GatheredFile } from "./gather.ts";
import type { Loaded } from "./loaded.ts";

/** Files that are one input, and what was wrong while they were gathered. */
export interface Group {
  /** Absent when everything is one input. */
  readonly folder?: string;
  readonly files: readonly GatheredFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A group for each folder that holds files or could not be read as it is, in the order of names. */
export function byFolder({ files, diagnostics }: Gathered): readonly Group[] {
  const folderOf = ({ at }: Diagnostic): string => dirname(at.file);
  const folders = new Set([...files.map(({ folder }) => folder), ...diagnostics.map(folderOf)]);
  return [...folders].sort(compareText).map((folder) => ({
    folder,
    files: files.filter((file) => file.folder === folder),
    diagnostics: diagnostics.filter((d) => folderOf(d) === folder),
  }));
}

/**
 * `inputs` without those that hold no object, such as a folder of values for a chart; the first that is
 * left tells which they were. Empty when none is left.
 */
export function withObjects(inputs: readonly Loaded[]): readonly Loaded[] {
  const isEmpty = ({ context }: Loaded): boolean =>
    context.diagnostics.some(({ code }) => code === "NQ4402");
  const [first, ...others] = inputs.filter((input) => !isEmpty(input));
  if (first === undefined) return [];
  const notes = inputs.filter(isEmpty).map(({ context }) => emptyNote(context));
  const context = { ...first.context, diagnostics: [...first.context.diagnostics, ...notes] };
  return [{ ...first, context }, ...others];
}

function emptyNote({ folder = ".", input }: Loaded["context"]): Diagnostic {
  const message = `${folder} holds no Kubernetes object in ${plural(input.files, "file")} and is left out`;
  return { ...problem("NQ4402", folder, message), severity: "note" };
}
