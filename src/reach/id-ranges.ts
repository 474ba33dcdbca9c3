/**
 * Sets of small integers as flat, sorted, disjoint, not touching half-open ranges: `[low, high, low, high, …]`.
 */

/** @invariant even length; low < high < next low */
export type IdRanges = Int32Array;

/** The set without members. */
export const NO_IDS: IdRanges = new Int32Array(0);

/** The union of half-open `[low, high)` pairs given flat and in any order. */
export function idRanges(flat: readonly number[]): IdRanges {
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const low = flat[i] ?? 0;
    const high = flat[i + 1] ?? 0;
    if (low < high) pairs.push([low, high]);
  }
  if (pairs.length === 0) return NO_IDS;
  pairs.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  for (const [low, high] of pairs) {
    const last = merged.length - 1;
    const end = merged[last];
    if (end !== undefined && low <= end) {
      if (high > end) merged[last] = high;
    } else {
      merged.push(low, high);
    }
  }
  return Int32Array.from(merged);
}

/** Every member of any of `sets`. */
export function unionOf(sets: Iterable<IdRanges>): IdRanges {
  const kept: IdRanges[] = [];
  for (const set of sets) if (set.length > 0) kept.push(set);
  if (kept.length < 2) return kept[0] ?? NO_IDS;
  return idRanges(kept.flatMap((set) => [...set]));
}

/** The members of both sets. */
export function intersectRanges(a: IdRanges, b: IdRanges): IdRanges {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const aHigh = a[i + 1] ?? 0;
    const bHigh = b[j + 1] ?? 0;
    const low = Math.max(a[i] ?? 0, b[j] ?? 0);
    const high = Math.min(aHigh, bHigh);
    if (low < high) out.push(low, high);
    if (aHigh < bHigh) i += 2;
    else j += 2;
  }
  return out.length === 0 ? NO_IDS : Int32Array.from(out);
}

/** Whether `id` is a member. */
export function hasId(set: IdRanges, id: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((set[2 * middle + 1] ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return 2 * low < set.length && (set[2 * low] ?? 0) <= id;
}

/** Whether both sets have the same members. */
export function sameRanges(a: IdRanges, b: IdRanges): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

/** Whether every member of `a` is one of `b`. */
export function withinRanges(a: IdRanges, b: IdRanges): boolean {
  return sameRanges(intersectRanges(a, b), a);
}

/** The number of members. */
export function countIds(set: IdRanges): number {
  let count = 0;
  for (let i = 0; i < set.length; i += 2) count += (set[i + 1] ?? 0) - (set[i] ?? 0);
  return count;
}

/** The members in ascending order. */
export function* idsIn(set: IdRanges): Generator<number> {
  for (let i = 0; i < set.length; i += 2) {
    for (let id = set[i] ?? 0; id < (set[i + 1] ?? 0); id += 1) yield id;
  }
}

/** The index of the last of the ascending `starts` that is at most `value`; -1 when all are above. */
export function lastAtMost(
  starts: { readonly length: number; readonly [index: number]: number },
  value: number,
): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
