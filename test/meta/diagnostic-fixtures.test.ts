/**
 * Every code is explained and has at least one input in test/fixtures/diagnostics that provokes it:
 * `NQ1234-slug/` holds the files of one input.
 */
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { DIAGNOSTIC_CODES } from "../../src/base/diagnostic-codes.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { DEFAULT_CONFIG } from "../../src/intent/config.ts";
import { loadConfig } from "../../src/intent/load-config.ts";
import { readLocated } from "../../src/manifest/located-document.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import { openSolver } from "../../src/smt/solver.ts";
import { BROKEN, SLOW } from "../support/solver-trouble.ts";
import { type Fake, folderOf, runFake } from "../unit/cli/fake-io.ts";

const root = join(import.meta.dirname, "../fixtures/diagnostics");

/** The files of an input, by their names relative to its folder. */
type Input = readonly { readonly name: string; readonly text: string }[];

/** What a reader finds of an input: the part of a diagnostic that is looked at here. */
type Found = Pick<Diagnostic, "at"> & { readonly code: string };

/** What reads the inputs of a band; add yours when your band has fixtures. */
const READERS: Readonly<
  Record<string, (input: Input) => readonly Found[] | Promise<readonly Found[]>>
> = {
  NQ1: (input) => readManifests(input.map((file) => ({ ...file, named: true }))).diagnostics,
  NQ2: clusterDiagnostics,
  NQ3: commandDiagnostics,
  NQ4: commandDiagnostics,
  NQ5: commandDiagnostics,
  NQ9: commandDiagnostics,
  NQ45: (input) =>
    input.flatMap(({ name, text }) =>
      (readLocated(name, text).value ?? []).flatMap((document) => loadConfig(document).diagnostics),
    ),
};

/** Codes of one reader. Configuration has a reader of its own within the band of intents. */
function bandOf(code: string): string {
  return code.startsWith("NQ45") ? "NQ45" : code.slice(0, 3);
}

/** Codes without a fixture, and why. */
const UNPROVOKED: Readonly<Record<string, string>> = {
  NQ3010:
    "the last resort of a report when no rule says what it depends on: no input is known to cause it",
};

/** How the solver fails, by what the command says of it. */
const TROUBLES: Readonly<Record<string, Fake>> = {
  "with a slow solver": { real: { openSolver: () => openSolver({ connect: SLOW }) } },
  "with a broken solver": { real: { openSolver: () => openSolver({ connect: BROKEN }) } },
  "with a fault": { fails: true },
};

/** What no repository can hold: made beside the files of the fixture. */
const MADE: Readonly<Record<string, (folder: string) => void>> = {
  "graph . # with a file of a gigabyte": (folder) => {
    writeFileSync(join(folder, "large.yaml"), "");
    truncateSync(join(folder, "large.yaml"), 2 ** 30);
  },
  "graph . # with a link": (folder) => {
    symlinkSync(join(folder, "shop.yaml"), join(folder, "link.yaml"));
  },
};

/**
 * What the command line says when it is called with the arguments in the file `command`, beside the other
 * files; what follows a # there names something that is made first.
 */
async function commandDiagnostics(input: Input): Promise<readonly Found[]> {
  const command = input.find(({ name }) => name === "command")?.text.trim() ?? "";
  const files = input.filter(({ name }) => name !== "command");
  const folder = folderOf(Object.fromEntries(files.map(({ name, text }) => [name, text])));
  MADE[command]?.(folder);
  const [words = "", remark = ""] = command.split(" # ");
  const { out, err } = await runFake(folder, words.split(" "), TROUBLES[remark] ?? { real: {} });
  const told =
    /^(?:(?:error|warning|note)\[| = )(NQ\d+)\]?(?: (\S+?):(\d+):(\d+))?:.*(?:\n +--> (\S+?):(\d+):(\d+))?/gm;
  return [...(out + err).matchAll(told)].map((match): Found => {
    const [, code = "", ...places] = match;
    const [file = "", line = "1", column = "1"] = places.filter((place) => place !== undefined);
    return { code, at: { file, line: Number(line), column: Number(column), path: "" } };
  });
}

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
const bands = [...new Set(codes.map(bandOf))].sort();

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
    const own = codes.filter((code) => bandOf(code) === band);
    const reader = READERS[band];
    if (reader === undefined) throw new Error(`nothing reads the fixtures of ${band}`);

    test(`${band}xxx: every code has a fixture`, () => {
      const lacking = own.filter((code) => !fixtures.some((f) => codeOf(f) === code));
      expect(lacking).toEqual(own.filter((code) => code in UNPROVOKED));
    });

    test.each(fixtures.filter((fixture) => bandOf(codeOf(fixture)) === band))(
      "%s",
      async (fixture) => {
        const input = inputOf(fixture);
        const provoked = (await reader(input)).filter((d) => d.code === codeOf(fixture));
        expect(provoked.length).toBeGreaterThan(0);
        for (const { at } of provoked) {
          const text = input.find((file) => file.name === at.file)?.text ?? "";
          const line = text.split("\n")[at.line - 1];
          expect(line, `${at.file}:${String(at.line)}`).toBeDefined();
          expect(at.column).toBeGreaterThanOrEqual(1);
          expect(at.column).toBeLessThanOrEqual((line ?? "").length + 1);
        }
      },
    );
  }
});
