import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BitSet, bitSets } from "../../../models/base/interval-set.ts";
import { holds, meet, onlyMember, portBits, sameSet } from "../../../src/smt/bit-sets.ts";

const sets: fc.Arbitrary<BitSet> = fc
  .array(fc.tuple(fc.bigInt(0n, 30n), fc.bigInt(0n, 30n)), { maxLength: 6 })
  .map((pairs) => bitSets.of(pairs.map(([a, b]) => (a < b ? [a, b] : [b, a]))));
const UNIVERSE = Array.from({ length: 32 }, (_, i) => BigInt(i));

describe("bit sets", () => {
  test("agree with the algebra", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(meet(a, b)).toEqual(bitSets.intersect(a, b));
        expect(sameSet(a, b)).toBe(bitSets.equals(a, b));
        for (const x of UNIVERSE) expect(holds(a, x)).toBe(bitSets.contains(a, x));
        const members = UNIVERSE.filter((x) => bitSets.contains(a, x));
        expect(onlyMember(a)).toBe(members.length === 1 ? members[0] : undefined);
      }),
      { numRuns: 100 },
    );
  });

  test("take ports as they are", () => {
    expect(portBits([[80, 81]])).toEqual([[80n, 81n]]);
  });
});
