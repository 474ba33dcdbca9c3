/**
 * Law A2: the engine is the definition of forwarding. Traces and outcomes, and every life of the reply to
 * every trace, are equal, and in the same order.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { PROTOCOLS } from "../../../models/base/family.ts";
import {
  type BitSet,
  type Interval,
  bitSets,
  portSets,
} from "../../../models/base/interval-set.ts";
import type { Provenance } from "../../../models/base/origin.ts";
import type { Deliver } from "../../../models/network/action.ts";
import { outcomes, replies } from "../../../models/network/connection.ts";
import { type Table, lookup } from "../../../models/network/fib.ts";
import { ANY, type Match } from "../../../models/network/match.ts";
import type { Network, Packet } from "../../../models/network/network.ts";
import { run } from "../../../models/network/run.ts";
import { compile } from "../../../src/compile/compile.ts";
import { type Engine, createEngine } from "../../../src/engine/engine.ts";
import { createTables } from "../../../src/engine/tables.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import type { LawOptions } from "../../support/mutate.ts";
import { networkArbitrary } from "../../support/network.ts";
import { EXAMPLES } from "../../support/network-examples.ts";
import { headerNear, packetNear } from "../../support/network-packets.ts";

/** Packets for each network, so that one index is asked several times. */
const PACKETS = 10;

/** Small networks with few rules, smaller ones with tables too long to be scanned, compiled clusters. */
const networks: fc.Arbitrary<Network> = fc.oneof(
  { weight: 2, arbitrary: networkArbitrary() },
  { weight: 1, arbitrary: compiled() },
  { weight: 1, arbitrary: networkArbitrary({ switchesMax: 2, rulesMax: 30, hooksMax: 1 }) },
);

/**
 * Tables of up to 60 rules over 400 addresses of each family and 60 ports, some sets so scattered and
 * some ranges so wide that filing rules by them does not pay.
 */
const tables: fc.Arbitrary<Table<Deliver>> = fc
  .array(longMatch(), { maxLength: 60, size: "max" })
  .map((matches) => ({
    rules: matches.map((match, i) => ({ match, ...leadsTo(`${i}`) })),
    otherwise: leadsTo("otherwise"),
  }));

/** @throws when the engine and the definition disagree about a packet */
export function check(options: LawOptions): void {
  // What chance seldom makes, such as a connection to itself.
  for (const { network, call } of EXAMPLES) mustAgree(network, createEngine(network), call);
  checkTables(options);
  checkNetworks(options);
}

/** @throws when an index finds another rule than the first that matches */
function checkTables(options: LawOptions): void {
  const cases = tables.chain((table) => {
    const near = table.rules.map(({ match }) => headerNear(match));
    const header = fc.oneof(headerNear(ANY), ...near);
    return fc.tuple(
      fc.constant(table),
      fc.array(header, { minLength: PACKETS, maxLength: PACKETS }),
    );
  });
  fc.assert(
    fc.property(cases, ([table, headers]) => {
      const { lookup: find } = createTables();
      for (const [i, header] of headers.entries()) {
        const packet: Packet = { from: "table", header };
        const [link, marked] = ["l1", i % 3 === 0];
        const expected = lookup(table, header, link, marked);
        must(find(table, header, link, marked) === expected, "a look-up", packet);
      }
    }),
    options,
  );
}

function checkNetworks(options: LawOptions): void {
  const cases = networks.chain((network) =>
    fc.tuple(
      fc.constant(network),
      fc.array(packetNear(network), { minLength: PACKETS, maxLength: PACKETS }),
    ),
  );
  fc.assert(
    fc.property(cases, ([network, packets]) => {
      const engine = createEngine(network);
      for (const packet of packets) mustAgree(network, engine, packet);
    }),
    options,
  );
}

/** @throws when `engine` and the definition disagree about `packet` or about a reply to it */
function mustAgree(network: Network, engine: Engine, packet: Packet): void {
  const expected = run(network, packet);
  const found = engine.run(packet);
  must(isDeepStrictEqual(found, expected), "traces", packet);
  must(isDeepStrictEqual(engine.outcomes(packet), outcomes(network, packet)), "outcomes", packet);
  for (const trace of expected) {
    must(isDeepStrictEqual(engine.replies(trace), replies(network, trace)), "replies", packet);
  }
}

function compiled(): fc.Arbitrary<Network> {
  return fc
    .tuple(clusterArbitrary(), profileArbitrary())
    .map(([cluster, profile]) => compile(cluster, profile));
}

function leadsTo(to: string): { readonly action: Deliver; readonly because: Provenance } {
  return { action: { kind: "deliver", to }, because: { text: to, origins: [] } };
}

function longMatch(): fc.Arbitrary<Match> {
  const bits = intervalsBelow(400, 100).map(
    (set): BitSet => bitSets.of(set.map(([low, high]) => [BigInt(low), BigInt(high)])),
  );
  const addresses = fc.record({ IPv4: bits, IPv6: bits });
  return fc.record(
    {
      destinations: addresses,
      sources: addresses,
      destinationPorts: intervalsBelow(60, 4).map(portSets.of),
      protocols: fc.subarray([...PROTOCOLS], { minLength: 1 }),
      links: fc.subarray(["l1", "l2"]),
      marked: fc.boolean(),
    },
    { requiredKeys: [] },
  );
}

/** Mostly one or two points or ranges, now and then up to `most` of them. */
function intervalsBelow(end: number, most: number): fc.Arbitrary<readonly Interval<number>[]> {
  const low = fc.integer({ min: 1, max: end });
  const length = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3), fc.nat(end));
  const interval = fc.tuple(low, length).map(([l, n]): Interval<number> => [l, l + n]);
  return fc.oneof(
    { weight: 12, arbitrary: fc.array(interval, { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(interval, { maxLength: most, size: "max" }) },
  );
}

function must(holds: boolean, what: string, { from, header }: Packet): void {
  if (holds) return;
  const { family, protocol, source, sourcePort, destination, destinationPort } = header;
  const ends = `${source.toString(16)}:${sourcePort} > ${destination.toString(16)}:${destinationPort}`;
  throw new Error(`disagrees: ${what} of ${family} ${protocol} ${ends} from ${from}`);
}
