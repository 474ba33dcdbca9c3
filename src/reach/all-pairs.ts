/**
 * Deliveries between many senders and many destinations: one walk per sender carries all destinations
 * at once, as runs that tables cut where they tell them apart. A run that a table discards costs one
 * step however long it is, so with filters that discard by default the cost is that of the answer.
 * Where a translation is met, the destinations concerned are answered one by one by `endings`.
 */
import type { Address } from "../../models/base/address.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, ProcessId } from "../../models/network/ids.ts";
import type { AddressId } from "./address-space.ts";
import { endings } from "./fates.ts";
import { hasId, lastAtMost } from "./id-ranges.ts";
import type { IndexedLink, IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable, Part } from "./indexed-table.ts";
import { ALL_PACKETS, type Allowed, NO_PACKETS, type PacketSetId } from "./packet-sets.ts";

/** A process and the address from which it sends. */
export interface Sender {
  readonly process: ProcessId;
  readonly source: Address;
}

/** An address to which is sent. */
export interface Destination {
  readonly address: Address;
}

/** Called once for each pair of positions with at least one delivered packet. */
export type PairVisitor = (sender: number, destination: number, allowed: Allowed) => void;

/** Deliveries to the owner of the destination, as `delivered` of reach.ts defines them. */
export function deliveredPackets(
  indexed: IndexedNetwork,
  from: ProcessId,
  source: Address,
  destination: Address,
): PacketSetId {
  const owners = indexed.ownersOf(indexed.space.idOf(destination));
  if (owners.length === 0) return NO_PACKETS;
  return endings(indexed, from, source, destination).reduce(
    (all, { end, packets }) =>
      end.kind === "delivered" && owners.includes(indexed.switchOf(end.to))
        ? indexed.sets.union(all, packets)
        : all,
    NO_PACKETS,
  );
}

/**
 * Visits every pair of a sender and a destination with at least one packet that is delivered: senders
 * in the given order, the destinations of each in the order of their addresses.
 */
export function visitPairs(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
  visit: PairVisitor,
): void {
  const board = createBoard(indexed, destinations);
  const keys = senders.map((sender) => senderKey(indexed, sender));
  const left = new Map<string, number>();
  for (const key of keys) left.set(key, (left.get(key) ?? 0) + 1);
  const kept = new Map<string, Row>();
  senders.forEach((sender, i) => {
    const key = keys[i] ?? "";
    const row = kept.get(key) ?? rowOf(board, sender);
    const more = (left.get(key) ?? 1) - 1;
    left.set(key, more);
    if (more === 0) kept.delete(key);
    else kept.set(key, row);
    row.positions.forEach((position, k) => {
      const allowed = indexed.sets.allowed(row.packets[k] ?? NO_PACKETS);
      for (const j of board.members[position] ?? []) visit(i, j, allowed);
    });
  });
}

/** Senders with equal keys have equal deliveries: only their names and uplinks differ, and no rule looks. */
export function senderKey(indexed: IndexedNetwork, { process, source }: Sender): string {
  const uplink = indexed.link(indexed.process(process).uplink);
  const plain = uplink.onEnter.length === 0 && !mentions(indexed, uplink);
  return `${plain ? `at ${uplink.to}` : `by ${uplink.id}`} ${indexed.space.idOf(source)}`;
}

/** Whether a table that packets from `link` can meet before the next link looks at the link. */
function mentions(indexed: IndexedNetwork, link: IndexedLink): boolean {
  const fib = indexed.fib(link.to);
  if (fib.linkClass(link.id) !== 0) return true;
  const ways = new Set<LinkId>();
  for (const { action } of [...fib.rules, fib.table.otherwise]) {
    if (action.kind === "forward") ways.add(action.via);
  }
  return [...ways].some((via) =>
    indexed.link(via).onLeave.some((hook) => hook.linkClass(link.id) !== 0),
  );
}

/** What one walk found: positions in ascending order, and the packets delivered to each. */
interface Row {
  readonly positions: readonly number[];
  readonly packets: readonly PacketSetId[];
}

/** The destinations of one call: distinct ids in ascending order, known by their position. */
interface Board {
  readonly indexed: IndexedNetwork;
  readonly ids: Int32Array;
  /** For each position an address of that id. */
  readonly addresses: readonly Address[];
  /** For each position the destinations that have that id, by their place in the call. */
  readonly members: readonly (readonly number[])[];
  /** The first position that is IPv6. */
  readonly firstIpv6: number;
  /** A table's runs in terms of positions. */
  readonly runsOf: (table: { readonly destinations: Runs }) => Runs;
}

/** Runs of positions that a table does not tell apart. */
interface Runs {
  readonly starts: Int32Array;
  readonly cells: Int32Array;
}

function createBoard(indexed: IndexedNetwork, destinations: readonly Destination[]): Board {
  const byAddress = new Map<AddressId, Map<bigint, number[]>>();
  destinations.forEach(({ address }, j) => {
    const id = indexed.space.idOf(address);
    // What nobody owns is never delivered to its owner.
    if (indexed.ownersOf(id).length === 0) return;
    const same = byAddress.get(id) ?? new Map<bigint, number[]>();
    byAddress.set(id, same);
    const members = same.get(address.bits);
    if (members === undefined) same.set(address.bits, [j]);
    else members.push(j);
  });
  const places = [...byAddress]
    .sort((a, b) => a[0] - b[0])
    .flatMap(([id, same]) =>
      [...same]
        .sort((a, b) => (a[0] < b[0] ? -1 : 1))
        .map(([bits, members]) => ({ id, bits, members })),
    );
  const ids = Int32Array.from(places, (place) => place.id);
  const { firstIpv6 } = indexed.space;
  const known = new Map<unknown, Runs>();
  return {
    indexed,
    ids,
    addresses: places.map(({ id, bits }) => ({ family: id < firstIpv6 ? "IPv4" : "IPv6", bits })),
    members: places.map((place) => place.members),
    firstIpv6: lastAtMost(ids, firstIpv6 - 1) + 1,
    runsOf: (table) => {
      const before = known.get(table);
      if (before !== undefined) return before;
      const runs = projected(table.destinations, ids);
      known.set(table, runs);
      return runs;
    },
  };
}

/** The runs of `segments` among `ids`: empty ones left out, neighbours with one cell joined. */
function projected(segments: Runs, ids: Int32Array): Runs {
  const starts: number[] = [];
  const cells: number[] = [];
  let position = 0;
  segments.starts.forEach((_, run) => {
    const end = segments.starts[run + 1] ?? Number.MAX_SAFE_INTEGER;
    const first = position;
    if (segments.starts.length === 1) position = ids.length;
    else position = lastAtMost(ids, end - 1) + 1;
    const cell = segments.cells[run] ?? 0;
    if (position === first || cells.at(-1) === cell) return;
    starts.push(first);
    cells.push(cell);
  });
  return { starts: Int32Array.from(starts), cells: Int32Array.from(cells) };
}

/** Destinations from position `from` to before `to`, and the packets on their way to them. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly packets: PacketSetId;
}

interface Walk {
  readonly board: Board;
  readonly source: AddressId;
  readonly deliver: (position: number, packets: PacketSetId) => void;
  /** These destinations meet a translation. */
  readonly giveUp: (from: number, to: number) => void;
}

function rowOf(board: Board, { process, source }: Sender): Row {
  const { indexed } = board;
  const { sets } = indexed;
  const found = new Map<number, PacketSetId>();
  const slow = new Set<number>();
  const [from, to] =
    source.family === "IPv4" ? [0, board.firstIpv6] : [board.firstIpv6, board.ids.length];
  const walk: Walk = {
    board,
    source: indexed.space.idOf(source),
    deliver: (position, packets) =>
      found.set(position, sets.union(found.get(position) ?? NO_PACKETS, packets)),
    giveUp: (first, end) => {
      for (let position = first; position < end; position += 1) slow.add(position);
    },
  };
  if (from < to) {
    arrive(walk, indexed.process(process).uplink, [{ from, to, packets: ALL_PACKETS }], []);
  }
  for (const position of slow) {
    const destination = board.addresses[position];
    if (destination === undefined) continue;
    const packets = deliveredPackets(indexed, process, source, destination);
    if (packets === NO_PACKETS) found.delete(position);
    else found.set(position, packets);
  }
  const positions = [...found.keys()].sort((a, b) => a - b);
  return { positions, packets: positions.map((p) => found.get(p) ?? NO_PACKETS) };
}

/** The runs are about to enter the switch at the end of `id`; `path` are the links they came by. */
function arrive(walk: Walk, id: LinkId, runs: readonly Run[], path: readonly LinkId[]): void {
  // Nothing was translated on the way, so a link met again is met with the same header: a loop.
  if (path.includes(id)) return;
  const { indexed } = walk.board;
  const link = indexed.link(id);
  const passed = passHooks(walk, link.onEnter, id, runs);
  if (passed.length === 0) return;
  const own = indexed.ownedBy(link.to);
  const ways = new Map<LinkId, Run[]>();
  eachPart(walk, indexed.fib(link.to), id, passed, ({ action }, run) => {
    if (action.kind === "discard") return;
    if (action.kind === "forward") {
      const way = ways.get(action.via);
      if (way === undefined) ways.set(action.via, [run]);
      else way.push(run);
      return;
    }
    for (let position = run.from; position < run.to; position += 1) {
      if (hasId(own, walk.board.ids[position] ?? 0)) walk.deliver(position, run.packets);
    }
  });
  const been = [...path, id];
  for (const [via, leaving] of ways) {
    const left = passHooks(walk, indexed.link(via).onLeave, id, leaving);
    if (left.length > 0) arrive(walk, via, left, been);
  }
}

function passHooks(
  walk: Walk,
  hooks: readonly IndexedTable<HookAction>[],
  entered: LinkId,
  runs: readonly Run[],
): readonly Run[] {
  return hooks.reduce<readonly Run[]>((before, hook) => {
    if (before.length === 0) return before;
    const after: Run[] = [];
    eachPart(walk, hook, entered, before, ({ action }, run) => {
      if (action.kind === "pass") after.push(run);
      if (action.kind === "translate") walk.giveUp(run.from, run.to);
    });
    return after;
  }, runs);
}

/** What `table` does with `runs`, cut where it tells their destinations apart. */
function eachPart<A extends FibAction | HookAction>(
  walk: Walk,
  table: IndexedTable<A>,
  entered: LinkId,
  runs: readonly Run[],
  visit: (part: Part<A>, run: Run) => void,
): void {
  const { board, source } = walk;
  const { sets } = board.indexed;
  const { starts, cells } = board.runsOf(table);
  const sourceCell = table.sourceCell(source);
  const linkClass = table.linkClass(entered);
  for (const run of runs) {
    let index = starts.length === 1 ? 0 : lastAtMost(starts, run.from);
    let from = run.from;
    while (from < run.to) {
      const to = Math.min(run.to, starts[index + 1] ?? run.to);
      for (const part of table.parts(linkClass, sourceCell, cells[index] ?? 0)) {
        const packets = sets.intersect(run.packets, part.packets);
        if (packets !== NO_PACKETS) visit(part, { from, to, packets });
      }
      from = to;
      index += 1;
    }
  }
}
