/**
 * Every end of every packet between two addresses: the definition of forwarding, with sets of ports
 * and protocols in the place of one packet. Exact, translations, choices and loops included.
 */
import type { Address } from "../../models/base/address.ts";
import { HIGHEST_PORT, LOWEST_PORT } from "../../models/base/family.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { DiscardReason, HookAction, Rewrite } from "../../models/network/action.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Choices } from "../../models/network/trace.ts";
import { assert } from "../base/assert.ts";
import type { AddressId } from "./address-space.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable } from "./indexed-table.ts";
import { ALL_PACKETS, NO_PACKETS, type PacketRow, type PacketSetId } from "./packet-sets.ts";
import { cellOf } from "./segments.ts";

/** The header at the end of a packet; its protocol and source port are those it was sent with. */
export interface EndHeader {
  readonly source: Address;
  readonly destination: Address;
  /** The destination port, where a translation has set it; undefined: as sent. */
  readonly port: number | undefined;
}

/** How packets end, as a verdict of the definition with the header's ports left open. */
export type End = EndHeader &
  (
    | { readonly kind: "delivered"; readonly to: ProcessId }
    | {
        readonly kind: "discarded";
        readonly at: SwitchId;
        readonly reason: DiscardReason;
        readonly because: Provenance;
      }
    | { readonly kind: "looped"; readonly at: SwitchId }
  );

/** The packets that can end so, by the protocol and ports with which they were sent. */
export interface FateSet {
  readonly end: End;
  /** Disjoint products, in the order of the protocols and lower source ports first. Not empty. */
  readonly packets: readonly PacketRow[];
}

/** An end with its packets as a number. */
export interface Ending {
  readonly end: End;
  readonly packets: PacketSetId;
}

/** An address and its id. */
interface Located {
  readonly id: AddressId;
  readonly address: Address;
}

interface Header {
  readonly source: Located;
  readonly destination: Located;
  readonly port: number | undefined;
}

/** Packets with one header but for their ports; `packets` says with which ports they were sent. */
interface Progress {
  readonly header: Header;
  readonly packets: PacketSetId;
  readonly choices: Choices;
  /** Whether a hook of the switch at hand has marked them. */
  readonly marked: boolean;
}

interface Place {
  readonly link: LinkId;
  readonly header: Header;
}

/** Walks every way of the packets of one pair of addresses. */
interface Walk {
  readonly indexed: IndexedNetwork;
  readonly record: (end: End, packets: PacketSetId) => void;
}

/**
 * Each distinct end of the packets that `from` sends from `source` to `destination`, with exactly the
 * packets that can end so; none when the addresses are of different families. Whether the process may
 * use the source is not asked.
 *
 * @cost the choices met times the hops; a few look-ups each
 */
export function endings(
  indexed: IndexedNetwork,
  from: ProcessId,
  source: Address,
  destination: Address,
): readonly Ending[] {
  if (source.family !== destination.family) return [];
  const found = new Map<string, Ending>();
  const reasons = new Map<Provenance, number>();
  const number = (because: Provenance): number => {
    const known = reasons.get(because) ?? reasons.size;
    reasons.set(because, known);
    return known;
  };
  const record = (end: End, packets: PacketSetId): void => {
    const key = endKey(end, number);
    const before = found.get(key)?.packets ?? NO_PACKETS;
    found.set(key, { end, packets: indexed.sets.union(before, packets) });
  };
  const locate = (address: Address): Located => ({ id: indexed.space.idOf(address), address });
  const header = { source: locate(source), destination: locate(destination), port: undefined };
  const start = { header, packets: ALL_PACKETS, choices: {}, marked: false };
  arrive({ indexed, record }, indexed.process(from).uplink, start, []);
  return [...found.values()];
}

/**
 * The packets are about to enter the switch at the end of `link`, where no mark of another switch is seen;
 * `path` is where they have been.
 */
function arrive(walk: Walk, id: LinkId, progress: Progress, path: readonly Place[]): void {
  const { indexed, record } = walk;
  const link = indexed.link(id);
  const here: Place = { link: id, header: progress.header };
  let { packets } = progress;
  for (const place of path) {
    const again = indexed.sets.intersect(packets, returning(indexed, place, here));
    if (again === NO_PACKETS) continue;
    record({ kind: "looped", at: link.to, ...endHeader(progress.header) }, again);
    packets = indexed.sets.subtract(packets, again);
  }
  if (packets === NO_PACKETS) return;
  const been = [...path, here];
  passHooks(walk, link.onEnter, 0, link.to, id, { ...progress, packets, marked: false }, (passed) =>
    forward(walk, link.to, id, passed, been),
  );
}

/** The packets, as sent, that were at `before` with the very header with which they are now at `now`. */
function returning(indexed: IndexedNetwork, before: Place, now: Place): PacketSetId {
  const [a, b] = [before.header, now.header];
  // One id, one address: an address that rules write is a piece of its own.
  const samePlace =
    before.link === now.link &&
    a.source.id === b.source.id &&
    a.destination.id === b.destination.id;
  if (!samePlace) return NO_PACKETS;
  if (a.port === b.port) return ALL_PACKETS;
  // Once written, a port never becomes "as sent" again; it may have been sent with the one written now.
  if (a.port !== undefined || b.port === undefined) return NO_PACKETS;
  return indexed.sets.product(undefined, undefined, [[b.port, b.port]]);
}

function passHooks(
  walk: Walk,
  hooks: readonly IndexedTable<HookAction>[],
  next: number,
  at: SwitchId,
  entered: LinkId,
  progress: Progress,
  passed: (progress: Progress) => void,
): void {
  const hook = hooks[next];
  if (hook === undefined) {
    passed(progress);
    return;
  }
  const goOn = (after: Progress): void =>
    passHooks(walk, hooks, next + 1, at, entered, after, passed);
  for (const { action, because, packets } of parts(walk, hook, entered, progress)) {
    switch (action.kind) {
      case "pass":
        goOn({ ...progress, packets });
        break;
      case "discard":
        walk.record(
          { kind: "discarded", at, reason: action.reason, because, ...endHeader(progress.header) },
          packets,
        );
        break;
      case "translate": {
        eachChoice(progress, action.choice, action.rewrites, (rewrite, choices) => {
          const header = rewritten(walk.indexed, progress.header, rewrite);
          goOn({ header, packets, choices, marked: progress.marked || rewrite.marks === true });
        });
        break;
      }
    }
  }
}

/** Each of `offers` that the choices made so far allow, with the choices then made. */
function eachChoice<T>(
  { choices }: Progress,
  choice: string,
  offers: readonly T[],
  visit: (offer: T, chosen: Choices) => void,
): void {
  const taken = Object.hasOwn(choices, choice) ? choices[choice] : undefined;
  offers.forEach((offer, index) => {
    if (taken !== undefined && taken !== index) return;
    visit(offer, { ...choices, [choice]: index });
  });
}

function forward(
  walk: Walk,
  at: SwitchId,
  entered: LinkId,
  progress: Progress,
  path: readonly Place[],
): void {
  const { indexed, record } = walk;
  const { header } = progress;
  const leave = (via: LinkId, packets: PacketSetId, choices: Choices): void => {
    const { onLeave } = indexed.link(via);
    passHooks(walk, onLeave, 0, at, entered, { ...progress, packets, choices }, (passed) =>
      arrive(walk, via, passed, path),
    );
  };
  for (const { action, because, packets } of parts(walk, indexed.fib(at), entered, progress)) {
    switch (action.kind) {
      case "deliver":
        record({ kind: "delivered", to: action.to, ...endHeader(header) }, packets);
        break;
      case "discard":
        record(
          { kind: "discarded", at, reason: action.reason, because, ...endHeader(header) },
          packets,
        );
        break;
      case "forward":
        leave(action.via, packets, progress.choices);
        break;
      case "multipath":
        eachChoice(progress, action.choice, action.vias, (via, choices) =>
          leave(via, packets, choices),
        );
        break;
    }
  }
}

/** What `table` does with the packets of `progress`; the sets say with which ports they were sent. */
function* parts<A>(
  walk: Walk,
  table: IndexedTable<A>,
  entered: LinkId,
  progress: Progress,
): Generator<{ action: A; because: Provenance; packets: PacketSetId }> {
  const { sets } = walk.indexed;
  const { source, destination, port } = progress.header;
  const found = table.verdicts(
    progress.marked ? table.markedClass(entered) : table.linkClass(entered),
    table.sourceCell(source.id),
    cellOf(table.destinations, destination.id),
  );
  for (const part of found.parts) {
    const matching = port === undefined ? part.packets : sets.pullBack(part.packets, port);
    const packets = sets.intersect(progress.packets, matching);
    if (packets !== NO_PACKETS) yield { action: part.action, because: part.because, packets };
  }
}

function rewritten(indexed: IndexedNetwork, header: Header, rewrite: Rewrite): Header {
  const { source, destination, destinationPort: port } = rewrite;
  assert(
    port === undefined || (LOWEST_PORT <= port && port <= HIGHEST_PORT),
    `a translation writes port ${port}`,
  );
  const located = (address: Address | undefined, before: Located): Located =>
    address === undefined ? before : { id: indexed.space.idOf(address), address };
  return {
    source: located(source, header.source),
    destination: located(destination, header.destination),
    port: port ?? header.port,
  };
}

function endHeader({ source, destination, port }: Header): EndHeader {
  return { source: source.address, destination: destination.address, port };
}

/** A text that tells ends apart; reasons are told apart by identity. */
function endKey(end: End, number: (because: Provenance) => number): string {
  const { source, destination, port } = end;
  const header = `${source.bits.toString(36)} ${destination.bits.toString(36)} ${port ?? "-"}`;
  switch (end.kind) {
    case "delivered":
      return `+ ${end.to} ${header}`;
    case "discarded":
      return `- ${end.at} ${end.reason} ${number(end.because)} ${header}`;
    case "looped":
      return `o ${end.at} ${header}`;
  }
}
