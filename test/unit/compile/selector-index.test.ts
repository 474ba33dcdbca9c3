import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selects } from "../../../models/kubernetes/selector.ts";
import { bitsOf, hasBit, positionsIn } from "../../../src/compile/bits.ts";
import { carriersOf, selectedBy, selectorIndex } from "../../../src/compile/selector-index.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";

describe("selectedBy", () => {
  test("agrees with selects on every object", () => {
    fc.assert(
      fc.property(clusterArbitrary(), ({ pods, policies }) => {
        const index = selectorIndex(pods);
        for (const { podSelector } of policies) {
          const selected = selectedBy(index, podSelector);
          pods.forEach((pod, i) => {
            expect(hasBit(selected, i)).toBe(selects(podSelector, pod.labels));
          });
          expect(selectedBy(index, podSelector)).toBe(selected);
        }
      }),
    );
  });
});

describe("carriersOf", () => {
  test("is everyone without labels", () => {
    const index = selectorIndex([{ labels: new Map() }, { labels: new Map([["a", "b"]]) }]);
    expect(positionsIn(carriersOf(index, new Map()))).toEqual([0, 1]);
    expect(positionsIn(carriersOf(index, new Map([["a", "b"]])))).toEqual([1]);
  });
});

describe("positionsIn", () => {
  test("gives back what bitsOf was given", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (positions) => {
        const sorted = [...positions].sort((a, b) => a - b);
        expect(positionsIn(bitsOf(201, positions))).toEqual(sorted);
      }),
    );
  });
});
