/**
 * What becomes of packets to one destination once they have entered a switch: for every source at once,
 * what is delivered to the owner of the destination.
 */
import type { FibAction, HookAction, Translate } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { AddressId } from "./address-space.ts";
import type { Board, Sieve, Stop } from "./board.ts";
import { hasId, lastAtMost } from "./id-ranges.ts";
import type { Verdicts } from "./indexed-table.ts";
import { ALL_PACKETS, NO_PACKETS, type PacketSetId } from "./packet-sets.ts";
import { remember } from "./remember.ts";
import { cellOf } from "./segments.ts";

/** Stands where a packet set would: a translation or a choice of links is met, or a switch twice. */
export const UNCLEAR = -1;

/** For runs of sources, the packets that are delivered, or UNCLEAR. */
export interface Tail {
  /** Where each run begins; the first is 0. */
  readonly starts: Int32Array;
  readonly packets: Int32Array;
}

/** The tail of packets to the destination at `position`, past the hooks where `stop` ends. */
export type Tails = (stop: Stop, position: number) => Tail;

/** What is delivered of the packets from `source`. */
export function valueAt({ starts, packets }: Tail, source: AddressId): PacketSetId {
  return packets[starts.length === 1 ? 0 : lastAtMost(starts, source)] ?? NO_PACKETS;
}

/** Packets from sources `from` to before `to`. */
interface Piece {
  readonly from: AddressId;
  readonly to: AddressId;
  readonly packets: PacketSetId;
}

/** A tail that holds for packets which entered by any link but `but`. */
interface Shared {
  readonly tail: Tail;
  readonly but: ReadonlySet<LinkId>;
}

interface Context {
  readonly board: Board;
  readonly tails: Tails;
  readonly shared: Map<SwitchId, (Shared | undefined)[]>;
  /** The destination at hand is under way from this switch: coming back there is not followed. */
  readonly open: Set<SwitchId>;
}

/** Tails, each computed when it is first asked for. Packets that enter by different links share them. */
export function createTails(board: Board): Tails {
  const special = new Map<string, Tail>();
  const tails: Tails = (stop, position) => {
    const known = context.shared.get(stop.to)?.[position];
    const shared = known ?? sharedTail(context, stop, position);
    if (!shared.but.has(stop.id)) return shared.tail;
    return remember(special, `${position} ${stop.id}`, () =>
      computed(context, stop, position, stop.id, new Set()),
    );
  };
  const context: Context = { board, tails, shared: new Map(), open: new Set() };
  return tails;
}

function sharedTail(context: Context, stop: Stop, position: number): Shared {
  const but = new Set<LinkId>();
  const shared = { tail: computed(context, stop, position, undefined, but), but };
  remember(context.shared, stop.to, (): (Shared | undefined)[] => [])[position] = shared;
  return shared;
}

const NOWHERE: Tail = { starts: Int32Array.of(0), packets: Int32Array.of(NO_PACKETS) };
const NOT_FOLLOWED: Tail = { starts: Int32Array.of(0), packets: Int32Array.of(UNCLEAR) };

/**
 * The tail for packets that entered by `entered`; undefined: by a link that no table on the way looks at.
 * The links at which these tables do look are added to `mentioned`.
 */
function computed(
  context: Context,
  stop: Stop,
  position: number,
  entered: LinkId | undefined,
  mentioned: Set<LinkId>,
): Tail {
  const { board, open } = context;
  // One destination is computed at a time: only it is asked for on the way.
  if (open.has(stop.to)) return NOT_FOLLOWED;
  open.add(stop.to);
  const id = board.ids[position] ?? 0;
  const { sets, space } = board.indexed;
  const results: Piece[] = [];
  let whole: Tail | undefined;
  const ways = new Map<LinkId, Piece[]>();
  const start: Piece = { from: 0, to: space.size, packets: ALL_PACKETS };
  note(stop.fib, mentioned);
  eachSource(stop.fib, entered, id, start, ({ delivered, spread, ways: out }, from, to) => {
    if (spread !== NO_PACKETS) results.push({ from, to, packets: UNCLEAR });
    if (delivered !== NO_PACKETS && hasId(stop.own, id)) {
      results.push({ from, to, packets: delivered });
    }
    for (const { via, packets } of out) {
      remember(ways, via, (): Piece[] => []).push({ from, to, packets });
    }
  });
  for (const [via, pieces] of ways) {
    const next = board.stop(via);
    for (const hook of next.onLeave) note(hook, mentioned);
    const way: HookAt[] = [
      ...next.onLeave.map((hook) => ({ hook, entered })),
      ...next.onEnter.map((hook) => ({ hook, entered: via })),
    ];
    const here = throughHooks({ context, way, next, position }, pieces, results);
    if (here.length === 0) continue;
    const rest = context.tails(next, position);
    const [only] = here;
    if (only?.from === 0 && only.to === space.size && only.packets === ALL_PACKETS) whole = rest;
    else restrict(board, rest, here, results);
  }
  open.delete(stop.to);
  // Whatever goes on whole leaves nothing for another way.
  return whole ?? tailOf(results, sets.union);
}

function note<A>({ table }: Sieve<A>, mentioned: Set<LinkId>): void {
  for (const link of table.mentioned) mentioned.add(link);
}

/** A hook, and the link through which packets that meet it have entered its switch. */
interface HookAt {
  readonly hook: Sieve<HookAction>;
  readonly entered: LinkId | undefined;
}

/** The hooks on the way to `next`, for packets to the destination at `position`. */
interface Crossing {
  readonly context: Context;
  readonly way: readonly HookAt[];
  readonly next: Stop;
  readonly position: number;
}

/**
 * What is left of `pieces` after the hooks of `crossing`. What they translate is unclear and goes to
 * `results`; but where only the source is rewritten, it goes on like any packet from the new source.
 */
function throughHooks(
  crossing: Crossing,
  pieces: readonly Piece[],
  results: Piece[],
): readonly Piece[] {
  const { context, way, position } = crossing;
  const { sets } = context.board.indexed;
  const destination = context.board.ids[position] ?? 0;
  return way.reduce((before, { hook, entered }, i) => {
    const after: Piece[] = [];
    for (const piece of before) {
      eachSource(hook, entered, destination, piece, (verdicts, from, to) => {
        if (sets.intersect(piece.packets, verdicts.translated) !== NO_PACKETS) {
          for (const { action, packets } of verdicts.parts) {
            if (action.kind !== "translate") continue;
            const met = sets.intersect(piece.packets, packets);
            if (met === NO_PACKETS) continue;
            const rest = { ...crossing, way: way.slice(i + 1) };
            results.push({ from, to, packets: afterTranslation(rest, action, met) });
          }
        }
        const packets = sets.intersect(piece.packets, verdicts.passed);
        if (packets !== NO_PACKETS) after.push({ from, to, packets });
      });
    }
    return after;
  }, pieces);
}

/** What is delivered of `packets` once `action` has translated them, before the hooks of `crossing`. */
function afterTranslation(
  crossing: Crossing,
  { rewrites }: Translate,
  packets: PacketSetId,
): PacketSetId {
  const { context, next, position } = crossing;
  const { sets, space } = context.board.indexed;
  let all = NO_PACKETS;
  for (const { source, destination, destinationPort, marks } of rewrites) {
    const isPlain = destination === undefined && destinationPort === undefined && !marks;
    if (source === undefined || !isPlain) return UNCLEAR;
    const from = space.idOf(source);
    const results: Piece[] = [];
    const here = throughHooks(crossing, [{ from, to: from + 1, packets }], results);
    if (here.length > 0) restrict(context.board, context.tails(next, position), here, results);
    for (const { packets: delivered } of results) {
      if (delivered === UNCLEAR) return UNCLEAR;
      all = sets.union(all, delivered);
    }
  }
  return all;
}

/** What the table does with `piece`, cut where it tells sources apart. */
function eachSource<A extends FibAction | HookAction>(
  { table }: Sieve<A>,
  entered: LinkId | undefined,
  destination: AddressId,
  piece: Piece,
  visit: (verdicts: Verdicts<A>, from: AddressId, to: AddressId) => void,
): void {
  const { starts, cells } = table.sources;
  const cell = cellOf(table.destinations, destination);
  const linkClass = entered === undefined ? 0 : table.linkClass(entered);
  let index = starts.length === 1 ? 0 : lastAtMost(starts, piece.from);
  for (let from = piece.from; from < piece.to; index += 1) {
    const to = Math.min(piece.to, starts[index + 1] ?? piece.to);
    visit(table.verdicts(linkClass, cells[index] ?? 0, cell), from, to);
    from = to;
  }
}

/** Adds to `results` what `tail` delivers of `pieces`. */
function restrict(
  { indexed }: Board,
  { starts, packets }: Tail,
  pieces: readonly Piece[],
  results: Piece[],
): void {
  for (const piece of pieces) {
    let index = lastAtMost(starts, piece.from);
    for (let from = piece.from; from < piece.to; index += 1) {
      const to = Math.min(piece.to, starts[index + 1] ?? piece.to);
      const value = packets[index] ?? NO_PACKETS;
      const both = value === UNCLEAR ? UNCLEAR : indexed.sets.intersect(piece.packets, value);
      if (both !== NO_PACKETS) results.push({ from, to, packets: both });
      from = to;
    }
  }
}

/** The union of `pieces`, which may overlap; unclear wins. */
function tailOf(
  pieces: readonly Piece[],
  union: (a: PacketSetId, b: PacketSetId) => PacketSetId,
): Tail {
  if (pieces.length === 0) return NOWHERE;
  if (pieces.every((piece, i) => i === 0 || (pieces[i - 1]?.to ?? 0) <= piece.from)) {
    return disjointTail(pieces);
  }
  const sorted = [...pieces].sort((a, b) => a.from - b.from);
  const cuts = [...new Set([0, ...sorted.flatMap(({ from, to }) => [from, to])])].sort(
    (a, b) => a - b,
  );
  const starts: number[] = [];
  const packets: number[] = [];
  let active: readonly Piece[] = [];
  let next = 0;
  for (const cut of cuts) {
    const begun: Piece[] = [];
    for (let piece = sorted[next]; piece?.from === cut; piece = sorted[next]) {
      begun.push(piece);
      next += 1;
    }
    active = [...active.filter((piece) => piece.to > cut), ...begun];
    const value = active.reduce<PacketSetId>(
      (all, piece) =>
        all === UNCLEAR || piece.packets === UNCLEAR ? UNCLEAR : union(all, piece.packets),
      NO_PACKETS,
    );
    if (packets.at(-1) === value) continue;
    starts.push(cut);
    packets.push(value);
  }
  return { starts: Int32Array.from(starts), packets: Int32Array.from(packets) };
}

/** The same for pieces that are in order and do not overlap. */
function disjointTail(pieces: readonly Piece[]): Tail {
  const starts: number[] = [];
  const packets: number[] = [];
  let end = 0;
  const add = (start: number, value: number): void => {
    if (packets.at(-1) === value) return;
    starts.push(start);
    packets.push(value);
  };
  for (const piece of pieces) {
    if (piece.from > end) add(end, NO_PACKETS);
    add(piece.from, piece.packets);
    end = piece.to;
  }
  add(end, NO_PACKETS);
  return { starts: Int32Array.from(starts), packets: Int32Array.from(packets) };
}
