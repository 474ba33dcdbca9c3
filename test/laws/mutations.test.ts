/**
 * Laws that cannot fail prove nothing. Every row of test/laws/mutations/*.ts plants one mistake in a copy of the
 * code; the row's law must notice it, and every law needs at least three rows.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { seed } from "../support/law-settings.ts";
import { type LawOptions, type Mutation, compileTree, mutate } from "../support/mutate.ts";

/** Enough for every row; a row that needs more says so itself. */
const OPTIONS: LawOptions = { numRuns: 400, seed, endOnFailure: true };
/**
 * How many times as many cases a law gets that has not noticed a mistake: with another generator the same seed makes
 * other cases, so that what is rare is met sooner or later.
 */
const SECOND_LOOK = 8;
const MUTATIONS_MIN = 3;
/** Rows wait for each other. */
const ROW_TIMEOUT_MS = 600_000;

const tree = compileTree();
afterAll(() => tree.remove());

const modules = (folder: string): string[] =>
  readdirSync(join(import.meta.dirname, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.replace(/\.ts$/, ""))
    .sort();

const rowsOf = async (file: string): Promise<readonly Mutation[]> => {
  // Every file in the folder exports this name; the tests below fail if one does not.
  const module = (await import(`./mutations/${file}.ts`)) as { readonly MUTATIONS: Mutation[] };
  return module.MUTATIONS;
};

/** Runs at most two at a time: each is a process of its own. */
let running: readonly Promise<unknown>[] = [];
const oneOfTwo = async <T>(start: () => Promise<T>): Promise<T> => {
  while (running.length >= 2) await Promise.race(running);
  const task = start();
  const settled = task.then(
    () => undefined,
    () => undefined,
  );
  running = [...running, settled];
  await settled;
  running = running.filter((other) => other !== settled);
  return task;
};

const rows = (await Promise.all(modules("mutations").map(rowsOf))).flat();

describe("every law notices a planted mistake", () => {
  test.each(modules("lib").map((law) => [law] as const))("%s has enough rows", (law) => {
    expect(rows.filter((row) => row.law === law).length).toBeGreaterThanOrEqual(MUTATIONS_MIN);
  });

  test.concurrent.each(
    rows.map((row) => [row.law, `${row.file}: ${row.from} → ${row.to}`, row] as const),
  )(
    "%s: %s",
    async (_law, _change, row) => {
      const first = await oneOfTwo(() => mutate(tree, row, OPTIONS));
      const numRuns = SECOND_LOOK * (row.numRuns ?? OPTIONS.numRuns);
      const answer =
        first.kind === "failed"
          ? first
          : await oneOfTwo(() => mutate(tree, { ...row, numRuns }, OPTIONS));
      expect(answer.kind, "the law passed although the code is wrong").toBe("failed");
    },
    ROW_TIMEOUT_MS,
  );
});
