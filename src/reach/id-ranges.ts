/**
 * Sets of small integers as flat, sorted, disjoint, not touching half-open ranges: `[low, high, low, high, …]`.
 */

/** @invariant even length; low < high < next low */
export type IdRanges = Int32Array;

/** The set without members. */
export const NO_IDS: IdRanges = new Int32Array(0);

/** Bounds stay below this, so that a range is one exact number. */
const BOUND_MAX = 2 ** 26;

/** The union of half-open `[low, high)` pairs given flat and in any order. */
export function idRanges(flat: readonly number[]): IdRanges {
  if (flat.length === 2) return Int32Array.from((flat[0] ?? 0) < (flat[1] ?? 0) ? flat : []);
  const pairs = new Float64Array(flat.length >> 1);
  for (let i = 0; i + 1 < flat.length; i += 2) {
    pairs[i >> 1] = (flat[i] ?? 0) * BOUND_MAX + (flat[i + 1] ?? 0);
  }
  const merged: number[] = [];
  for (const pair of pairs.sort()) {
    const low = Math.floor(pair / BOUND_MAX);
    const high = pair % BOUND_MAX;
    if (low >= high) continue;
    const last = merged.length - 1;
    const end = merged[last];
    if (end !== undefined && low <= end) merged[last] = Math.max(end, high);
    else merged.push(low, high);
  }
  return merged.length === 0 ? NO_IDS : Int32Array.from(merged);
}

/** Every member of any of `sets`. */
export function unionOf(sets: Iterable<IdRanges>): IdRanges {
  const kept: IdRanges[] = [];
  for (const set of sets) if (set.length > 0 && set !== kept.at(-1)) kept.push(set);
  const [first, second] = kept;
  if (first === undefined || second === undefined) return first ?? NO_IDS;
  if (kept.length === 2) return unionOfTwo(first, second);
  const bounds = kept.reduce((sum, set) => sum + set.length, 0);
  const end = kept.reduce((most, set) => Math.max(most, set.at(-1) ?? 0), 0);
  if (end < bounds * FEW_TIMES) return unionByCounting(kept, end);
  const flat: number[] = [];
  for (const set of kept) for (const bound of set) flat.push(bound);
  return idRanges(flat);
}

/** Counting takes time by the highest member, sorting by the number of bounds, a few times each. */
const FEW_TIMES = 8;

/** The union of sets whose members are below `end`. */
function unionByCounting(sets: readonly IdRanges[], end: number): IdRanges {
  const begun = new Int32Array(end + 1);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      const [low, high] = [set[i] ?? 0, set[i + 1] ?? 0];
      begun[low] = (begun[low] ?? 0) + 1;
      begun[high] = (begun[high] ?? 0) - 1;
    }
  }
  const out: number[] = [];
  let open = 0;
  begun.forEach((change, id) => {
    if (change === 0) return;
    if ((open === 0) !== (open + change === 0)) out.push(id);
    open += change;
  });
  return Int32Array.from(out);
}

/** The union of two sets; the first one itself if the second adds nothing. */
function unionOfTwo(a: IdRanges, b: IdRanges): IdRanges {
  const out: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const fromA = j >= b.length || (i < a.length && (a[i] ?? 0) <= (b[j] ?? 0));
    const low = (fromA ? a[i] : b[j]) ?? 0;
    const high = (fromA ? a[i + 1] : b[j + 1]) ?? 0;
    if (fromA) i += 2;
    else j += 2;
    const last = out.length - 1;
    const end = out[last];
    if (end !== undefined && low <= end) out[last] = Math.max(end, high);
    else out.push(low, high);
  }
  const union = Int32Array.from(out);
  return sameRanges(a, union) ? a : union;
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
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
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
