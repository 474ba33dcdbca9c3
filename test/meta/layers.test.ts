/**
 * The layer rules are only worth something when the tool that checks them sees the code. With a compiler that it
 * cannot use, dependency-cruiser reports no violation among zero modules; so it is asked what it saw, and it is
 * shown a tree with one planted violation of each kind.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { CONFINED, MAY_IMPORT } from "../../.dependency-cruiser.mjs";

const root = join(import.meta.dirname, "../..");
const ownFolders = ["models", "properties", "src"];
const temporary: string[] = [];

afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

describe("the layer rules on this repository", () => {
  const seen = cruise(root);

  test("see every module on disk", () => {
    const onDisk = ownFolders.flatMap(modulesUnder);
    expect(onDisk.length).toBeGreaterThan(5);
    expect(seen.modules).toEqual(expect.arrayContaining(onDisk));
  });

  test("see the imports between them", () => {
    expect(seen.edges).toBeGreaterThan(5);
  });

  test("find no violation", () => {
    expect(seen.violations).toEqual([]);
  });

  test("know the layer of every module", () => {
    const layers = Object.keys(MAY_IMPORT);
    const homeless = ownFolders
      .flatMap(modulesUnder)
      .filter((path) => !layers.some((layer) => path === layer || path.startsWith(`${layer}/`)))
      .filter((path) => !path.startsWith("properties/"));
    expect(homeless, "add a row to MAY_IMPORT and to docs/ARCHITECTURE.md").toEqual([]);
  });
});

describe("the layer rules on a planted tree", () => {
  const clean = {
    "models/base/a.ts": "export type A = 1;",
    "models/network/b.ts": 'import type { A } from "../base/a.ts"; export type B = A;',
    "properties/c.ts": 'import type { B } from "../models/network/b.ts"; export type C = B;',
    "src/engine/d.ts": 'import type { B } from "../../models/network/b.ts"; export type D = B;',
    "src/reach/e.ts": "export const e = 1;",
    "src/smt/f.ts": "export const f = 1;",
    "src/check/g.ts": 'export * from "../engine/d.ts"; export * from "../smt/f.ts";',
    "src/cli/h.ts": 'import "node:fs"; export * from "../check/g.ts";',
    "src/lab/helper.ts": 'import "node:child_process"; export const i = 1;',
    "test/j.ts": "export const j = 1;",
  };

  test("accept what the table allows", () => {
    expect(cruise(plant(clean)).violations).toEqual([]);
  });

  /** Rule, folder or file, and text of a module that breaks the rule. */
  const broken: readonly (readonly [rule: string, where: string, text: string])[] = [
    ["layer-models-base", "models/base", 'export type { B } from "../network/b.ts";'],
    ["layer-models-network", "models/network", 'export * from "../../src/smt/f.ts";'],
    ["layer-properties", "properties", 'export * from "../src/smt/f.ts";'],
    ["layer-src-report", "src/report", 'export * from "../smt/f.ts";'],
    ["layer-src-cli", "src/cli", 'export * from "../../properties/c.ts";'],
    ["engines-do-not-meet", "src/engine", 'export { e } from "../reach/e.ts";'],
    ["engines-do-not-meet", "src/reach", 'export { f } from "../smt/f.ts";'],
    ["engines-do-not-meet", "src/smt", 'export type { D } from "../engine/d.ts";'],
    ["command-line-is-the-end", "src/index.ts", 'export * from "./cli/h.ts";'],
    ["lab-serves-the-command-line", "src/check", 'export * from "../lab/helper.ts";'],
    ["models-stand-alone", "models/base", 'export { isIP } from "node:net";'],
    ["no-network", "src/base", 'export { connect } from "node:net";'],
    ["no-test-imports", "src/check", 'export * from "../../test/j.ts";'],
    ["no-unresolved", "src/check", 'export * from "./missing.ts";'],
  ];
  const planted = broken.map(([rule, where, text], number) => {
    const path = where.endsWith(".ts") ? where : `${where}/planted-${String(number)}.ts`;
    return { rule, path, text };
  });
  const cycle = {
    "src/fix/x.ts": 'import "./y.ts"; export const x = 1;',
    "src/fix/y.ts": 'import "./x.ts"; export const y = 1;',
  };
  const found = cruise(
    plant({
      ...clean,
      ...cycle,
      ...Object.fromEntries(planted.map(({ path, text }) => [path, text])),
    }),
  ).violations;

  test.each(planted)("find $rule in $path", ({ rule, path }) => {
    expect(found).toContainEqual({ rule, from: path });
  });

  test("find a cycle", () => {
    expect(found).toContainEqual({ rule: "no-cycles", from: "src/fix/x.ts" });
  });

  test("find every confined package outside its place", () => {
    const names = Object.keys(CONFINED);
    const files = names.map(
      (name) => [`src/fix/${name}.ts`, `import "${name}"; export const x = 1;`] as const,
    );
    const { violations } = cruise(plant({ ...clean, ...Object.fromEntries(files) }));
    expect(violations).toEqual(
      expect.arrayContaining(
        names.map((name) => ({ rule: `confined-${name}`, from: `src/fix/${name}.ts` })),
      ),
    );
  });
});

test("docs/ARCHITECTURE.md has the table of the layer rules", () => {
  const text = readFileSync(join(root, "docs/ARCHITECTURE.md"), "utf8");
  const rows = text.split("\n").flatMap((line) => {
    const [, folder = "", allowed = ""] = line.split("|");
    const name = /^`([^`]+)`$/.exec(folder.trim())?.[1];
    return name === undefined
      ? []
      : [[name, [...allowed.matchAll(/`([^`]+)`/g)].map((found) => found[1])]];
  });
  expect(Object.fromEntries(rows)).toEqual(MAY_IMPORT);
});

interface Cruise {
  readonly modules: readonly string[];
  readonly edges: number;
  readonly violations: readonly { readonly rule: string; readonly from: string }[];
}

/** Runs dependency-cruiser with this repository's rules on the tree at `folder`. */
function cruise(folder: string): Cruise {
  const tool = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const config = join(root, ".dependency-cruiser.mjs");
  const run = spawnSync(
    process.execPath,
    [tool, "--config", config, "--output-type", "json", ...ownFolders, "test"],
    { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (!run.stdout.startsWith("{")) throw new Error(`dependency-cruiser failed: ${run.stderr}`);
  // The shape is that of dependency-cruiser's JSON reporter.
  const report = JSON.parse(run.stdout) as {
    modules: { source: string; dependencies: { resolved: string }[] }[];
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  const own = report.modules.filter(({ source }) => /^(models|properties|src)\//.test(source));
  return {
    modules: own.map(({ source }) => source),
    edges: own.flatMap(({ dependencies }) => dependencies).length,
    violations: report.summary.violations.map(({ rule, from }) => ({ rule: rule.name, from })),
  };
}

/** Writes the files into a new temporary folder, which is removed at the end. */
function plant(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "netqed-layers-"));
  temporary.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

/** The TypeScript files below `folder` of this repository, as paths from its root. */
function modulesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `${folder}/${path}`);
}
