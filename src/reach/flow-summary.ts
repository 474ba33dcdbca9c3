/**
 * What a table may do with packets, by their destination alone.
 */
import type { Provenance } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId } from "../../models/network/ids.ts";
import { type IdRanges, idRanges, intersectRanges, unionOf, withinRanges } from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable, Part } from "./indexed-table.ts";
import { remember } from "./remember.ts";
import type { Segments } from "./segments.ts";

/** What a table may do, by destination. */
export interface Summary<A> {
  /** The destinations of which packets may pass. */
  readonly passed: IdRanges;
  /** The destinations for which others may be written, and these. */
  readonly written: readonly { readonly from: IdRanges; readonly to: IdRanges }[];
  /** All of these together. */
  readonly anyWritten: { readonly from: IdRanges; readonly to: IdRanges };
  readonly ways: ReadonlyMap<LinkId, IdRanges>;
  readonly discards: readonly { readonly part: Part<A>; readonly ids: IdRanges }[];
  /** The last question about what leaves the table, and its answer. */
  last?: { readonly before: IdRanges; readonly after: IdRanges };
}

/** The summary of each table, made when it is first asked for. */
export interface Flow {
  readonly indexed: IndexedNetwork;
  readonly ofFib: (table: IndexedTable<FibAction>) => Summary<FibAction>;
  readonly ofHook: (table: IndexedTable<HookAction>) => Summary<HookAction>;
}

/** The flow of a network. */
export function createFlow(indexed: IndexedNetwork): Flow {
  const fibs = new Map<IndexedTable<FibAction>, Summary<FibAction>>();
  const hooks = new Map<IndexedTable<HookAction>, Summary<HookAction>>();
  return {
    indexed,
    ofFib: (table) => remember(fibs, table, () => summarised(indexed, table)),
    ofHook: (table) => remember(hooks, table, () => summarised(indexed, table)),
  };
}

interface Discarding<A> {
  readonly part: Part<A>;
  readonly ids: IdRanges[];
}

function summarised<A extends FibAction | HookAction>(
  indexed: IndexedNetwork,
  table: IndexedTable<A>,
): Summary<A> {
  const passed: IdRanges[] = [];
  const written: { from: IdRanges; to: IdRanges }[] = [];
  const ways = new Map<LinkId, IdRanges[]>();
  const discards = new Map<Provenance, Map<string, Discarding<A>>>();
  for (const [cell, ids] of cellRanges(table.destinations, indexed.space.size)) {
    for (const part of table.possible(cell)) {
      const { action } = part;
      switch (action.kind) {
        case "pass":
          passed.push(ids);
          break;
        case "translate": {
          const addresses = action.rewrites.map((rewrite) => rewrite.destination);
          if (addresses.includes(undefined)) passed.push(ids);
          const to = addresses.flatMap((a) => (a === undefined ? [] : [indexed.space.idOf(a)]));
          if (to.length > 0)
            written.push({ from: ids, to: idRanges(to.flatMap((id) => [id, id + 1])) });
          break;
        }
        case "forward":
          remember(ways, action.via, (): IdRanges[] => []).push(ids);
          break;
        case "multipath":
          for (const via of action.vias) remember(ways, via, (): IdRanges[] => []).push(ids);
          break;
        case "discard":
          remember(
            remember(discards, part.because, () => new Map<string, Discarding<A>>()),
            action.reason,
            (): Discarding<A> => ({ part, ids: [] }),
          ).ids.push(ids);
          break;
        case "deliver":
          break;
      }
    }
  }
  return {
    passed: unionOf(passed),
    written,
    anyWritten: {
      from: unionOf(written.map((w) => w.from)),
      to: unionOf(written.map((w) => w.to)),
    },
    ways: new Map([...ways].map(([via, sets]) => [via, unionOf(sets)])),
    discards: [...discards.values()]
      .flatMap((byReason) => [...byReason.values()])
      .map(({ part, ids }) => ({ part, ids: unionOf(ids) })),
  };
}

/** For each cell its ids. */
function cellRanges({ starts, cells }: Segments, size: number): ReadonlyMap<number, IdRanges> {
  const flat = new Map<number, number[]>();
  cells.forEach((cell, run) => {
    remember(flat, cell, (): number[] => []).push(starts[run] ?? 0, starts[run + 1] ?? size);
  });
  return new Map([...flat].map(([cell, bounds]) => [cell, idRanges(bounds)]));
}

/** The destinations with which packets to `before` may leave a table. */
export function passing(summary: Summary<HookAction>, before: IdRanges): IdRanges {
  if (summary.last?.before === before) return summary.last.after;
  const { from, to } = summary.anyWritten;
  const met = withinRanges(from, before)
    ? [to]
    : summary.written.filter((w) => meets(w.from, before)).map((w) => w.to);
  const after = unionOf([intersectRanges(before, summary.passed), ...met]);
  summary.last = { before, after };
  return after;
}

function meets(a: IdRanges, b: IdRanges): boolean {
  return intersectRanges(a, b).length > 0;
}
