/**
 * Whether any packet can loop, decided for all packets.
 */
import { LOOPBACK } from "../../models/base/address.ts";
import type { Packet, Process } from "../../models/network/network.ts";
import type { AddressId } from "./address-space.ts";
import { endings } from "./fates.ts";
import { cyclicFlow } from "./cycles.ts";
import { createFlow } from "./flow-summary.ts";
import { translatedDestinations } from "./flow.ts";
import { type IdRanges, NO_IDS, hasId, idsIn, intersectRanges, unionOf } from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import { witnessOf } from "./witness.ts";

/** The answer about all packets of the domain. */
export interface Loops {
  /** A packet that loops, which a process may send; undefined iff there is none. */
  readonly witness: Packet | undefined;
  /** The pairs of address pieces that had to be looked at one by one. */
  readonly pairs: number;
}

/**
 * Decides whether some process can send a packet that loops. First by destinations alone: a loop needs
 * a cycle of links along which its destination may travel. Where that rules nothing out, every pair of
 * address pieces is followed exactly.
 *
 * @cost near linear in the tables when no cycle is possible, else the pairs that may meet one
 */
export function findLoops(indexed: IndexedNetwork): Loops {
  const cycles = cyclicFlow(createFlow(indexed));
  if (cycles.size === 0) return { witness: undefined, pairs: 0 };
  const suspects = unionOf([...cycles.values(), translatedDestinations(indexed)]);
  let pairs = 0;
  for (const process of indexed.network.processes.values()) {
    for (const source of sourcesOf(indexed, process)) {
      for (const destination of destinationsFrom(indexed, process, source, suspects)) {
        pairs += 1;
        const witness = loopBetween(indexed, process, source, destination);
        if (witness !== undefined) return { witness, pairs };
      }
    }
  }
  return { witness: undefined, pairs };
}

function loopBetween(
  indexed: IndexedNetwork,
  process: Process,
  from: AddressId,
  to: AddressId,
): Packet | undefined {
  const source = indexed.space.lowestOf(from);
  const destination = indexed.space.lowestOf(to);
  for (const { end, packets } of endings(indexed, process.id, source, destination)) {
    if (end.kind !== "looped") continue;
    return witnessOf(indexed.sets, packets, process.id, source, destination);
  }
  return undefined;
}

/** The pieces from which `process` may send: its own, and loopback. */
function sourcesOf(indexed: IndexedNetwork, process: Process): Iterable<AddressId> {
  const { space } = indexed;
  return idsIn(unionOf([space.rangesOf(process.addresses), space.rangesOf(LOOPBACK)]));
}

function destinationsFrom(
  indexed: IndexedNetwork,
  process: Process,
  source: AddressId,
  suspects: IdRanges,
): Iterable<AddressId> {
  const { space } = indexed;
  const own = hasId(space.rangesOf(process.addresses), source);
  const domain = own ? suspects : intersectRanges(suspects, space.rangesOf(LOOPBACK));
  const family = Int32Array.from(
    source < space.firstIpv6 ? [0, space.firstIpv6] : [space.firstIpv6, space.size],
  );
  return idsIn(intersectRanges(domain, family.length === 0 ? NO_IDS : family));
}
