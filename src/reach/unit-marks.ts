/**
 * The marks of units: equal marks, exchangeable units. See exchange-units.ts for the argument.
 */
import type { FibAction, HookAction, Translate } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import { type Unit, findUnits, wayFrom } from "./exchange-units.ts";
import { type IdRanges, idsIn } from "./id-ranges.ts";
import type { IndexedLink, IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable } from "./indexed-table.ts";
import { NO_PACKETS } from "./packet-sets.ts";
import { cellOf } from "./segments.ts";
import { type Context, createContext, noteLink, tablesMark } from "./unit-tables.ts";

/** The units of a network with respect to some addresses, and their marks. */
export interface UnitMarks {
  readonly units: ReadonlyMap<SwitchId, Unit>;
  /** Equal iff the units can be exchanged; undefined for a unit that is like no other. */
  readonly markOf: (unit: Unit) => string | undefined;
  /** What the hooks of an uplink of `unit` do, in terms that can be compared between units. */
  readonly uplinkMark: (unit: Unit, uplink: IndexedLink) => string;
}

/**
 * The marks with respect to packets between addresses of `ids`. `strangers` are units whose addresses
 * somebody else sends from: they are like no other.
 */
export function markUnits(
  indexed: IndexedNetwork,
  ids: IdRanges,
  strangers: ReadonlySet<SwitchId>,
): UnitMarks {
  const units = findUnits(indexed, ids);
  const context = createContext(indexed, ids, units);
  const marks = new Map<Unit, string>();
  for (const unit of units.values()) {
    const out = [...unit.out.onLeave, ...unit.out.onEnter];
    const into = [...unit.into.onLeave, ...unit.into.onEnter];
    const uplinks = unit.uplinks.flatMap((link) => link.onEnter);
    // Also for what it adds to the common sets.
    tablesMark(context, unit, "uplink", uplinks);
    marks.set(
      unit,
      `${tablesMark(context, unit, "out", out)}/${tablesMark(context, unit, "into", into)}`,
    );
  }
  const isSettled = settledLinks(context);
  readCommonGround(context, isSettled);
  const hubs = [...new Set([...units.values()].map((unit) => unit.hub))];
  const plain = isPlain(context, isSettled);
  const free = hubsAgree(context, hubs, plain);
  const common = [...indexed.network.switches.keys()].filter((at) => !units.has(at));
  const memberships = membershipsOf(context);
  return {
    units,
    markOf: (unit) => {
      const mark = marks.get(unit);
      const alone = strangers.has(unit.at) || context.named.has(unit.at);
      if (mark === undefined || alone || context.tooMuch.found) return undefined;
      const own = [...idsIn(unit.own)].map(
        (id) => `${id < indexed.space.firstIpv6 ? 4 : 6}:${(memberships.get(id) ?? []).join(",")}`,
      );
      const place = waysTo(context, unit, common, plain);
      return [mark, own.join(";"), free ? "" : unit.hub, place].join("#");
    },
    uplinkMark: (unit, uplink) => tablesMark(context, unit, "uplink", uplink.onEnter),
  };
}

/** Notes what tables outside of the units decide by. */
function readCommonGround(context: Context, isSettled: (link: IndexedLink) => boolean): void {
  const { indexed, units, unitByLink } = context;
  const read = <A extends FibAction | HookAction>(
    { rules, table }: IndexedTable<A>,
    fib: boolean,
    isPast = false,
  ): void => {
    const tells = (action: FibAction | HookAction): boolean =>
      action.kind === "translate" && !(isPast && rewritesSourcesOnly(action));
    if (tells(table.otherwise.action)) context.tooMuch.found = true;
    for (const { sources, destinations, links, marked, action, packets } of rules) {
      if (packets === NO_PACKETS || marked === true) continue;
      const sets = [sources, destinations].map((s) => s && context.numberOf(s));
      if (sets.some((set) => set?.members.length === 0)) continue;
      // To which link a FIB sends a unit's address is compared by the ways to it.
      for (const set of fib ? sets.slice(0, 1) : sets) {
        if (set !== undefined) context.common.set(set.number, set.members);
      }
      for (const link of links ?? []) noteLink(context, link);
      if (tells(action)) context.tooMuch.found = true;
    }
  };
  for (const at of indexed.network.switches.keys()) {
    if (!units.has(at)) read(indexed.fib(at), true);
  }
  const seen = new Set<IndexedTable<HookAction>>();
  for (const id of indexed.network.links.keys()) {
    if (unitByLink.has(id)) continue;
    const link = indexed.link(id);
    const isPast = isSettled(link);
    for (const hook of [...link.onLeave, ...link.onEnter]) {
      // Past a settled link it is read by itself: elsewhere the same table may tell units apart.
      if (!isPast && seen.has(hook)) continue;
      read(hook, false, isPast);
      if (!isPast) seen.add(hook);
    }
  }
}

/** Whether `action` leaves all but the source as it is, and no mark. */
function rewritesSourcesOnly({ rewrites }: Translate): boolean {
  return rewrites.every(
    (r) => r.destination === undefined && r.destinationPort === undefined && r.marks === undefined,
  );
}

/**
 * Links beyond which the source no longer matters for packets to the given addresses: the switch there
 * delivers or discards them whatever their source, and so does every hook that comes after a translation
 * on the link. A translation of the source alone is then as good as none.
 */
function settledLinks({ indexed, ids }: Context): (link: IndexedLink) => boolean {
  const known = new Map<LinkId, boolean>();
  const isBlind = ({ rules }: IndexedTable<HookAction>): boolean =>
    rules.every((rule) => rule.sources === undefined && rule.marked !== true);
  const find = (link: IndexedLink): boolean => {
    const hooks = [...link.onLeave, ...link.onEnter];
    const first = hooks.findIndex((hook) =>
      [...hook.rules, hook.table.otherwise].some(({ action }) => action.kind === "translate"),
    );
    if (first < 0 || !hooks.slice(first + 1).every(isBlind)) return false;
    if (!indexed.network.switches.has(link.from)) return false;
    const [before, after] = [indexed.fib(link.from), indexed.fib(link.to)];
    return [...idsIn(ids)].every((id) => {
      const ways = before.possibleUnmarked(cellOf(before.destinations, id));
      if (!ways.some(({ action }) => goesBy(action, link.id))) return true;
      const [end, ...others] = after.possibleUnmarked(cellOf(after.destinations, id));
      const isEnd = end?.action.kind === "deliver" || end?.action.kind === "discard";
      return isEnd && others.length === 0;
    });
  };
  return (link) => {
    const settled = known.get(link.id) ?? find(link);
    known.set(link.id, settled);
    return settled;
  };
}

function goesBy(action: FibAction, link: LinkId): boolean {
  switch (action.kind) {
    case "forward":
      return action.via === link;
    case "multipath":
      return action.vias.includes(link);
    case "deliver":
    case "discard":
      return false;
  }
}

/** For each given address that is in common sets, their numbers. */
function membershipsOf({ common }: Context): ReadonlyMap<number, readonly number[]> {
  const memberships = new Map<number, number[]>();
  for (const [number, members] of common) {
    for (const id of idsIn(members)) {
      const list = memberships.get(id);
      if (list === undefined) memberships.set(id, [number]);
      else list.push(number);
    }
  }
  return memberships;
}

/** Whether no hook of `link` does anything to packets between the given addresses. */
function isPlain(
  context: Context,
  isSettled: (link: IndexedLink) => boolean,
): (link: IndexedLink) => boolean {
  const known = new Map<LinkId, boolean>();
  const vanishes = (set: IdRanges | undefined): boolean =>
    set !== undefined && context.numberOf(set).members.length === 0;
  const harmless = (table: IndexedTable<HookAction>, isPast: boolean): boolean =>
    table.table.otherwise.action.kind === "pass" &&
    table.rules.every(
      (r) =>
        r.action.kind === "pass" ||
        (isPast && r.action.kind === "translate" && rewritesSourcesOnly(r.action)) ||
        r.marked === true ||
        vanishes(r.sources) ||
        vanishes(r.destinations),
    );
  return (link) => {
    const before = known.get(link.id);
    if (before !== undefined) return before;
    const isPast = isSettled(link);
    const plain = [...link.onLeave, ...link.onEnter].every((hook) => harmless(hook, isPast));
    known.set(link.id, plain);
    return plain;
  };
}

/** Whether each address that belongs to no unit has the same end from every hub. */
function hubsAgree(
  { indexed, ids, units }: Context,
  hubs: readonly SwitchId[],
  plain: (link: IndexedLink) => boolean,
): boolean {
  const ofUnits = new Set([...units.values()].flatMap((unit) => [...idsIn(unit.own)]));
  const ends = (id: number): ReadonlySet<string> =>
    new Set(
      hubs.map((hub) => {
        const way = wayFrom(indexed, hub, id, undefined, plain);
        return way.kind === "discarded" || way.kind === "decided" ? way.at : "unclear";
      }),
    );
  return [...idsIn(ids)].every((id) => {
    if (ofUnits.has(id)) return true;
    const places = ends(id);
    return places.size <= 1 && !places.has("unclear");
  });
}

/** How every switch outside of the units leads to the unit, in terms that can be compared. */
function waysTo(
  { indexed }: Context,
  unit: Unit,
  common: readonly SwitchId[],
  plain: (link: IndexedLink) => boolean,
): string {
  const texts: string[] = [];
  for (const at of common) {
    for (const id of idsIn(unit.own)) {
      const way = wayFrom(indexed, at, id, unit.into.id, plain);
      // Where it is neither led home nor plainly discarded, the unit is like no other.
      if (way.kind !== "home") texts.push(way.kind === "discarded" ? `${at}:${way.at}` : unit.at);
    }
  }
  return texts.join(";");
}
