/**
 * Which known name a mistyped one may have meant.
 */
import { compareText } from "./diagnostic.ts";

/** Beyond this many wrong letters a name is a different one; short names allow less. */
const DISTANCE_MAX = 3;

/**
 * The candidate that `name` most likely means: the fewest letters to insert, delete, replace or exchange,
 * upper and lower case alike, at most a third of its length and never more than three. Undefined when none is near.
 * Ties go to the candidate that sorts first.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(DISTANCE_MAX, Math.max(1, Math.floor(name.length / 3)));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of [...candidates].sort(compareText)) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

/** A hint that names `nearestName`, to be spread into a diagnostic; empty when there is none. */
export function didYouMean(name: string, candidates: Iterable<string>): { readonly hint?: string } {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? {} : { hint: `did you mean ${nearest}?` };
}

/**
 * The fewest insertions, deletions and replacements of one letter, and exchanges of two neighbours, that
 * turn `a` into `b`; no letter is touched twice.
 */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const exchanged =
        i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j]
          ? (before[j - 1] ?? 0) + 1
          : Infinity;
      next.push(Math.min(replaced, exchanged, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
