/**
 * Quick questions about canonical interval sets. Each agrees with the algebra in models/base, which
 * defines them; these look only at the intervals that decide.
 */
import type { BitSet, Interval, PortSet } from "../../models/base/interval-set.ts";

/** Whether `member` lies in `set`. @cost logarithmic in the intervals @law bit sets agree with the algebra */
export function holds(set: BitSet, member: bigint): boolean {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const interval = set[middle];
    if (interval === undefined) return false;
    if (member < interval[0]) high = middle - 1;
    else if (member > interval[1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** The members of both. @cost linear in the intervals of both @law bit sets agree with the algebra */
export function meet(a: BitSet, b: BitSet): BitSet {
  const common: Interval<bigint>[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) return common;
    const low = x[0] > y[0] ? x[0] : y[0];
    const high = x[1] < y[1] ? x[1] : y[1];
    if (low <= high) common.push([low, high]);
    if (x[1] < y[1]) i += 1;
    else j += 1;
  }
}

/** Whether two canonical sets have the same members. */
export function sameSet(a: BitSet, b: BitSet): boolean {
  return (
    a.length === b.length && a.every(([low, high], i) => low === b[i]?.[0] && high === b[i][1])
  );
}

/** The only member of `set`, or undefined when it has none or several. */
export function onlyMember(set: BitSet): bigint | undefined {
  const [first, second] = set;
  return first !== undefined && second === undefined && first[0] === first[1]
    ? first[0]
    : undefined;
}

/** A set of ports as a set of bit vectors. */
export function portBits(ports: PortSet): BitSet {
  return ports.map(([low, high]) => [BigInt(low), BigInt(high)]);
}
