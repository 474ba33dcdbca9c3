/**
 * Which paths the user asked to leave out.
 */
import { resolve } from "node:path";
import { globSync } from "tinyglobby";

/** Globs, and the folder that they are relative to. */
export interface IgnoreRule {
  readonly base: string;
  readonly globs: readonly string[];
}

/**
 * The absolute paths of the files and folders that `rules` match. A glob without a slash matches names at
 * any depth, as in .gitignore.
 */
export function ignoredPaths(rules: readonly IgnoreRule[]): ReadonlySet<string> {
  const found = rules
    .filter((rule) => rule.globs.length > 0)
    .flatMap(({ base, globs }) =>
      globSync(globs.map(anywhere), {
        cwd: base,
        dot: true,
        onlyFiles: false,
        followSymbolicLinks: false,
        expandDirectories: false,
      }).map((path) => resolve(base, path)),
    );
  return new Set(found);
}

function anywhere(glob: string): string {
  const bare = glob.replace(/\/$/, "");
  return bare.includes("/") ? bare.replace(/^\.\//, "") : `**/${bare}`;
}
