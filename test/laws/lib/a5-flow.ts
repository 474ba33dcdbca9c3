/**
 * Law A5 (loops and discards): what is decided for all packets by looking at destinations first is what
 * the sets of single pairs say.
 */
import fc from "fast-check";
import { type Address, LOOPBACK, addressSets } from "../../../models/base/address.ts";
import { type Network, type Process, sends } from "../../../models/network/network.ts";
import { run } from "../../../models/network/run.ts";
import type { Sender } from "../../../src/reach/all-pairs.ts";
import type { Destination } from "../../../src/reach/board.ts";
import { type Reach, createReach } from "../../../src/reach/reach.ts";
import type { LawOptions } from "../../support/mutate.ts";
import { packetNear } from "../../support/network-packets.ts";
import { networkArbitrary } from "../../support/network.ts";

/** A network, who sends, and where to. */
interface Case {
  readonly network: Network;
  readonly senders: readonly Sender[];
  readonly destinations: readonly Destination[];
}

const cases: fc.Arbitrary<Case> = networkArbitrary({ switchesMax: 3, rulesMax: 4 }).chain(
  (network) =>
    fc.array(packetNear(network), { minLength: 4, maxLength: 8 }).map((packets) => ({
      network,
      senders: packets.map(({ from, header: { family, source: bits } }) => ({
        process: from,
        source: { family, bits },
      })),
      destinations: packets.map(({ header: { family, destination: bits } }) => ({
        address: { family, bits },
      })),
    })),
);

/** @throws when a loop or a discard was missed, or when a witness does not do what it is to show */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(cases, ({ network, senders, destinations }) => {
      const reach = createReach(network);
      loopsAreFound(network, reach, senders, destinations);
      discardsAreFound(network, reach, senders, destinations);
      // Alone, so that no other pair hides what is missed for this one.
      senders.forEach((sender, i) => {
        discardsAreFound(network, reach, [sender], destinations.slice(i, i + 1));
      });
    }),
    options,
  );
}

/** If `loops` finds nothing, no packet loops; what it finds is a packet that may be sent and loops. */
function loopsAreFound(
  network: Network,
  reach: Reach,
  senders: readonly Sender[],
  destinations: readonly Destination[],
): void {
  const { witness } = reach.loops();
  if (witness !== undefined) {
    const sender = network.processes.get(witness.from);
    must(sender !== undefined && sends(sender, witness.header), "a witness that nobody sends");
    const looped = run(network, witness).some((trace) => trace.verdict.kind === "looped");
    must(looped, "a witness that does not loop");
    return;
  }
  for (const { process, source } of senders) {
    const sender = network.processes.get(process);
    for (const { address } of destinations) {
      if (sender === undefined || !mayPair(sender, source, address)) continue;
      const fates = reach.fates(process, source, address);
      must(!fates.some(({ end }) => end.kind === "looped"), "a loop that was not found");
    }
  }
}

/** Whether `process` may send from `source` to `destination`. */
function mayPair(process: Process, source: Address, destination: Address): boolean {
  return (
    addressSets.contains(process.addresses, source) ||
    (addressSets.contains(LOOPBACK, source) && addressSets.contains(LOOPBACK, destination))
  );
}

/** `discards` finds the same places as the sets of all pairs, each with a packet that ends there. */
function discardsAreFound(
  network: Network,
  reach: Reach,
  senders: readonly Sender[],
  destinations: readonly Destination[],
): void {
  const wanted = ({ reason }: { reason: string }): boolean => reason !== "filtered";
  const expected = new Set<string>();
  for (const { process, source } of senders) {
    for (const { address } of destinations) {
      for (const { end } of reach.fates(process, source, address)) {
        if (end.kind === "discarded" && wanted(end)) expected.add(`${end.at} ${end.because.text}`);
      }
    }
  }
  const found = reach.discards(senders, destinations, wanted);
  const actual = found.map((place) => `${place.at} ${place.because.text}`).sort();
  const [got, want] = [actual.join("; "), [...expected].sort().join("; ")];
  must(got === want, `places that discard: got ${got}, want ${want}`);
  for (const { at, because, witness } of found) {
    const ends = run(network, witness).map((trace) => trace.verdict);
    must(
      ends.some((v) => v.kind === "discarded" && v.at === at && v.because === because),
      "a witness that is not discarded there",
    );
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`disagrees: ${what}`);
}
