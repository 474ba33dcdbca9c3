/**
 * Law: the algebra of interval sets is the algebra of sets, and every result is canonical.
 */
import fc from "fast-check";
import { type Interval, type PortSet, portSets } from "../../../models/base/interval-set.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** Every number that the generated sets and their neighbours can hold. */
const UNIVERSE = Array.from({ length: 24 }, (_, i) => i);

const intervals: fc.Arbitrary<readonly Interval<number>[]> = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 22 }), fc.integer({ min: 1, max: 22 })),
  { maxLength: 5 },
);

/** @throws when some operation disagrees with membership, or its result is not canonical */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(intervals, intervals, (left, right) => {
      const a = portSets.of(left);
      const b = portSets.of(right);
      const inA = (x: number): boolean => left.some(([low, high]) => low <= x && x <= high);
      const inB = (x: number): boolean => right.some(([low, high]) => low <= x && x <= high);
      agrees(a, inA);
      agrees(portSets.union(a, b), (x) => inA(x) || inB(x));
      agrees(portSets.intersect(a, b), (x) => inA(x) && inB(x));
      agrees(portSets.subtract(a, b), (x) => inA(x) && !inB(x));
      const sameMembers = UNIVERSE.every((x) => inA(x) === inB(x));
      must(portSets.equals(a, b) === sameMembers, "equals");
      must(portSets.isSubset(a, b) === UNIVERSE.every((x) => !inA(x) || inB(x)), "isSubset");
      must(portSets.isEmpty(a) === !UNIVERSE.some(inA), "isEmpty");
    }),
    options,
  );
}

function agrees(set: PortSet, member: (x: number) => boolean): void {
  for (const x of UNIVERSE) must(portSets.contains(set, x) === member(x), `membership of ${x}`);
  set.forEach(([low, high], i) => {
    const next = set[i + 1];
    must(low <= high && (next === undefined || high + 1 < next[0]), "canonical form");
  });
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`disagrees: ${what}`);
}
