/**
 * The address pieces as one table tells them apart along one field: runs of ids that the same rules
 * match, and the cells (runs with the same rules) that they fall into.
 */
import { type IdRanges, lastAtMost } from "./id-ranges.ts";

/** Runs of ids and their cells. */
export interface Segments {
  /** Where each run begins; the first is 0, each ends where the next begins. */
  readonly starts: Int32Array;
  /** The cell of each run. */
  readonly cells: Int32Array;
  /** For each cell the numbers of the rules that match its ids, in order. */
  readonly rulesOf: readonly (readonly number[])[];
  /** For each cell one of its ids. */
  readonly member: readonly number[];
}

/** The cell of `id`. */
export function cellOf(segments: Segments, id: number): number {
  return segments.cells.length === 1
    ? (segments.cells[0] ?? 0)
    : (segments.cells[lastAtMost(segments.starts, id)] ?? 0);
}

/**
 * The segments of rules whose field holds `sets` (undefined: any id).
 *
 * @cost the ranges of all sets, times the rules that overlap at each
 */
export function segmentsOf(sets: readonly (IdRanges | undefined)[]): Segments {
  const always: number[] = [];
  sets.forEach((ranges, rule) => {
    if (ranges === undefined) always.push(rule);
  });
  if (always.length === sets.length) {
    return { starts: Int32Array.of(0), cells: Int32Array.of(0), rulesOf: [always], member: [0] };
  }
  const edges = edgesOf(sets);
  const active = new Set<number>();
  const starts: number[] = [];
  const cells: number[] = [];
  const rulesOf: (readonly number[])[] = [];
  const member: number[] = [];
  // By the rule where there is one, -1 where there is none, or else by a text.
  const cellByRules = new Map<number | string, number>();
  let last = -1;
  const close = (start: number): void => {
    const [only = -1] = active;
    const several = active.size > 1 ? [...active].sort((a, b) => a - b) : undefined;
    const key = several?.join(",") ?? only;
    let cell = cellByRules.get(key);
    if (cell === undefined) {
      member.push(start);
      cell = rulesOf.push(mergeSorted(always, several ?? [...active])) - 1;
      cellByRules.set(key, cell);
    }
    if (cell === last) return;
    last = cell;
    starts.push(start);
    cells.push(cell);
  };
  let position = 0;
  for (const edge of edges) {
    const rule = Math.floor(edge / 2) % sets.length;
    const place = Math.floor(edge / 2 / sets.length);
    if (place > position) {
      close(position);
      position = place;
    }
    if (edge % 2 === 0) active.delete(rule);
    else active.add(rule);
  }
  close(position);
  return { starts: Int32Array.from(starts), cells: Int32Array.from(cells), rulesOf, member };
}

/**
 * Where ranges end (even) and begin (odd), in order, each as one number: place, then rule, then which.
 * A rule's ranges do not touch, so the order of rules at one place does not matter.
 */
function edgesOf(sets: readonly (IdRanges | undefined)[]): Float64Array {
  let count = 0;
  for (const ranges of sets) count += ranges?.length ?? 0;
  const edges = new Float64Array(count);
  let next = 0;
  sets.forEach((ranges, rule) => {
    if (ranges === undefined) return;
    for (let i = 0; i < ranges.length; i += 1) {
      edges[next] = ((ranges[i] ?? 0) * sets.length + rule) * 2 + (i % 2 === 0 ? 1 : 0);
      next += 1;
    }
  });
  return edges.sort();
}

function mergeSorted(a: readonly number[], b: readonly number[]): readonly number[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...a, ...b].sort((x, y) => x - y);
}
