/**
 * Deliveries between many senders and many destinations. One walk per sender carries all destinations
 * at once, as runs that tables cut where they tell them apart: a run that a filter discards costs one
 * step however long it is. From the first switch with several ways out, what happens to a destination
 * no longer depends on who sent the packet, but on its source only: that is computed once per
 * destination for all sources (tails.ts). Where a translation or a choice of links is met, or a switch
 * twice, the destination concerned is answered by `endings`; so nothing here is marked.
 */
import type { Address } from "../../models/base/address.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, ProcessId } from "../../models/network/ids.ts";
import { present } from "../base/assert.ts";
import type { AddressId } from "./address-space.ts";
import { endings } from "./fates.ts";
import { type Board, type Destination, type Sieve, type Stop, createBoard } from "./board.ts";
import { hasId, lastAtMost } from "./id-ranges.ts";
import type { IndexedLink, IndexedNetwork } from "./indexed-network.ts";
import type { Verdicts } from "./indexed-table.ts";
import { ALL_PACKETS, type Allowed, NO_PACKETS, type PacketSetId } from "./packet-sets.ts";
import { type Tails, UNCLEAR, createTails, valueAt } from "./tails.ts";

/** A process and the address from which it sends. */
export interface Sender {
  readonly process: ProcessId;
  readonly source: Address;
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
  const tails = createTails(board);
  const keys = senders.map((sender) => senderKey(indexed, sender));
  const left = new Map<string, number>();
  for (const key of keys) left.set(key, (left.get(key) ?? 0) + 1);
  const kept = new Map<string, Row>();
  senders.forEach((sender, i) => {
    const key = keys[i] ?? "";
    const row = kept.get(key) ?? rowOf(board, tails, sender);
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
    for (const via of waysOf(action)) ways.add(via);
  }
  return [...ways].some((via) =>
    indexed.link(via).onLeave.some((hook) => hook.linkClass(link.id) !== 0),
  );
}

/** The links that `action` may take. */
function waysOf(action: FibAction): readonly LinkId[] {
  switch (action.kind) {
    case "forward":
      return [action.via];
    case "multipath":
      return action.vias;
    case "deliver":
    case "discard":
      return [];
  }
}

/** What one walk found: positions in ascending order, and the packets delivered to each. */
interface Row {
  readonly positions: readonly number[];
  readonly packets: readonly PacketSetId[];
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
  readonly tails: Tails;
  readonly found: Map<number, PacketSetId>;
  /** The positions that meet a translation or a choice of links, or come by one switch twice. */
  readonly slow: Set<number>;
}

function rowOf(board: Board, tails: Tails, { process, source }: Sender): Row {
  const { indexed } = board;
  const found = new Map<number, PacketSetId>();
  const slow = new Set<number>();
  const [from, to] =
    source.family === "IPv4" ? [0, board.firstIpv6] : [board.firstIpv6, board.ids.length];
  if (from < to) {
    const walk = { board, tails, source: indexed.space.idOf(source), found, slow };
    const uplink = board.stop(indexed.process(process).uplink);
    arrive(walk, uplink, [{ from, to, packets: ALL_PACKETS }], []);
  }
  for (const position of slow) {
    const destination = present(board.addresses[position], "no such position");
    const packets = deliveredPackets(indexed, process, source, destination);
    if (packets === NO_PACKETS) found.delete(position);
    else found.set(position, packets);
  }
  const positions = [...found.keys()].sort((a, b) => a - b);
  return { positions, packets: positions.map((p) => found.get(p) ?? NO_PACKETS) };
}

/**
 * The runs are about to enter the switch at the end of `stop`; `path` is how they came. As long as there
 * is one way out they go on together, then each destination goes on as all senders' packets do.
 */
function arrive(walk: Walk, stop: Stop, runs: readonly Run[], path: readonly Stop[]): void {
  // Nothing was translated on the way, so a link met again is met with the same header: a loop.
  if (path.includes(stop)) return;
  const passed = passHooks(walk, stop.onEnter, stop, runs);
  if (!stop.oneWay) {
    for (const run of passed) finish(walk, stop, run);
    return;
  }
  const { sets } = walk.board.indexed;
  let next: Stop | undefined;
  const leaving: Run[] = [];
  for (const run of passed) {
    eachCell(walk, stop.fib, stop, run, ({ delivered, ways }, from, to) => {
      const received = sets.intersect(run.packets, delivered);
      if (received !== NO_PACKETS) deliver(walk, stop, received, from, to);
      for (const { via, packets } of ways) {
        next ??= walk.board.stop(via);
        const left = sets.intersect(run.packets, packets);
        if (left !== NO_PACKETS) leaving.push({ from, to, packets: left });
      }
    });
  }
  if (next === undefined) return;
  const left = passHooks(walk, next.onLeave, stop, leaving);
  if (left.length > 0) arrive(walk, next, left, [...path, stop]);
}

/** The run has entered the switch at the end of `stop` and has passed the hooks there. */
function finish({ board, tails, source, found, slow }: Walk, stop: Stop, run: Run): void {
  const { sets } = board.indexed;
  for (let position = run.from; position < run.to; position += 1) {
    const received = valueAt(tails(stop, position), source);
    if (received === NO_PACKETS) continue;
    if (received === UNCLEAR) {
      slow.add(position);
      continue;
    }
    const packets = sets.intersect(run.packets, received);
    if (packets === NO_PACKETS) continue;
    found.set(position, sets.union(found.get(position) ?? NO_PACKETS, packets));
  }
}

function deliver(
  { board, found }: Walk,
  stop: Stop,
  packets: PacketSetId,
  from: number,
  to: number,
): void {
  const { sets } = board.indexed;
  for (let position = from; position < to; position += 1) {
    if (!hasId(stop.own, board.ids[position] ?? 0)) continue;
    found.set(position, sets.union(found.get(position) ?? NO_PACKETS, packets));
  }
}

/** What is left of `runs`, which entered the switch by `entered`, after `hooks`. */
function passHooks(
  walk: Walk,
  hooks: readonly Sieve<HookAction>[],
  entered: Stop,
  runs: readonly Run[],
): readonly Run[] {
  const { sets } = walk.board.indexed;
  let before = runs;
  for (const hook of hooks) {
    const after: Run[] = [];
    for (const run of before) {
      eachCell(walk, hook, entered, run, ({ passed, translated }, from, to) => {
        if (translated !== NO_PACKETS && sets.intersect(run.packets, translated) !== NO_PACKETS) {
          for (let position = from; position < to; position += 1) walk.slow.add(position);
        }
        const packets = sets.intersect(run.packets, passed);
        if (packets !== NO_PACKETS) after.push({ from, to, packets });
      });
    }
    before = after;
    if (before.length === 0) return before;
  }
  return before;
}

/** What the table of `sieve` does with `run`, cut where it tells destinations apart. */
function eachCell<A>(
  walk: Walk,
  { table, starts, cells }: Sieve<A>,
  entered: Stop,
  run: Run,
  visit: (verdicts: Verdicts<A>, from: number, to: number) => void,
): void {
  const linkClass = table.linkClass(entered.id);
  const sourceCell = table.sourceCell(walk.source);
  let index = starts.length === 1 ? 0 : lastAtMost(starts, run.from);
  for (let from = run.from; from < run.to; index += 1) {
    const to = Math.min(run.to, starts[index + 1] ?? run.to);
    visit(table.verdicts(linkClass, sourceCell, cells[index] ?? 0), from, to);
    from = to;
  }
}
