/**
 * Every code is explained and has at least one input in test/fixtures/diagnostics that provokes it:
 * `NQ1234-slug/` holds the files of one input. A band whose inputs no reader below provokes is listed as
 * skipped, with its codes.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { DIAGNOSTIC_CODES } from "../../src/base/diagnostic-codes.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { DEFAULT_CONFIG } from "../../src/intent/config.ts";
import { loadConfig } from "../../src/intent/load-config.ts";
import { readLocated } from "../../src/manifest/located-document.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";

const root = join(import.meta.dirname, "../fixtures/diagnostics");

/** The files of an input, by their names relative to its folder. */
type Input = readonly { readonly name: string; readonly text: string }[];

/** What reads the inputs of a band; add yours when your band has fixtures. */
const READERS: Readonly<Record<string, (input: Input) => readonly Diagnostic[]>> = {
  NQ1: (input) => readManifests(input.map((file) => ({ ...file, named: true }))).diagnostics,
  NQ2: clusterDiagnostics,
};

/** What building the cluster of `input` says, with its netqed.yaml if there is one. */
function clusterDiagnostics(input: Input): readonly Diagnostic[] {
  const isConfig = ({ name }: Input[number]): boolean => name === "netqed.yaml";
  const manifests = input.filter((file) => !isConfig(file));
  const read = readManifests(manifests.map((file) => ({ ...file, named: true })));
  expect(read.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  const config = input
    .filter(isConfig)
    .flatMap(({ name, text }) => readLocated(name, text).value ?? [])
    .map((document) => loadConfig(document).value)
    .at(0);
  const { cluster } = config ?? DEFAULT_CONFIG;
  return buildCluster(read.value?.resources ?? [], cluster).diagnostics;
}

const codes = Object.keys(DIAGNOSTIC_CODES);
const fixtures = existsSync(root) ? readdirSync(root).sort() : [];
const codeOf = (fixture: string): string => fixture.slice(0, fixture.indexOf("-"));
const bands = [...new Set(codes.map((code) => code.slice(0, 3)))].sort();

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .map((entry) => join(folder, entry))
    .flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
}

function inputOf(fixture: string): Input {
  const folder = join(root, fixture);
  return filesUnder(folder).map((path) => ({
    name: relative(folder, path),
    text: readFileSync(path, "utf8"),
  }));
}

describe("diagnostic codes", () => {
  test.each(Object.entries(DIAGNOSTIC_CODES))(
    "%s has a title and an explanation",
    (code, entry) => {
      expect(code).toMatch(/^NQ[1-9]\d{3}$/);
      expect(entry.title).toMatch(/^\S.*\S$/);
      expect(entry.title.length).toBeLessThanOrEqual(60);
      expect(entry.explanation.length).toBeGreaterThan(entry.title.length);
    },
  );
});

describe("diagnostic fixtures", () => {
  test("are named after codes that exist", () => {
    expect(fixtures.map(codeOf).filter((code) => !codes.includes(code))).toEqual([]);
  });

  for (const band of bands) {
    const own = codes.filter((code) => code.startsWith(band));
    const reader = READERS[band];
    if (reader === undefined) {
      test.skip(`${band}xxx: not yet provoked from fixtures: ${own.join(", ")}`, () => undefined);
      continue;
    }

    test(`${band}xxx: every code has a fixture`, () => {
      expect(own.filter((code) => !fixtures.some((f) => codeOf(f) === code))).toEqual([]);
    });

    test.each(fixtures.filter((fixture) => fixture.startsWith(band)))("%s", (fixture) => {
      const input = inputOf(fixture);
      const provoked = reader(input).filter((d) => d.code === codeOf(fixture));
      expect(provoked.length).toBeGreaterThan(0);
      for (const { at } of provoked) {
        const text = input.find((file) => file.name === at.file)?.text ?? "";
        const line = text.split("\n")[at.line - 1];
        expect(line, `${at.file}:${String(at.line)}`).toBeDefined();
        expect(at.column).toBeGreaterThanOrEqual(1);
        expect(at.column).toBeLessThanOrEqual((line ?? "").length + 1);
      }
    });
  }
});
