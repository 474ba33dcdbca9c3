/**
 * All pairs by classes: where many senders and destinations can be exchanged for each other, one pair
 * of each pair of classes is computed and stands for all.
 */
import type { SwitchId } from "../../models/network/ids.ts";
import { present } from "../base/assert.ts";
import { type Sender, deliveredPackets, senderKey, visitPairs } from "./all-pairs.ts";
import type { Destination } from "./board.ts";
import { type Unit, positionIn } from "./exchange-units.ts";
import { hasId, idRanges } from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import type { Allowed } from "./packet-sets.ts";
import { type UnitMarks, markUnits } from "./unit-marks.ts";

/** What the members of two classes have in common. */
export interface ClassPair {
  readonly sender: number;
  readonly destination: number;
  /** Whether this is about senders whose own switch owns the destination, or about all others. */
  readonly self: boolean;
  /** Not empty. */
  readonly allowed: Allowed;
}

/**
 * Senders and destinations in classes. For sender i and destination j of one family, `delivered` is
 * what `pairs` says for (senders[i], destinations[j], isSelf(i, j)), nothing if it says nothing. So two
 * classes have one answer for all pairs of their members, and another one, if need be, for pairs within
 * one switch. Pairs are in the order of senders, destinations, others before self.
 */
export interface PairClasses {
  /** The class of each sender; classes are numbered in the order of their first members. */
  readonly senders: readonly number[];
  /** The class of each destination. */
  readonly destinations: readonly number[];
  readonly isSelf: (sender: number, destination: number) => boolean;
  readonly pairs: readonly ClassPair[];
}

/** Classes of `senders` and `destinations`, and what is delivered between them. */
export function pairClasses(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
): PairClasses {
  if (senders.length === 0 || destinations.length === 0) return withoutPairs(senders, destinations);
  const marks = marksFor(indexed, senders, destinations);
  const from = numbered(senders, (sender) => keyOfSender(indexed, marks, sender));
  const to = numbered(destinations, (destination) => keyOfDestination(indexed, marks, destination));
  const isSelf = (i: number, j: number): boolean =>
    hasId(
      indexed.ownedBy(indexed.switchOf(at(senders, i).process)),
      indexed.space.idOf(at(destinations, j).address),
    );
  const pairs = [
    ...otherPairs(indexed, senders, destinations, from, to, isSelf),
    ...selfPairs(indexed, senders, destinations, from.classes, to.classes),
  ].sort(
    (a, b) =>
      a.sender - b.sender || a.destination - b.destination || Number(a.self) - Number(b.self),
  );
  return { senders: from.classes, destinations: to.classes, isSelf, pairs };
}

/** Every end in one class: there is nothing to tell apart. */
function withoutPairs(
  senders: readonly Sender[],
  destinations: readonly Destination[],
): PairClasses {
  return {
    senders: senders.map(() => 0),
    destinations: destinations.map(() => 0),
    isSelf: () => false,
    pairs: [],
  };
}

function marksFor(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
): UnitMarks {
  const { space } = indexed;
  const strangers = new Set<SwitchId>();
  const ids: number[] = [];
  const add = (id: number): void => {
    // Nothing is delivered to what nobody owns, and no unit is told by it.
    if (indexed.ownersOf(id).length > 0) ids.push(id, id + 1);
  };
  for (const { address } of destinations) add(space.idOf(address));
  for (const { process, source } of senders) {
    const id = space.idOf(source);
    ids.push(id, id + 1);
    const home = indexed.switchOf(process);
    for (const owner of indexed.ownersOf(id)) if (owner !== home) strangers.add(owner);
  }
  return markUnits(indexed, idRanges(ids), strangers);
}

function keyOfSender(indexed: IndexedNetwork, marks: UnitMarks, sender: Sender): string {
  const { process, source } = sender;
  const unit = marks.units.get(indexed.switchOf(process));
  const mark = unit && marks.markOf(unit);
  const position = unit === undefined ? -1 : positionIn(unit, indexed.space.idOf(source));
  if (unit === undefined || mark === undefined || position < 0) return senderKey(indexed, sender);
  const uplink = indexed.link(indexed.process(process).uplink);
  return `unit ${mark} ${position} ${marks.uplinkMark(unit, uplink)}`;
}

function keyOfDestination(
  indexed: IndexedNetwork,
  marks: UnitMarks,
  { address }: Destination,
): string {
  const id = indexed.space.idOf(address);
  const [owner, ...others] = indexed.ownersOf(id);
  const unit: Unit | undefined = others.length > 0 ? undefined : marks.units.get(owner ?? "");
  const mark = unit && marks.markOf(unit);
  return unit === undefined || mark === undefined
    ? `id ${id}`
    : `unit ${mark} ${positionIn(unit, id)}`;
}

interface Numbered {
  /** The class of each item. */
  readonly classes: readonly number[];
  /** The items of each class, by position. */
  readonly members: readonly (readonly number[])[];
}

function numbered<T>(items: readonly T[], keyOf: (item: T) => string): Numbered {
  const numbers = new Map<string, number>();
  const members: number[][] = [];
  const classes = items.map((item, i) => {
    const key = keyOf(item);
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    (members[known] ??= []).push(i);
    return known;
  });
  return { classes, members };
}

/** Pairs of classes by members that are not on one switch. */
function otherPairs(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
  from: Numbered,
  to: Numbered,
  isSelf: (i: number, j: number) => boolean,
): readonly ClassPair[] {
  const home = (j: number): string =>
    indexed.ownersOf(indexed.space.idOf(at(destinations, j).address)).join(" ");
  /** The first member of each class, and where there is one the next from another switch. */
  const candidates = to.members.flatMap((members, q) => {
    const first = at(members, 0);
    const second = members.find((j) => home(j) !== home(first));
    return second === undefined
      ? [{ q, j: first }]
      : [
          { q, j: first },
          { q, j: second },
        ];
  });
  const found: ClassPair[] = [];
  const first = from.members.map((members) => at(members, 0));
  const settled = new Set<number>();
  const key = (p: number, q: number): number => p * to.members.length + q;
  visitPairs(
    indexed,
    first.map((i) => at(senders, i)),
    candidates.map(({ j }) => at(destinations, j)),
    (p, candidate, allowed) => {
      const { q, j } = at(candidates, candidate);
      if (settled.has(key(p, q)) || isSelf(at(first, p), j)) return;
      settled.add(key(p, q));
      found.push({ sender: p, destination: q, self: false, allowed });
    },
  );
  return [...found, ...leftOver(indexed, senders, destinations, from, to, isSelf)];
}

/** Classes whose first sender has no destination of the other class but its own: another sender has. */
function leftOver(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
  from: Numbered,
  to: Numbered,
  isSelf: (i: number, j: number) => boolean,
): readonly ClassPair[] {
  const ownClasses = classesOfOwners(indexed, destinations, to.classes);
  const found: ClassPair[] = [];
  from.members.forEach((members, sender) => {
    const home = indexed.switchOf(at(senders, at(members, 0)).process);
    for (const destination of ownClasses.get(home)?.keys() ?? []) {
      const goals = at(to.members, destination);
      if (goals.some((j) => !isSelf(at(members, 0), j))) continue;
      const j = at(goals, 0);
      const i = members.find((member) => !isSelf(member, j));
      if (i === undefined) continue;
      const allowed = between(indexed, at(senders, i), at(destinations, j));
      if (allowed.length > 0) found.push({ sender, destination, self: false, allowed });
    }
  });
  return found;
}

/** Pairs of classes by members on one switch. */
function selfPairs(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
  from: readonly number[],
  to: readonly number[],
): readonly ClassPair[] {
  const ownClasses = classesOfOwners(indexed, destinations, to);
  const settled = new Set<string>();
  const found: ClassPair[] = [];
  senders.forEach((sender, i) => {
    for (const [destination, j] of ownClasses.get(indexed.switchOf(sender.process)) ?? []) {
      const goal = at(destinations, j);
      const key = `${from[i]} ${destination}`;
      if (settled.has(key) || goal.address.family !== sender.source.family) continue;
      settled.add(key);
      const allowed = between(indexed, sender, goal);
      if (allowed.length === 0) continue;
      found.push({ sender: at(from, i), destination, self: true, allowed });
    }
  });
  return found;
}

/** For each switch the classes of the destinations that it owns, each with one such destination. */
function classesOfOwners(
  indexed: IndexedNetwork,
  destinations: readonly Destination[],
  classes: readonly number[],
): ReadonlyMap<SwitchId, ReadonlyMap<number, number>> {
  const found = new Map<SwitchId, Map<number, number>>();
  destinations.forEach(({ address }, j) => {
    for (const owner of indexed.ownersOf(indexed.space.idOf(address))) {
      const own = found.get(owner) ?? new Map<number, number>();
      found.set(owner, own);
      if (!own.has(at(classes, j))) own.set(at(classes, j), j);
    }
  });
  return found;
}

function between(indexed: IndexedNetwork, sender: Sender, destination: Destination): Allowed {
  const { process, source } = sender;
  return indexed.sets.allowed(deliveredPackets(indexed, process, source, destination.address));
}

function at<T>(items: readonly T[], index: number): T {
  return present(items[index], `nothing at ${index}`);
}
