/**
 * The command line and the solver's worker as a few files with what they need from npm inside: loading the
 * modules one by one took longer than answering about a small cluster. z3-solver stays outside: it finds
 * its own files. What the sources import lazily is a file of its own.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "rolldown";

/** The licences of the packages that are inside, as they ask for, in one file beside the code. */
function licences() {
  return {
    name: "licences",
    generateBundle(_options, bundle) {
      const ids = Object.values(bundle).flatMap((file) => Object.keys(file.modules ?? {}));
      const folders = ids.flatMap(
        (id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [],
      );
      const texts = [...new Set(folders)].sort().map((folder) => {
        const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) throw new Error(`no licence text in ${folder}`);
        return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8")}`;
      });
      const source = texts.join(`\n${"-".repeat(72)}\n\n`);
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source });
    },
  };
}

await build({
  input: { main: "src/cli/main.ts", "solver-worker": "src/smt/solver-worker.ts" },
  platform: "node",
  logLevel: "warn",
  external: ["z3-solver"],
  plugins: [licences()],
  output: { dir: "dist/cli", format: "esm", chunkFileNames: "[name].js", cleanDir: true },
});
