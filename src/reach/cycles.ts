/**
 * On which links a packet could go in a circle, judged by destinations alone: more links than there
 * are, never fewer.
 */
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { Flow } from "./flow-summary.ts";
import { flowThroughHooks, gathered } from "./flow.ts";
import { type IdRanges, NO_IDS, intersectRanges, sameRanges } from "./id-ranges.ts";
import type { IndexedLink } from "./indexed-network.ts";

/** The destinations for which a link may lie on a cycle; links that lie on none are absent. */
export function cyclicFlow(flow: Flow): ReadonlyMap<LinkId, IdRanges> {
  const { indexed } = flow;
  const carried = new Map<LinkId, IdRanges>();
  const startsAt = new Map<LinkId, SwitchId>();
  for (const at of indexed.network.switches.keys()) {
    for (const [via, ids] of flow.ofFib(indexed.fib(at)).ways) {
      carried.set(via, ids);
      startsAt.set(via, at);
    }
  }
  const start = (id: LinkId): SwitchId => startsAt.get(id) ?? "";
  const beyond = (id: LinkId, ids: IdRanges): IdRanges => {
    const link = indexed.link(id);
    const left = flowThroughHooks(flow, start(id), link.onLeave, ids);
    return flowThroughHooks(flow, link.to, link.onEnter, left);
  };
  const prune = (only: (at: SwitchId) => boolean): boolean => {
    let changed = false;
    const arriving = gathered(
      new Map([...carried].filter(([id]) => only(indexed.link(id).to))),
      (id, ids) => [indexed.link(id).to, beyond(id, ids)],
    );
    for (const [id, before] of carried) {
      if (!only(start(id))) continue;
      const after = intersectRanges(before, arriving.get(start(id)) ?? NO_IDS);
      changed = replace(carried, id, before, after) || changed;
    }
    const leaving = gathered(carried, (id, ids) => [start(id), ids]);
    for (const [id, before] of carried) {
      const onward = leaving.get(indexed.link(id).to) ?? NO_IDS;
      changed = replace(carried, id, before, continuing(id, before, onward)) || changed;
    }
    return changed;
  };
  /** Those of `ids` that may go on beyond the link, where destinations `onward` do. */
  const continuing = (id: LinkId, ids: IdRanges, onward: IdRanges): IdRanges => {
    if (!writes(flow, indexed.link(id))) return intersectRanges(ids, onward);
    if (onward.length === 0) return NO_IDS;
    return intersectRanges(beyond(id, ids), onward).length > 0 ? ids : NO_IDS;
  };
  // First where nothing is written on the way in, which is cheap and mostly settles it.
  const written = new Set(
    [...carried.keys()]
      .map((id) => indexed.link(id))
      .flatMap((l) => (writes(flow, l) ? [l.to] : [])),
  );
  while (prune((at) => !written.has(at)));
  while (prune(() => true));
  return carried;
}

/** Whether the set of `id` had to be changed. */
function replace(
  carried: Map<LinkId, IdRanges>,
  id: LinkId,
  before: IdRanges,
  after: IdRanges,
): boolean {
  if (sameRanges(before, after)) return false;
  if (after.length === 0) carried.delete(id);
  else carried.set(id, after);
  return true;
}

/** Whether some hook of `link` may write a destination. */
function writes(flow: Flow, { onLeave, onEnter }: IndexedLink): boolean {
  return [...onLeave, ...onEnter].some((hook) => flow.ofHook(hook).written.length > 0);
}
