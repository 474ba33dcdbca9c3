/**
 * Where packets to a destination may travel, whatever their sources, ports and choices: more than what
 * can happen, never less. Cheap, because it only looks at destinations; what it rules out needs no
 * closer look.
 */
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import { type Flow, type Summary, passing } from "./flow-summary.ts";
import {
  type IdRanges,
  NO_IDS,
  countIds,
  idRanges,
  intersectRanges,
  sameRanges,
  unionOf,
  withinRanges,
} from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable, Part } from "./indexed-table.ts";

/** A discard that packets to some of `ids` may meet at switch `at`. */
export type DiscardVisitor = (
  at: SwitchId,
  discard: Part<FibAction> | Part<HookAction>,
  ids: IdRanges,
) => void;

/**
 * Whether `some` is `all` but for a few members. Taking `all` instead allows for more than can happen,
 * and makes questions that differ only by whose addresses are left out the same question.
 */
function nearly(all: IdRanges, some: IdRanges): boolean {
  const missing = countIds(all) - countIds(some);
  return missing >= 0 && missing <= FEW && withinRanges(some, all);
}

const FEW = 8;

/**
 * Follows packets to `ids` that are sent along each of `uplinks`, and shows `visit` every discard
 * that they may meet.
 */
export function flowFrom(
  flow: Flow,
  uplinks: Iterable<LinkId>,
  ids: IdRanges,
  visit: DiscardVisitor,
): void {
  const { indexed } = flow;
  const entered = new Map<LinkId, IdRanges>();
  const seenAt = new Map<SwitchId, IdRanges>();
  let pending = new Map<LinkId, IdRanges>();
  const enter = (id: LinkId, some: IdRanges): void => {
    const before = entered.get(id) ?? NO_IDS;
    const after = unionOf([before, nearly(ids, some) ? ids : some]);
    if (sameRanges(before, after)) return;
    entered.set(id, after);
    pending.set(id, after);
  };
  for (const uplink of uplinks) enter(uplink, ids);
  // Switch by switch, each with all that has come to it: a hub has many links and many ways out.
  while (pending.size > 0) {
    const arrived = gathered(pending, (id, some) => {
      const { to, onEnter } = indexed.link(id);
      return [to, flowThroughHooks(flow, to, onEnter, some, visit)];
    });
    pending = new Map();
    for (const [at, some] of arrived) {
      const before = seenAt.get(at) ?? NO_IDS;
      const here = unionOf([before, some]);
      if (sameRanges(before, here)) continue;
      seenAt.set(at, here);
      const summary = flow.ofFib(indexed.fib(at));
      showDiscards(at, summary, here, visit);
      for (const [via, wanted] of summary.ways) {
        const leaving = intersectRanges(here, wanted);
        if (leaving.length === 0) continue;
        enter(via, flowThroughHooks(flow, at, indexed.link(via).onLeave, leaving, visit));
      }
    }
  }
}

/** Destinations of packets once they have passed `hooks` of switch `at`, if they came with `ids`. */
export function flowThroughHooks(
  flow: Flow,
  at: SwitchId,
  hooks: readonly IndexedTable<HookAction>[],
  ids: IdRanges,
  visit?: DiscardVisitor,
): IdRanges {
  return hooks.reduce((before, hook) => {
    const summary = flow.ofHook(hook);
    if (visit !== undefined) showDiscards(at, summary, before, visit);
    return passing(summary, before);
  }, ids);
}

function showDiscards<A extends FibAction | HookAction>(
  at: SwitchId,
  { discards }: Summary<A>,
  before: IdRanges,
  visit: (at: SwitchId, part: Part<A>, ids: IdRanges) => void,
): void {
  for (const { part, ids } of discards) {
    const met = intersectRanges(ids, before);
    if (met.length > 0) visit(at, part, met);
  }
}

/** What `of` says of each link, put together by switch. */
export function gathered(
  carried: ReadonlyMap<LinkId, IdRanges>,
  of: (id: LinkId, ids: IdRanges) => readonly [SwitchId, IdRanges],
): ReadonlyMap<SwitchId, IdRanges> {
  const groups = new Map<SwitchId, IdRanges[]>();
  for (const [id, carriedIds] of carried) {
    const [at, ids] = of(id, carriedIds);
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
