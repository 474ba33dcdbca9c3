/**
 * The forty things that were seen to happen in K1, in every way in which its nodes can be joined: the kernel does
 * each of them, and so does the engine.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import { endText } from "../../src/lab/life.ts";
import { K1_CHECKS, connectionOf, endTexts } from "../support/k1-checks.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { VARIANTS, clusterOfExample, joinedBy } from "../support/lab-examples.ts";
import { askCase, differenceText } from "../support/lab-law.ts";

/** Where the kernel chooses, once does not show everything; of two it leaves one out once in 2^39 times. */
const REPEATS = 40;

describe.skipIf(isUnable)("examples/k1 in the kernel", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  test.each(VARIANTS)("with $dataplane, overlay $overlay, $proxy", async (variant) => {
    const joined = joinedBy(clusterOfExample("k1"), variant);
    const checks = K1_CHECKS.flatMap((check) => {
      const isChosen = endTexts(joined.cluster, check, variant).length > 1;
      return Array.from({ length: isChosen ? REPEATS : 1 }, () => check);
    });
    const connections = checks.map((check) => connectionOf(joined.cluster, check));
    const told = await askCase(lab, { ...joined, connections });
    expect(told.flatMap((one) => differenceText(one) ?? [])).toEqual([]);
    for (const check of K1_CHECKS) {
      const seen = told.flatMap(({ kernel }, i) =>
        checks[i] === check ? [endText(kernel.end)] : [],
      );
      const wanted = endTexts(joined.cluster, check, variant);
      expect([...new Set(seen)].sort(), check.says).toEqual([...wanted].sort());
    }
  });

  test("forty things", () => {
    expect(new Set(K1_CHECKS.map(({ says }) => says)).size).toBe(40);
  });
});
