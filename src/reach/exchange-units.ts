/**
 * Switches at the edge of a network that could change places without anybody noticing.
 *
 * A unit is a switch that only carries the packets of its own processes: it has a few addresses of its
 * own, delivers what is sent to them, and sends everything else along one link to one switch, its hub,
 * from which its one other link comes back. Two units get the same mark iff exchanging them (their
 * switches, links, processes and addresses) maps every table on the way between the given addresses to
 * one that does the same. Then exchanging them changes no delivery between those addresses, where
 * senders use their own sources. Two things make that checkable without comparing all pairs:
 *
 * - A set of a rule counts only by the given addresses in it. If these belong to the unit itself, the
 *   exchange maps it to the other unit's, so it is written by position; otherwise it stays the same set
 *   iff both units are in it or both are not, which is part of the mark.
 * - Between hubs packets are only forwarded. Where all hubs lead each address to the same end without a
 *   table that decides anything, it does not matter at which hub a unit is; else the hub is part of the
 *   mark.
 *
 * Packets between the given addresses that meet a translation make all units differ; all others are never
 * marked, so rules for marked packets do not count.
 *
 * Whatever does not fit makes a unit differ from all others, which costs time and no truth.
 */
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import { present } from "../base/assert.ts";
import type { AddressId } from "./address-space.ts";
import { type IdRanges, countIds, hasId, idsIn, intersectRanges, sameRanges } from "./id-ranges.ts";
import type { IndexedLink, IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable } from "./indexed-table.ts";
import { cellOf } from "./segments.ts";

/** A switch at the edge, its links, and its addresses among those given. */
export interface Unit {
  readonly at: SwitchId;
  readonly hub: SwitchId;
  readonly out: IndexedLink;
  readonly into: IndexedLink;
  readonly uplinks: readonly IndexedLink[];
  readonly own: IdRanges;
}

/** A switch with more addresses is not looked at. */
const ADDRESSES_MAX = 8;

/** The units among the owners of `ids`, by switch. */
export function findUnits(indexed: IndexedNetwork, ids: IdRanges): ReadonlyMap<SwitchId, Unit> {
  const owners = new Set<SwitchId>();
  for (const id of idsIn(ids)) for (const at of indexed.ownersOf(id)) owners.add(at);
  const found = new Map<SwitchId, Unit>();
  for (const at of owners) {
    const unit = unitAt(indexed, at, ids);
    if (unit !== undefined) found.set(at, unit);
  }
  return new Map([...found].filter(([, unit]) => !found.has(unit.hub)));
}

function unitAt(indexed: IndexedNetwork, at: SwitchId, ids: IdRanges): Unit | undefined {
  const all = indexed.ownedBy(at);
  if (countIds(all) > ADDRESSES_MAX || !ownedAlone(indexed, at, all)) return undefined;
  const own = intersectRanges(all, ids);
  const processes = indexed.processesAt(at);
  const uplinks = processes.map((process) => indexed.link(process.uplink));
  const names = new Set(uplinks.map((link) => link.id));
  const [into, ...more] = indexed.linksInto(at).filter((link) => !names.has(link.id));
  if (into === undefined || more.length > 0) return undefined;
  const via = onlyWayOut(indexed, at, ids, own);
  if (via === undefined) return undefined;
  const out = indexed.link(via);
  if (out.to !== into.from || out.to === at) return undefined;
  return { at, hub: out.to, out, into, uplinks, own };
}

function ownedAlone(indexed: IndexedNetwork, at: SwitchId, all: IdRanges): boolean {
  return (
    [...idsIn(all)].every(
      (id) => indexed.space.isSingle(id) && indexed.ownersOf(id).every((owner) => owner === at),
    ) &&
    indexed
      .processesAt(at)
      .every((process) => sameRanges(indexed.space.rangesOf(process.addresses), all))
  );
}

/** The link for all of `ids` but `own`, if `own` is delivered and the link is the same for all others. */
function onlyWayOut(
  indexed: IndexedNetwork,
  at: SwitchId,
  ids: IdRanges,
  own: IdRanges,
): LinkId | undefined {
  const fib = indexed.fib(at);
  let via: LinkId | undefined;
  for (const [cell, some] of cellsOf(fib, ids)) {
    const mine = intersectRanges(some, own);
    const parts = fib.possibleUnmarked(cell);
    if (mine.length > 0) {
      if (!sameRanges(mine, some) || parts.some((p) => p.action.kind !== "deliver")) {
        return undefined;
      }
      continue;
    }
    const [part, ...others] = parts;
    if (part?.action.kind !== "forward" || others.length > 0) return undefined;
    if (via !== undefined && via !== part.action.via) return undefined;
    via = part.action.via;
  }
  return via;
}

/** `ids` by the destination cell of `table`. */
function cellsOf<A>(table: IndexedTable<A>, ids: IdRanges): ReadonlyMap<number, IdRanges> {
  const { starts, cells } = table.destinations;
  const groups = new Map<number, IdRanges>();
  cells.forEach((cell, run) => {
    const end = starts[run + 1] ?? Number.MAX_SAFE_INTEGER;
    const here = intersectRanges(Int32Array.of(starts[run] ?? 0, Math.min(end, 0x7fff_ffff)), ids);
    if (here.length === 0) return;
    const before = groups.get(cell);
    groups.set(cell, before === undefined ? here : Int32Array.from([...before, ...here]));
  });
  return groups;
}

/**
 * Where a packet to an address gets to from a hub: onto the link into the unit that owns it, or to a
 * switch that discards it, or to one that delivers it or looks at more than the destination.
 */
export type Way =
  | { readonly kind: "home" }
  | { readonly kind: "discarded"; readonly at: SwitchId }
  | { readonly kind: "decided"; readonly at: SwitchId }
  | { readonly kind: "unclear" };

/** Follows packets to `id` from hub to hub, through links for which `plain` holds. */
export function wayFrom(
  indexed: IndexedNetwork,
  from: SwitchId,
  id: AddressId,
  into: LinkId | undefined,
  plain: (link: IndexedLink) => boolean,
): Way {
  const been: SwitchId[] = [];
  for (let at = from; !been.includes(at); ) {
    been.push(at);
    const fib = indexed.fib(at);
    const [part, ...others] = fib.possibleUnmarked(cellOf(fib.destinations, id));
    if (others.length > 0) return { kind: "decided", at };
    const action = present(part, "a table that does nothing").action;
    switch (action.kind) {
      case "deliver":
        return { kind: "decided", at };
      case "discard":
        return { kind: "discarded", at };
      case "multipath":
        return { kind: "unclear" };
      case "forward": {
        if (action.via === into) return { kind: "home" };
        const link = indexed.link(action.via);
        if (!plain(link)) return { kind: "unclear" };
        at = link.to;
      }
    }
  }
  return { kind: "unclear" };
}

/** Whether `id` is one of the unit's own, and which of them in ascending order; -1 if not. */
export function positionIn(unit: Unit, id: AddressId): number {
  return hasId(unit.own, id) ? [...idsIn(unit.own)].indexOf(id) : -1;
}
