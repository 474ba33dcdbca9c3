/**
 * Where packets to a destination may travel, whatever their sources, ports and choices: more than what
 * can happen, never less. Cheap, because it only looks at destinations; what it rules out needs no
 * closer look.
 */
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import {
  type IdRanges,
  NO_IDS,
  idRanges,
  intersectRanges,
  lastAtMost,
  sameRanges,
  unionOf,
} from "./id-ranges.ts";
import type { IndexedLink, IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable, Part } from "./indexed-table.ts";

/** A part of a table that packets to some of `ids` may meet at switch `at`. */
export type PartVisitor = (
  at: SwitchId,
  part: Part<FibAction> | Part<HookAction>,
  ids: IdRanges,
) => void;

/** Destinations of packets once they have passed `hooks` of switch `at`, if they came with `ids`. */
function flowThroughHooks(
  indexed: IndexedNetwork,
  at: SwitchId,
  hooks: readonly IndexedTable<HookAction>[],
  ids: IdRanges,
  visit?: PartVisitor,
): IdRanges {
  return hooks.reduce((before, hook) => {
    const after: IdRanges[] = [];
    const written = new Set<number>();
    eachPossible(hook, before, (part, here) => {
      visit?.(at, part, here);
      if (part.action.kind === "pass") after.push(here);
      if (part.action.kind !== "translate") return;
      for (const { destination } of part.action.rewrites) {
        if (destination === undefined) after.push(here);
        else written.add(indexed.space.idOf(destination));
      }
    });
    return unionOf([...after, idRanges([...written].flatMap((id) => [id, id + 1]))]);
  }, ids);
}

/** For each link, the destinations of `ids` that the FIB of `at` may send along it. */
function flowFromSwitch(
  indexed: IndexedNetwork,
  at: SwitchId,
  ids: IdRanges,
  visit?: PartVisitor,
): ReadonlyMap<LinkId, IdRanges> {
  const ways = new Map<LinkId, IdRanges[]>();
  eachPossible(indexed.fib(at), ids, (part, here) => {
    visit?.(at, part, here);
    if (part.action.kind !== "forward") return;
    const way = ways.get(part.action.via);
    if (way === undefined) ways.set(part.action.via, [here]);
    else way.push(here);
  });
  return new Map([...ways].map(([via, sets]) => [via, unionOf(sets)]));
}

/**
 * Follows packets to `ids` that are sent along each of `uplinks`, and shows `visit` every part of every
 * table that they may meet.
 */
export function flowFrom(
  indexed: IndexedNetwork,
  uplinks: Iterable<LinkId>,
  ids: IdRanges,
  visit: PartVisitor,
): void {
  const entered = new Map<LinkId, IdRanges>();
  const seenAt = new Map<SwitchId, IdRanges>();
  const waiting: IndexedLink[] = [];
  const enter = (link: IndexedLink, more: IdRanges): void => {
    const before = entered.get(link.id) ?? NO_IDS;
    const after = unionOf([before, more]);
    if (sameRanges(before, after)) return;
    entered.set(link.id, after);
    waiting.push(link);
  };
  for (const uplink of uplinks) enter(indexed.link(uplink), ids);
  for (let link = waiting.pop(); link !== undefined; link = waiting.pop()) {
    const arriving = entered.get(link.id) ?? NO_IDS;
    const passed = flowThroughHooks(indexed, link.to, link.onEnter, arriving, visit);
    const before = seenAt.get(link.to) ?? NO_IDS;
    const here = unionOf([before, passed]);
    if (sameRanges(before, here)) continue;
    seenAt.set(link.to, here);
    for (const [via, leaving] of flowFromSwitch(indexed, link.to, here, visit)) {
      const next = indexed.link(via);
      enter(next, flowThroughHooks(indexed, link.to, next.onLeave, leaving, visit));
    }
  }
}

/** The parts that packets to some of `ids` may meet in `table`, cut where it tells them apart. */
function eachPossible<A extends FibAction | HookAction>(
  table: IndexedTable<A>,
  ids: IdRanges,
  visit: (part: Part<A>, ids: IdRanges) => void,
): void {
  const { starts, cells } = table.destinations;
  const byCell = new Map<number, number[]>();
  for (let i = 0; i < ids.length; i += 2) {
    const high = ids[i + 1] ?? 0;
    let low = ids[i] ?? 0;
    for (let run = lastAtMost(starts, low); low < high; run += 1) {
      const end = Math.min(high, starts[run + 1] ?? high);
      const cell = cells[run] ?? 0;
      const flat = byCell.get(cell);
      if (flat === undefined) byCell.set(cell, [low, end]);
      else flat.push(low, end);
      low = end;
    }
  }
  for (const [cell, flat] of byCell) {
    const here = idRanges(flat);
    for (const part of table.possible(cell)) visit(part, here);
  }
}

/** The destinations for which `link` may lie on a cycle; links that lie on none are absent. */
export function cyclicFlow(indexed: IndexedNetwork): ReadonlyMap<LinkId, IdRanges> {
  const all = idRanges([0, indexed.space.size]);
  const flow = new Map<LinkId, IdRanges>();
  const startsAt = new Map<LinkId, SwitchId>();
  for (const at of indexed.network.switches.keys()) {
    for (const [via, ids] of flowFromSwitch(indexed, at, all)) {
      flow.set(via, ids);
      startsAt.set(via, at);
    }
  }
  for (let changed = true; changed; ) {
    changed = false;
    const arriving = gathered(flow, (id) => {
      const link = indexed.link(id);
      const left = flowThroughHooks(
        indexed,
        startsAt.get(id) ?? "",
        link.onLeave,
        flow.get(id) ?? NO_IDS,
      );
      return [link.to, flowThroughHooks(indexed, link.to, link.onEnter, left)];
    });
    const leaving = gathered(flow, (id) => [startsAt.get(id) ?? "", flow.get(id) ?? NO_IDS]);
    for (const [id, before] of flow) {
      const link = indexed.link(id);
      const reached = intersectRanges(before, arriving.get(startsAt.get(id) ?? "") ?? NO_IDS);
      const after = continuing(indexed, link, reached, leaving.get(link.to) ?? NO_IDS);
      if (sameRanges(before, after)) continue;
      changed = true;
      if (after.length === 0) flow.delete(id);
      else flow.set(id, after);
    }
  }
  return flow;
}

/** Those of `ids` that may go on beyond `link`, where destinations `onward` do. */
function continuing(
  indexed: IndexedNetwork,
  link: IndexedLink,
  ids: IdRanges,
  onward: IdRanges,
): IdRanges {
  if (ids.length === 0) return ids;
  const rewrites = [...link.onLeave, ...link.onEnter].some((hook) =>
    [...hook.rules, hook.table.otherwise].some(
      ({ action }) =>
        action.kind === "translate" && action.rewrites.some((r) => r.destination !== undefined),
    ),
  );
  if (!rewrites) return intersectRanges(ids, onward);
  const through = flowThroughHooks(indexed, link.to, [...link.onLeave, ...link.onEnter], ids);
  return intersectRanges(through, onward).length === 0 ? NO_IDS : ids;
}

function gathered(
  flow: ReadonlyMap<LinkId, IdRanges>,
  of: (id: LinkId) => readonly [SwitchId, IdRanges],
): ReadonlyMap<SwitchId, IdRanges> {
  const groups = new Map<SwitchId, IdRanges[]>();
  for (const id of flow.keys()) {
    const [at, ids] = of(id);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [ids]);
    else group.push(ids);
  }
  return new Map([...groups].map(([at, sets]) => [at, unionOf(sets)]));
}

/** The destinations that some hook may replace. */
export function translatedDestinations(indexed: IndexedNetwork): IdRanges {
  const all = idRanges([0, indexed.space.size]);
  return unionOf(
    indexed.hooks().flatMap((hook) => {
      const { action } = hook.table.otherwise;
      const rules = [...hook.rules, { action, destinations: undefined }];
      return rules.flatMap((r) => (r.action.kind === "translate" ? [r.destinations ?? all] : []));
    }),
  );
}
