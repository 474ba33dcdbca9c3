/**
 * Laws A5 (sets): what `src/reach` says about sets of packets is what the definition of forwarding says
 * about each of them; all pairs and address classes agree with the sets of single pairs.
 */
import fc from "fast-check";
import { type Address, LOOPBACK, addressSets } from "../../../models/base/address.ts";
import { PROTOCOLS } from "../../../models/base/family.ts";
import { portSets } from "../../../models/base/interval-set.ts";
import type { Network, Packet } from "../../../models/network/network.ts";
import { destinationOf, sourceOf } from "../../../models/network/packet.ts";
import { run } from "../../../models/network/run.ts";
import type { Verdict } from "../../../models/network/trace.ts";
import type { Sender } from "../../../src/reach/all-pairs.ts";
import type { Destination } from "../../../src/reach/board.ts";
import type { End, FateSet } from "../../../src/reach/fates.ts";
import type { Allowed, PacketRow } from "../../../src/reach/packet-sets.ts";
import { type Reach, createReach } from "../../../src/reach/reach.ts";
import { edgeNetworkArbitrary } from "../../support/edge-network.ts";
import type { LawOptions } from "../../support/mutate.ts";
import { packetNear } from "../../support/network-packets.ts";
import { networkArbitrary } from "../../support/network.ts";

/** A network with packets that its processes may send. */
interface Case {
  readonly network: Network;
  readonly packets: readonly Packet[];
}

const networks = fc.oneof(
  { weight: 4, arbitrary: networkArbitrary() },
  { weight: 1, arbitrary: edgeNetworkArbitrary({ hubsMax: 2, edgesMax: 3 }) },
);
const cases: fc.Arbitrary<Case> = networks.chain((network) =>
  fc.record({
    network: fc.constant(network),
    packets: fc.array(packetNear(network), { minLength: 3, maxLength: 12 }),
  }),
);

/** @throws when some law below has a counterexample */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(cases, ({ network, packets }) => {
      const reach = createReach(network);
      for (const packet of packets) fatesAreEnds(network, reach, packet);
      for (const packet of packets) deliveredIsProjected(network, reach, packet);
      const [senders, destinations] = endsOf(network, packets);
      const pairs = senders.map(({ process, source }) =>
        destinations.map(({ address }) => reach.delivered(process, source, address)),
      );
      allPairsArePairs(reach, senders, destinations, pairs);
      addressClassesAreAlike(network, reach, packets);
    }),
    options,
  );
}

/** p ∈ the set of an end ⇔ some trace of run(n, p) has that end. */
function fatesAreEnds(network: Network, reach: Reach, packet: Packet): void {
  const { header } = packet;
  const expected = new Set(run(network, packet).map((trace) => verdictKey(trace.verdict)));
  const fates = reach.fates(packet.from, sourceOf(header), destinationOf(header));
  const actual = new Set(
    fates.filter((fate) => holds(fate, packet)).map(({ end }) => endKey(end, packet)),
  );
  same([...actual].sort(), [...expected].sort(), "fates", packet);
}

function holds({ packets }: FateSet, { header }: Packet): boolean {
  const { protocol, sourcePort, destinationPort } = header;
  return packets.some(
    (row) =>
      row.protocol === protocol &&
      portSets.contains(row.sourcePorts, sourcePort) &&
      portSets.contains(row.ports, destinationPort),
  );
}

function verdictKey(verdict: Verdict): string {
  const { source, destination, destinationPort } = verdict.header;
  const header = [source, destination, destinationPort].join(" ");
  switch (verdict.kind) {
    case "delivered":
      return `delivered ${verdict.to} ${header}`;
    case "discarded":
      return `discarded ${verdict.at} ${verdict.reason} ${verdict.because.text} ${header}`;
    case "looped":
      return `looped ${verdict.at} ${header}`;
  }
}

/** The end of this packet, written like a verdict. */
function endKey(end: End, packet: Packet): string {
  const { source, destination, port } = end;
  const header = {
    ...packet.header,
    source: source.bits,
    destination: destination.bits,
    destinationPort: port ?? packet.header.destinationPort,
  };
  switch (end.kind) {
    case "delivered":
      return verdictKey({ kind: "delivered", to: end.to, header });
    case "discarded":
      return verdictKey({ ...end, header });
    case "looped":
      return verdictKey({ ...end, header });
  }
}

/** `delivered` is the union of the sets of the ends at the owner, without their source ports. */
function deliveredIsProjected(network: Network, reach: Reach, packet: Packet): void {
  const [source, destination] = [sourceOf(packet.header), destinationOf(packet.header)];
  const switchOf = (id: string): string | undefined =>
    network.links.get(network.processes.get(id)?.uplink ?? "")?.to;
  const owners = [...network.processes.values()]
    .filter((process) => addressSets.contains(process.addresses, destination))
    .map((process) => switchOf(process.id));
  const rows = reach
    .fates(packet.from, source, destination)
    .flatMap(({ end, packets }): readonly PacketRow[] =>
      end.kind === "delivered" && owners.includes(switchOf(end.to)) ? packets : [],
    );
  const expected = PROTOCOLS.map((protocol) => ({
    protocol,
    ports: rows
      .filter((row) => row.protocol === protocol)
      .reduce((all, row) => portSets.union(all, row.ports), portSets.empty),
  })).filter(({ ports }) => ports.length > 0);
  same(reach.delivered(packet.from, source, destination), expected, "delivered", packet);
}

/** Senders and destinations worth pairing: all own single addresses, and those of the packets. */
function endsOf(
  network: Network,
  packets: readonly Packet[],
): readonly [readonly Sender[], readonly Destination[]] {
  const senders: Sender[] = [];
  const destinations: Destination[] = [];
  for (const process of network.processes.values()) {
    for (const family of ["IPv4", "IPv6"] as const) {
      for (const [low, high] of process.addresses[family].slice(0, 3)) {
        for (const bits of low === high ? [low] : [low, high]) {
          senders.push({ process: process.id, source: { family, bits } });
          destinations.push({ address: { family, bits } });
        }
      }
    }
  }
  for (const { from, header } of packets.slice(0, 4)) {
    senders.push({ process: from, source: sourceOf(header) });
    destinations.push({ address: destinationOf(header) });
  }
  return [senders, destinations];
}

/** What is delivered, by the places of the sender and the destination. */
type Pairs = readonly (readonly Allowed[])[];

/** `allPairs` visits exactly the pairs with something delivered, once, with the very same object. */
function allPairsArePairs(
  reach: Reach,
  senders: readonly Sender[],
  destinations: readonly Destination[],
  pairs: Pairs,
): void {
  const visited = new Map<string, Allowed>();
  reach.allPairs(senders, destinations, (i, j, allowed) => {
    if (visited.has(`${i} ${j}`)) throw new Error(`visited twice: ${i} ${j}`);
    visited.set(`${i} ${j}`, allowed);
  });
  senders.forEach(({ process, source }, i) => {
    destinations.forEach(({ address }, j) => {
      const expected = pairs[i]?.[j] ?? [];
      const actual = visited.get(`${i} ${j}`);
      if (expected.length === 0 ? actual === undefined : actual === expected) return;
      same(actual, expected, "all pairs", { process, source, address });
      throw new Error("equal sets that are not the same object");
    });
  });
}

/** Another address of the same class, in place of either end, changes no delivery. */
function addressClassesAreAlike(network: Network, reach: Reach, packets: readonly Packet[]): void {
  const other = (address: Address): Address => {
    const last = reach.addressClass(address)[address.family].at(-1);
    return { family: address.family, bits: last?.[1] ?? address.bits };
  };
  for (const packet of packets.slice(0, 3)) {
    const { header } = packet;
    const [source, destination] = [sourceOf(header), destinationOf(header)];
    must(addressSets.contains(reach.addressClass(source), source), "a class holds its member");
    const header2 = { ...header, source: other(source).bits, destination: other(destination).bits };
    const ends = (p: Packet): string[] => [
      ...new Set(
        run(network, p).map(({ verdict: v }) =>
          v.kind === "delivered" ? v.to : v.kind === "looped" ? v.kind : v.because.text,
        ),
      ),
    ];
    same(ends({ ...packet, header: header2 }).sort(), ends(packet).sort(), "address class", packet);
  }
  for (const process of network.processes.values()) {
    const classes = reach.outsideClasses(process.id);
    const all = classes.reduce((set, c) => addressSets.union(set, c.addresses), LOOPBACK);
    must(addressSets.isSubset(process.addresses, all), "classes cover the addresses");
    for (const { addresses, representative } of classes) {
      must(addressSets.contains(addresses, representative), "a class holds its representative");
      must(addressSets.isSubset(addresses, process.addresses), "classes stay within");
    }
  }
}

function same(actual: unknown, expected: unknown, what: string, where: unknown): void {
  if (actual === expected) return;
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? `0x${v.toString(16)}` : v)) ??
    "undefined";
  if (text(actual) === text(expected)) return;
  throw new Error(`${what} of ${text(where)}:\n got ${text(actual)}\nwant ${text(expected)}`);
}

function must(holdsTrue: boolean, what: string): void {
  if (!holdsTrue) throw new Error(`disagrees: ${what}`);
}
