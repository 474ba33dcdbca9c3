/**
 * Finds the files of a folder that may hold manifests: recursive, sorted, symbolic links not followed.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { compareText, type Diagnostic } from "../../base/diagnostic.ts";
import { errorReason } from "../io.ts";
import { problem, startOf } from "../problem.ts";

/** A folder whose files are parts of something that another program renders. */
export interface RenderedFolder {
  readonly kind: "kustomize" | "helm";
  /** As the user would write it. */
  readonly folder: string;
  /** The file that says so. */
  readonly marker: string;
}

/** What walking gathers. */
export interface Walk {
  readonly files: string[];
  readonly rendered: RenderedFolder[];
  readonly diagnostics: Diagnostic[];
  ignored: number;
}

/** A walk that has found nothing yet. */
export function newWalk(): Walk {
  return { files: [], rendered: [], diagnostics: [], ignored: 0 };
}

const MANIFEST_NAME = /\.(ya?ml|json)$/i;
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([".git", "node_modules"]);
/** Configuration is recognised by its name and never read as a manifest. */
export const CONFIG_NAMES: readonly string[] = ["netqed.yaml", ".netqed.yaml"];

const MARKERS: ReadonlyMap<string, RenderedFolder["kind"]> = new Map([
  ["kustomization.yaml", "kustomize"],
  ["kustomization.yml", "kustomize"],
  ["Kustomization", "kustomize"],
  ["Chart.yaml", "helm"],
]);

/** Adds to `walk` what is in `folder`, which is relative to `cwd`, but for `ignored` absolute paths. */
export function walkFolder(
  walk: Walk,
  cwd: string,
  folder: string,
  ignored: ReadonlySet<string>,
): void {
  const shown = (name: string): string => (folder === "." ? name : join(folder, name));
  let entries;
  try {
    entries = readdirSync(resolve(cwd, folder), { withFileTypes: true });
  } catch (error) {
    const message = `the folder ${folder} cannot be read: ${errorReason(error)}`;
    walk.diagnostics.push(problem("NQ4401", folder, message));
    return;
  }
  const kept = entries
    .filter((entry) => !SKIPPED_FOLDERS.has(entry.name))
    .filter((entry) => {
      const path = resolve(cwd, folder, entry.name);
      const skip = ignored.has(path);
      if (skip) walk.ignored += entry.isDirectory() ? filesBelow(path) : countOf(entry.name);
      return !skip;
    })
    .sort((a, b) => compareText(a.name, b.name));
  const marker = kept.find((entry) => MARKERS.has(entry.name));
  if (marker !== undefined) {
    const kind = MARKERS.get(marker.name) ?? "helm";
    walk.rendered.push({ kind, folder, marker: shown(marker.name) });
    return;
  }
  for (const entry of kept) {
    const name = shown(entry.name);
    if (entry.isDirectory()) walkFolder(walk, cwd, name, ignored);
    else if (entry.isSymbolicLink()) noteLink(walk, name);
    else if (MANIFEST_NAME.test(entry.name) && !CONFIG_NAMES.includes(entry.name)) {
      if (entry.isFile()) walk.files.push(name);
      else {
        const message = `${name} cannot be read: it is no regular file`;
        walk.diagnostics.push(problem("NQ4401", name, message));
      }
    }
  }
}

function countOf(name: string): number {
  return MANIFEST_NAME.test(name) ? 1 : 0;
}

/** How many files a folder that is left out holds; what of it cannot be read does not matter. */
function filesBelow(path: string): number {
  try {
    return readdirSync(path, { withFileTypes: true })
      .map((entry) =>
        entry.isDirectory() ? filesBelow(join(path, entry.name)) : countOf(entry.name),
      )
      .reduce((sum, count) => sum + count, 0);
  } catch {
    return 0;
  }
}

/** A link to a folder, or named like a manifest, may leave something out that matters. */
function noteLink(walk: Walk, name: string): void {
  const extension = /\.[A-Za-z0-9]+$/.test(name);
  if (extension && !MANIFEST_NAME.test(name)) return;
  walk.diagnostics.push({
    code: "NQ4407",
    severity: "warning",
    message: `the symbolic link ${name} was not followed`,
    at: startOf(name),
  });
}
