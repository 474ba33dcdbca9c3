/**
 * Packets that are worth sending: near the boundaries of what the rules of a network match. Uniformly
 * random packets meet almost no rule and find almost no mistake.
 */
import fc from "fast-check";
import type { AddressSet } from "../../models/base/address.ts";
import { ALL_ADDRESSES, LOOPBACK } from "../../models/base/address.ts";
import {
  type Family,
  FAMILIES,
  HIGHEST_PORT,
  LOWEST_PORT,
  PROTOCOLS,
  type Protocol,
  highestAddress,
} from "../../models/base/family.ts";
import { type BitSet, type PortSet, bitSets, portSets } from "../../models/base/interval-set.ts";
import type { FibAction, HookAction, Rewrite } from "../../models/network/action.ts";
import type { Table } from "../../models/network/fib.ts";
import type { Match } from "../../models/network/match.ts";
import type { Network, Packet, Process } from "../../models/network/network.ts";
import type { Header } from "../../models/network/packet.ts";

const ALL_PORTS: PortSet = [[LOWEST_PORT, HIGHEST_PORT]];
/** More matches than these are not looked at one by one, so that large networks stay usable. */
const MATCHES_MAX = 4096;

/** For each family and for ports: the values just inside and outside of every set, without repetition. */
interface Boundaries {
  readonly addresses: Readonly<Record<Family, readonly bigint[]>>;
  readonly ports: readonly number[];
}

/**
 * Packets that their sender can send (`sends`), each field near a boundary of some rule's match, of a
 * rewrite, or of a process's addresses; two in three have a destination, ports and protocol near one
 * single match, so that conjunctions are met as well.
 */
export function packetNear(network: Network): fc.Arbitrary<Packet> {
  const matches = matchesOf(network).slice(0, MATCHES_MAX);
  const boundaries = boundariesOf(network);
  const processes = [...network.processes.values()];
  const near = matches.map((match) => () => headerNear(match));
  return fc.tuple(elementOf(processes), fc.constantFrom(...FAMILIES)).chain(([process, family]) => {
    const free = headerFrom(family, boundaries);
    const header = fc.oneof(
      { weight: 1, arbitrary: free },
      ...(near.length === 0
        ? []
        : [{ weight: 2, arbitrary: elementOf(near).chain((make) => make()) }]),
    );
    return header.chain((wanted) => sendable(process, wanted));
  });
}

/**
 * Headers near `match`: each field just inside or just outside of the match's set, or at an end of the
 * field's range. Ports are 1 to 65535.
 */
export function headerNear(match: Match): fc.Arbitrary<Header> {
  const families = FAMILIES.filter((f) =>
    [match.sources, match.destinations].every((set) => set === undefined || set[f].length > 0),
  );
  const protocols = match.protocols ?? [];
  return fc.constantFrom(...(families.length === 0 ? FAMILIES : families)).chain((family) =>
    fc.record({
      family: fc.constant(family),
      protocol: fc.oneof(
        fc.constantFrom<Protocol>(...PROTOCOLS),
        fc.constantFrom(...(protocols.length === 0 ? PROTOCOLS : protocols)),
      ),
      source: elementOf(aroundBits(family, match.sources?.[family] ?? [])),
      sourcePort: elementOf(aroundPorts(match.sourcePorts ?? [])),
      destination: elementOf(aroundBits(family, match.destinations?.[family] ?? [])),
      destinationPort: elementOf(aroundPorts(match.destinationPorts ?? [])),
    }),
  );
}

/** Every match of every table of `network`, in the order of its maps; shared tables count once. */
function matchesOf(network: Network): readonly Match[] {
  return tablesOf(network).flatMap((table) => table.rules.map((rule) => rule.match));
}

/** `wanted`, sent by `process`: with its source if that is its own, else with one of its addresses. */
function sendable(process: Process, wanted: Header): fc.Arbitrary<Packet> {
  const packet = (header: Header): Packet => ({ from: process.id, header });
  const own = process.addresses[wanted.family];
  const from = (source: bigint): Packet => packet({ ...wanted, source });
  if (bitSets.contains(own, wanted.source)) return fc.constant(packet(wanted));
  const loopback = LOOPBACK[wanted.family];
  if (own.length === 0) {
    const ends = elementOf(aroundBits(wanted.family, loopback, loopback));
    return fc
      .tuple(ends, ends)
      .map(([source, destination]) => packet({ ...wanted, source, destination }));
  }
  const senders = elementOf(aroundBits(wanted.family, own, own)).map(from);
  return bitSets.contains(loopback, wanted.destination)
    ? fc.oneof(senders, elementOf(aroundBits(wanted.family, loopback, loopback)).map(from))
    : senders;
}

function headerFrom(family: Family, boundaries: Boundaries): fc.Arbitrary<Header> {
  const address = elementOf(boundaries.addresses[family]);
  const port = elementOf(boundaries.ports);
  return fc.record({
    family: fc.constant(family),
    protocol: fc.constantFrom(...PROTOCOLS),
    source: address,
    sourcePort: port,
    destination: address,
    destinationPort: port,
  });
}

function boundariesOf(network: Network): Boundaries {
  const sets: AddressSet[] = [...network.processes.values()].map((p) => p.addresses);
  const ports: PortSet[] = [];
  const bits: Record<Family, bigint[]> = { IPv4: [], IPv6: [] };
  for (const table of tablesOf(network)) {
    for (const { match, action } of table.rules) {
      sets.push(...[match.sources, match.destinations].filter((s) => s !== undefined));
      ports.push(...[match.sourcePorts, match.destinationPorts].filter((s) => s !== undefined));
      for (const { source, destination, destinationPort } of rewritesOf(action)) {
        if (source !== undefined) bits[source.family].push(source.bits);
        if (destination !== undefined) bits[destination.family].push(destination.bits);
        if (destinationPort !== undefined) ports.push([[destinationPort, destinationPort]]);
      }
    }
  }
  const addresses = (family: Family): readonly bigint[] =>
    aroundBits(family, [
      ...sets.flatMap((set) => set[family]),
      ...LOOPBACK[family],
      ...bits[family].map((b) => [b, b] as const),
    ]);
  return {
    addresses: { IPv4: addresses("IPv4"), IPv6: addresses("IPv6") },
    ports: aroundPorts(ports.flat()),
  };
}

function tablesOf(network: Network): readonly Table<FibAction | HookAction>[] {
  const fibs = [...network.switches.values()].map((s) => s.fib);
  const hooks = [...network.links.values()].flatMap((l) => [...l.onLeave, ...l.onEnter]);
  return [...new Set<Table<FibAction | HookAction>>([...fibs, ...hooks])];
}

function rewritesOf(action: FibAction | HookAction): readonly Rewrite[] {
  return action.kind === "translate" ? action.rewrites : [];
}

/** The addresses around the intervals of `set` and at the ends of the family that lie in `within`. */
function aroundBits(
  family: Family,
  set: BitSet,
  within: BitSet = ALL_ADDRESSES[family],
): readonly bigint[] {
  const top = highestAddress(family);
  const near = set.flatMap(([low, high]) => [low, high, low - 1n, low + 1n, high - 1n, high + 1n]);
  const all = within === set ? near : [...near, 0n, 1n, top - 1n, top];
  return [...new Set(all)].filter((a) => bitSets.contains(within, a));
}

function aroundPorts(set: PortSet): readonly number[] {
  const near = set.flatMap(([low, high]) => [low, high, low - 1, low + 1, high - 1, high + 1]);
  const all = [...near, LOWEST_PORT, LOWEST_PORT + 1, HIGHEST_PORT - 1, HIGHEST_PORT];
  return [...new Set(all)].filter((port) => portSets.contains(ALL_PORTS, port));
}

/** One of `items`, which is not empty; shrinks towards the first. */
function elementOf<T>(items: readonly T[]): fc.Arbitrary<T> {
  return fc.nat(items.length - 1).map((i) => {
    const item = items[i];
    if (item === undefined) throw new Error(`nothing at ${i} of ${items.length}`);
    return item;
  });
}
