/**
 * Law A5 (classes): what `pairClasses` says of two classes is delivered between every pair of their
 * members, on networks where many switches at the edge are alike.
 */
import fc from "fast-check";
import type { Address } from "../../../models/base/address.ts";
import { FAMILIES } from "../../../models/base/family.ts";
import type { Network, Process } from "../../../models/network/network.ts";
import type { Sender } from "../../../src/reach/all-pairs.ts";
import type { Destination } from "../../../src/reach/board.ts";
import { type Reach, createReach } from "../../../src/reach/reach.ts";
import type { Allowed } from "../../../src/reach/packet-sets.ts";
import { edgeNetworkArbitrary } from "../../support/edge-network.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** Who takes part. */
interface Case {
  readonly network: Network;
  /** Which processes send, and to whose addresses is sent, by a part of their names. */
  readonly among: "edge" | "";
  /** Whether the first edge switch also sends from an address of the last one. */
  readonly spoofed: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  network: edgeNetworkArbitrary(),
  among: fc.constantFrom("edge", "edge", ""),
  spoofed: fc.nat(4).map((n) => n === 0),
});

/** @throws when two members of a pair of classes differ from what is said of the classes */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(cases, ({ network, among, spoofed }) => {
      const some = [...network.processes.values()].filter((p) => p.id.startsWith(among));
      const senders: Sender[] = some.flatMap((process) =>
        addressesOf(process).map((source) => ({ process: process.id, source })),
      );
      const destinations = some.flatMap(addressesOf).map((address) => ({ address }));
      const [first, last] = [senders[0], senders.at(-1)];
      if (spoofed && first && last) senders.push({ ...first, source: last.source });
      classesStandForMembers(createReach(network), senders, destinations);
    }),
    options,
  );
}

/** The lowest and the highest address of each interval. */
function addressesOf(process: Process): readonly Address[] {
  return FAMILIES.flatMap((family) =>
    process.addresses[family].flatMap(([low, high]) =>
      (low === high ? [low] : [low, high]).map((bits) => ({ family, bits })),
    ),
  );
}

/** What is said of two classes holds for every pair of their members. */
export function classesStandForMembers(
  reach: Reach,
  senders: readonly Sender[],
  destinations: readonly Destination[],
): void {
  const classes = reach.pairClasses(senders, destinations);
  const said = new Map<string, Allowed>();
  for (const { sender, destination, self, allowed } of classes.pairs) {
    const key = `${sender} ${destination} ${self}`;
    if (said.has(key)) throw new Error(`said twice: ${key}`);
    said.set(key, allowed);
  }
  senders.forEach(({ process, source }, i) => {
    destinations.forEach(({ address }, j) => {
      if (source.family !== address.family) return;
      const key = `${classes.senders[i]} ${classes.destinations[j]} ${classes.isSelf(i, j)}`;
      const expected = reach.delivered(process, source, address);
      const actual = said.get(key) ?? [];
      // Equal sets are the same object, but for the empty one.
      if (actual === expected || (actual.length === 0 && expected.length === 0)) return;
      const text = JSON.stringify({ actual, expected });
      throw new Error(`${process} ${source.bits} to ${address.bits}: ${text}`);
    });
  });
}
