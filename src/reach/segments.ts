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
  const events: number[] = [];
  sets.forEach((ranges, rule) => {
    if (ranges === undefined) {
      always.push(rule);
      return;
    }
    for (let i = 0; i < ranges.length; i += 2) events.push(i, rule);
  });
  const edges = edgesOf(sets, events);
  const active = new Set<number>();
  const starts: number[] = [];
  const cells: number[] = [];
  const rulesOf: (readonly number[])[] = [];
  const member: number[] = [];
  const cellByRules = new Map<string, number>();
  const close = (start: number): void => {
    const matching = active.size === 0 ? [] : [...active].sort((a, b) => a - b);
    const key = matching.join(",");
    let cell = cellByRules.get(key);
    if (cell === undefined) {
      cell = rulesOf.length;
      cellByRules.set(key, cell);
      rulesOf.push(matching.length === 0 ? always : mergeSorted(always, matching));
      member.push(start);
    }
    if (cells.at(-1) === cell) return;
    starts.push(start);
    cells.push(cell);
  };
  let position = 0;
  for (const edge of edges) {
    if (edge.at > position) {
      close(position);
      position = edge.at;
    }
    if (edge.begins) active.add(edge.rule);
    else active.delete(edge.rule);
  }
  close(position);
  return { starts: Int32Array.from(starts), cells: Int32Array.from(cells), rulesOf, member };
}

interface Edge {
  readonly at: number;
  readonly rule: number;
  readonly begins: boolean;
}

/** Where ranges begin and end, in order. `flat` holds pairs of an index into a rule's ranges and the rule. */
function edgesOf(
  sets: readonly (IdRanges | undefined)[],
  flat: readonly number[],
): readonly Edge[] {
  const edges: Edge[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const rule = flat[i + 1] ?? 0;
    const ranges = sets[rule];
    const index = flat[i] ?? 0;
    edges.push({ at: ranges?.[index] ?? 0, rule, begins: true });
    edges.push({ at: ranges?.[index + 1] ?? 0, rule, begins: false });
  }
  // A rule's ranges do not touch, so the order of edges at one place does not matter.
  return edges.sort((a, b) => a.at - b.at);
}

function mergeSorted(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.length === 0 ? b : [...a, ...b].sort((x, y) => x - y);
}
