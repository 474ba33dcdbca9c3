/**
 * Canonical sets of integers: sorted, disjoint, not touching, inclusive intervals. Because every
 * constructor canonicalises, structural equality is set equality.
 */

/** The integers from `low` to `high`, both included. */
export type Interval<T> = readonly [low: T, high: T];

/** @invariant sorted by low; for neighbours a, b: a.high + 1 < b.low; every interval has low <= high */
export type IntervalSet<T> = readonly Interval<T>[];

/** The set algebra over one integer type. Every operation returns a canonical set. */
export interface IntervalAlgebra<T> {
  /** The empty set. */
  readonly empty: IntervalSet<T>;
  /** The union of `intervals`, given in any order; an interval with low > high contributes nothing. */
  readonly of: (intervals: readonly Interval<T>[]) => IntervalSet<T>;
  readonly union: (a: IntervalSet<T>, b: IntervalSet<T>) => IntervalSet<T>;
  readonly intersect: (a: IntervalSet<T>, b: IntervalSet<T>) => IntervalSet<T>;
  /** The members of `a` that are not in `b`. */
  readonly subtract: (a: IntervalSet<T>, b: IntervalSet<T>) => IntervalSet<T>;
  readonly contains: (set: IntervalSet<T>, member: T) => boolean;
  readonly isEmpty: (set: IntervalSet<T>) => boolean;
  /** Whether every member of `a` is in `b`. */
  readonly isSubset: (a: IntervalSet<T>, b: IntervalSet<T>) => boolean;
  readonly equals: (a: IntervalSet<T>, b: IntervalSet<T>) => boolean;
}

function intervalAlgebra<T extends number | bigint>(
  next: (x: T) => T,
  previous: (x: T) => T,
): IntervalAlgebra<T> {
  const of = (intervals: readonly Interval<T>[]): IntervalSet<T> => {
    const sorted = intervals
      .filter(([low, high]) => low <= high)
      .sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const merged: Interval<T>[] = [];
    for (const [low, high] of sorted) {
      const last = merged.at(-1);
      if (last !== undefined && low <= next(last[1])) {
        merged[merged.length - 1] = [last[0], high > last[1] ? high : last[1]];
      } else {
        merged.push([low, high]);
      }
    }
    return merged;
  };
  const intersect = (a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> =>
    of(
      a.flatMap(([aLow, aHigh]) =>
        b.map(
          ([bLow, bHigh]): Interval<T> => [
            aLow > bLow ? aLow : bLow,
            aHigh < bHigh ? aHigh : bHigh,
          ],
        ),
      ),
    );
  const subtractOne = (a: IntervalSet<T>, [low, high]: Interval<T>): Interval<T>[] =>
    a.flatMap(([aLow, aHigh]): Interval<T>[] => {
      if (high < aLow || low > aHigh) return [[aLow, aHigh]];
      const rest: Interval<T>[] = [];
      if (aLow < low) rest.push([aLow, previous(low)]);
      if (aHigh > high) rest.push([next(high), aHigh]);
      return rest;
    });
  const subtract = (a: IntervalSet<T>, b: IntervalSet<T>): IntervalSet<T> =>
    of(b.reduce<IntervalSet<T>>((rest, interval) => subtractOne(rest, interval), a));
  const equals = (a: IntervalSet<T>, b: IntervalSet<T>): boolean =>
    a.length === b.length &&
    a.every(([low, high], i) => {
      const other = b[i];
      return other !== undefined && other[0] === low && other[1] === high;
    });
  return {
    empty: [],
    of,
    union: (a, b) => of([...a, ...b]),
    intersect,
    subtract,
    contains: (set, member) => set.some(([low, high]) => low <= member && member <= high),
    isEmpty: (set) => set.length === 0,
    isSubset: (a, b) => subtract(a, b).length === 0,
    equals,
  };
}

/** Sets of transport ports. */
export const portSets: IntervalAlgebra<number> = intervalAlgebra(
  (x) => x + 1,
  (x) => x - 1,
);

/** Sets of address bits within one family. */
export const bitSets: IntervalAlgebra<bigint> = intervalAlgebra(
  (x) => x + 1n,
  (x) => x - 1n,
);

/** A set of transport ports. */
export type PortSet = IntervalSet<number>;
/** A set of addresses of one family, as unsigned integers. */
export type BitSet = IntervalSet<bigint>;
