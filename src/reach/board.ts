/**
 * The destinations of one question about many pairs, in the order of their addresses, and the tables
 * of the network cut by them.
 */
import type { Address } from "../../models/base/address.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { AddressId } from "./address-space.ts";
import { type IdRanges, lastAtMost } from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import type { IndexedTable } from "./indexed-table.ts";
import { remember } from "./remember.ts";
import type { Segments } from "./segments.ts";

/** An address to which is sent. */
export interface Destination {
  readonly address: Address;
}

/** The destinations of one call: distinct addresses in ascending order, known by their position. */
export interface Board {
  readonly indexed: IndexedNetwork;
  readonly ids: Int32Array;
  readonly addresses: readonly Address[];
  /** For each position the destinations that have that address, by their place in the call. */
  readonly members: readonly (readonly number[])[];
  /** The first position that is IPv6. */
  readonly firstIpv6: number;
  readonly stop: (link: LinkId) => Stop;
}

/** A link and the switch at its end, with the tables cut by positions. */
export interface Stop {
  readonly id: LinkId;
  readonly to: SwitchId;
  readonly onLeave: readonly Sieve<HookAction>[];
  readonly onEnter: readonly Sieve<HookAction>[];
  readonly fib: Sieve<FibAction>;
  readonly own: IdRanges;
  /** Whether all that the FIB forwards takes one link, without a choice. */
  readonly oneWay: boolean;
}

/** A table and the runs of positions that it does not tell apart. */
export interface Sieve<A> {
  readonly table: IndexedTable<A>;
  readonly starts: Int32Array;
  readonly cells: Int32Array;
}

/** The board of `destinations`, without those that nobody owns. */
export function createBoard(indexed: IndexedNetwork, destinations: readonly Destination[]): Board {
  const places = placesOf(indexed, destinations);
  const ids = Int32Array.from(places, (place) => place.id);
  const { firstIpv6 } = indexed.space;
  const sieves = new Map<unknown, { readonly starts: Int32Array; readonly cells: Int32Array }>();
  const sieve = <A>(table: IndexedTable<A>): Sieve<A> => ({
    table,
    ...remember(sieves, table, () => projected(table.destinations, ids)),
  });
  const stops = new Map<LinkId, Stop>();
  const oneWay = new Map<SwitchId, boolean>();
  return {
    indexed,
    ids,
    addresses: places.map(({ id, bits }) => ({ family: id < firstIpv6 ? "IPv4" : "IPv6", bits })),
    members: places.map((place) => place.members),
    firstIpv6: lastAtMost(ids, firstIpv6 - 1) + 1,
    stop: (id) => {
      const known = stops.get(id);
      if (known !== undefined) return known;
      const { to, onLeave, onEnter } = indexed.link(id);
      const fib = indexed.fib(to);
      const stop = {
        id,
        to,
        onLeave: onLeave.map(sieve),
        onEnter: onEnter.map(sieve),
        fib: sieve(fib),
        own: indexed.ownedBy(to),
        oneWay: remember(oneWay, to, () => hasOneWay(fib)),
      };
      stops.set(id, stop);
      return stop;
    },
  };
}

interface BoardPlace {
  readonly id: AddressId;
  readonly bits: bigint;
  readonly members: readonly number[];
}

/** The distinct addresses of `destinations` that somebody owns: to nobody nothing is delivered. */
function placesOf(
  indexed: IndexedNetwork,
  destinations: readonly Destination[],
): readonly BoardPlace[] {
  const byAddress = new Map<AddressId, Map<bigint, number[]>>();
  destinations.forEach(({ address }, j) => {
    const id = indexed.space.idOf(address);
    if (indexed.ownersOf(id).length === 0) return;
    const same = remember(byAddress, id, () => new Map<bigint, number[]>());
    remember(same, address.bits, (): number[] => []).push(j);
  });
  return [...byAddress]
    .sort((a, b) => a[0] - b[0])
    .flatMap(([id, same]) =>
      [...same]
        .sort((a, b) => (a[0] < b[0] ? -1 : 1))
        .map(([bits, members]) => ({ id, bits, members })),
    );
}

/** The runs of `segments` among `ids`: empty ones left out, neighbours with one cell joined. */
function projected(
  segments: Segments,
  ids: Int32Array,
): { readonly starts: Int32Array; readonly cells: Int32Array } {
  const starts: number[] = [];
  const cells: number[] = [];
  let position = 0;
  segments.cells.forEach((cell, run) => {
    const end = segments.starts[run + 1];
    const first = position;
    position = end === undefined ? ids.length : lastAtMost(ids, end - 1) + 1;
    if (position === first || cells.at(-1) === cell) return;
    starts.push(first);
    cells.push(cell);
  });
  return { starts: Int32Array.from(starts), cells: Int32Array.from(cells) };
}

function hasOneWay({ rules, table }: IndexedTable<FibAction>): boolean {
  const ways = new Set<LinkId>();
  for (const { action } of [...rules, table.otherwise]) {
    if (action.kind === "multipath") return false;
    if (action.kind === "forward") ways.add(action.via);
  }
  return ways.size === 1;
}
