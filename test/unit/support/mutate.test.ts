import { afterAll, describe, expect, test } from "vitest";
import { type Mutation, compileTree, mutate, runLaw } from "../../support/mutate.ts";

const tree = compileTree();
afterAll(() => tree.remove());

const OPTIONS = { numRuns: 100, seed: 1 };
const row: Mutation = {
  law: "interval-sets",
  file: "models/base/interval-set.ts",
  from: "low <= member && member <= high",
  to: "low < member && member <= high",
};

describe("mutate", () => {
  test("leaves the law passing when nothing is planted", async () => {
    expect(await runLaw(tree, "interval-sets", OPTIONS)).toEqual({ kind: "passed" });
  });

  test("makes the law fail when a mistake is planted", async () => {
    expect((await mutate(tree, row, OPTIONS)).kind).toBe("failed");
  });

  test("says that the law passed when the change makes no difference", async () => {
    const harmless = { ...row, from: "set.length === 0", to: "set.length < 1" };
    expect((await mutate(tree, harmless, OPTIONS)).kind).toBe("passed");
  });

  test("refuses a row whose text does not occur exactly once", async () => {
    await expect(mutate(tree, { ...row, from: "no such text" }, OPTIONS)).rejects.toThrow(
      /found 0/,
    );
    await expect(mutate(tree, { ...row, from: "high" }, OPTIONS)).rejects.toThrow(/expected one/);
  });

  test("refuses a row that changes nothing", async () => {
    await expect(mutate(tree, { ...row, to: row.from }, OPTIONS)).rejects.toThrow(/found 1/);
  });

  test("refuses a law that does not load", async () => {
    const unloadable = { ...row, from: "export const portSets", to: "export const portsets" };
    await expect(mutate(tree, unloadable, OPTIONS)).rejects.toThrow(/did not run/);
  });
});
