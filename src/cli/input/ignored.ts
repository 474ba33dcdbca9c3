/**
 * Which paths the user asked to leave out.
 */
import { resolve } from "node:path";

/** Globs, and the folder that they are relative to. */
export interface IgnoreRule {
  readonly base: string;
  readonly globs: readonly string[];
}

/**
 * The absolute paths of the files and folders that `rules` match. A glob without a slash matches names at
 * any depth, as in .gitignore.
 */
export async function ignoredPaths(rules: readonly IgnoreRule[]): Promise<ReadonlySet<string>> {
  const telling = rules.filter((rule) => rule.globs.length > 0);
  if (telling.length === 0) return new Set();
  const { globSync } = await import("tinyglobby");
  const found = telling.flatMap(({ base, globs }) =>
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
