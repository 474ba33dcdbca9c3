/**
 * netpol-analyzer's own cases: every row among workloads and to or from the outside that netqed decides
 * agrees, or docs/disagreements.md explains it. Where a case is made only of supported kinds, nothing is
 * left undecided. Rows of an ingress controller are left out: Ingress is not modelled.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import type { Manifests } from "../../src/manifest/resources.ts";
import { corpus, manifestFiles } from "../support/shared.ts";
import { type Difference, differences, expectedRows, listedBy } from "./netpol-rows.ts";
import { disagreements, type Form } from "./disagreements.ts";
import { graph, type GraphRun, mapPaired, say } from "./shared.ts";
import { skipped } from "../support/skipped.ts";

interface Case {
  readonly args: readonly string[];
  readonly dir: string;
  readonly expectedFile: string;
  readonly format: string;
  readonly kind: string;
}

const base = corpus("netpol-analyzer") ?? "";
const LIST_CASES = 121;

/** Whether some object of the case has policy or pods that netqed does not model. */
function hasUnsupported({ resources }: Manifests): boolean {
  return resources.some((r) => r.kind === "unmodelled" && r.role !== "frontend");
}

function manifestsOf(dir: string): Manifests {
  const folder = join(base, dir);
  const files = manifestFiles(folder).map((name) => ({
    name,
    text: readFileSync(join(folder, name), "utf8"),
    named: false,
  }));
  const { value } = readManifests(files);
  if (value === undefined) throw new Error(`${dir}: nothing was read`);
  return value;
}

/** The cases: all lists, and the rows that stand before the exposure in its outputs. */
function readCases(): readonly Case[] {
  const index = JSON.parse(readFileSync(join(base, "index.json"), "utf8")) as readonly Case[];
  return index.filter((c) => c.kind === "list" || (c.kind === "exposure" && c.format === "txt"));
}

function rowsOf(c: Case): ReturnType<typeof expectedRows> {
  const text = readFileSync(join(base, c.expectedFile), "utf8");
  return expectedRows(text.split("Exposure Analysis Result")[0] ?? "", c.format);
}

/** What is wrong with the answer, given that it should agree but for `form`. */
function complaints(
  c: Case,
  run: GraphRun,
  form: Form | undefined,
  manifests: Manifests,
): readonly string[] {
  if (run.graph === undefined) {
    const codes = run.errors.map(({ code }) => code);
    return form?.kind === "refusal" && codes.includes(form.code)
      ? []
      : [`refused with ${codes.join(", ")}`];
  }
  if (form?.kind === "refusal") return ["it is answered, though it is listed as refused"];
  const skipsUndecided = hasUnsupported(manifests);
  const found = differences(run.graph, rowsOf(c), listedBy(c.args)).filter(
    ({ ours }) => !(skipsUndecided && ours === "undecided"),
  );
  if (form === undefined) return found.map(text);
  if (found.length === 0) return ["it agrees, though docs/disagreements.md lists it"];
  return found.filter((row) => !form.explains(row, manifests.resources)).map(text);
}

const text = (row: Difference): string =>
  `${row.from} => ${row.to}: expected [${row.theirs}], found [${row.ours}]`;

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(skipped(base === "", "there is no corpus netpol-analyzer"))(
  "netpol-analyzer",
  () => {
    test("rows agree or are explained", async () => {
      const cases = readCases();
      const known = disagreements("netpol-analyzer");
      const dirs = [...new Set(cases.map((c) => c.dir))];
      const runs = new Map(
        await mapPaired(dirs, async (dir) => [dir, await graph([dir], base)] as const),
      );
      const counts = { supported: 0, partly: 0, explained: 0, refused: 0 };
      const wrong = cases.flatMap((c) => {
        const run = runs.get(c.dir);
        if (run === undefined) return [`${c.dir}: not run`];
        const form = known.get(c.dir.replace(/^tests\//, ""));
        const manifests = manifestsOf(c.dir);
        if (form?.kind === "refusal") counts.refused += 1;
        else if (form !== undefined) counts.explained += 1;
        else if (hasUnsupported(manifests)) counts.partly += 1;
        else counts.supported += 1;
        const found = complaints(c, run, form, manifests).slice(0, 3);
        return found.map((complaint) => `${c.dir} ${c.format}: ${complaint}`);
      });
      say(
        `netpol-analyzer: ${String(cases.length)} cases of ${String(dirs.length)} folders: ` +
          `${String(counts.supported)} of supported kinds agree, ${String(counts.partly)} with unmodelled ` +
          `kinds agree where decided, ${String(counts.explained)} differ as explained, ` +
          `${String(counts.refused)} are refused as explained; ${String(wrong.length)} complaints`,
      );
      expect(wrong).toEqual([]);
      expect(cases.filter((c) => c.kind === "list").length).toBe(LIST_CASES);
      const missing = [...known.keys()].filter((name) => !dirs.includes(`tests/${name}`));
      expect(missing).toEqual([]);
    }, 900_000);
  },
);
