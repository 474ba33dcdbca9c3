/**
 * The examples in the kernel, joined in every way; and what is noticed when something is missing there.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import type { Ablation } from "../../src/lab/plan.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { VARIANTS, type Variant, clusterOfExample, exampleCase } from "../support/lab-examples.ts";
import { askCase, differenceText } from "../support/lab-law.ts";

const PACKETS = 80;
const EXAMPLES = ["k1", "walkthroughs"] as const;

describe.skipIf(isUnable)("the kernel", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  describe.each(EXAMPLES)("agrees about examples/%s", (name) => {
    const cluster = clusterOfExample(name);
    test.each(VARIANTS)("with $dataplane, overlay $overlay, $proxy", async (variant) => {
      const told = await askCase(lab, exampleCase(cluster, variant, PACKETS));
      expect(told.flatMap((one) => differenceText(one) ?? [])).toEqual([]);
      // Not by agreeing that nothing arrives.
      expect(told.filter(({ kernel }) => kernel.end.kind === "delivered").length).toBeGreaterThan(
        5,
      );
    });
  });

  const bridge: Variant = { dataplane: "bridge", overlay: "none", proxy: "iptables" };
  const ablations: readonly (readonly [what: string, without: Ablation])[] = [
    ["forwarding", { forwarding: false }],
    ["masquerade", { masquerade: false }],
    ["the mark for a pod that reaches itself", { hairpin: false }],
    ["filters on the bridge", { bridgeFilter: false }],
  ];
  test.each(ablations)("differs without %s", async (_, without) => {
    const told = await askCase(lab, exampleCase(clusterOfExample("walkthroughs"), bridge, 300), {
      without,
    });
    expect(told.filter(({ difference }) => difference !== undefined).length).toBeGreaterThan(0);
  });
});
