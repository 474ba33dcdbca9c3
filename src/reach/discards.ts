/**
 * Which rules discard packets between given senders and destinations.
 */
import type { Provenance } from "../../models/base/origin.ts";
import type { DiscardReason } from "../../models/network/action.ts";
import type { SwitchId } from "../../models/network/ids.ts";
import type { Packet } from "../../models/network/network.ts";
import type { Sender } from "./all-pairs.ts";
import type { Destination } from "./board.ts";
import { endings } from "./fates.ts";
import { createFlow } from "./flow-summary.ts";
import { flowFrom, translatedDestinations } from "./flow.ts";
import { type IdRanges, hasId, idRanges, unionOf } from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import { witnessOf } from "./witness.ts";

/** One place that discards packets for one reason. */
export interface DiscardPlace {
  readonly at: SwitchId;
  readonly reason: DiscardReason;
  readonly because: Provenance;
}

/** A place with a packet that is discarded there. */
export interface Discarded extends DiscardPlace {
  readonly witness: Packet;
}

/**
 * Every place that discards some packet of `senders` to `destinations` and that `wanted` asks for, each
 * with one packet; the first in the order of senders, then destinations. Places are the same iff the
 * switch, the reason and the `because` object are. Empty means: no packet at all is discarded at a
 * place that `wanted` asks for.
 *
 * @cost that of the tables when destinations alone show that no wanted place is met; else the pairs
 * whose destination may lead to one, until each wanted place has its packet
 */
export function findDiscards(
  indexed: IndexedNetwork,
  senders: readonly Sender[],
  destinations: readonly Destination[],
  wanted: (place: DiscardPlace) => boolean,
): readonly Discarded[] {
  const ids = idRanges(
    destinations.flatMap(({ address }) => {
      const id = indexed.space.idOf(address);
      return [id, id + 1];
    }),
  );
  const uplinks = new Set(senders.map(({ process }) => indexed.process(process).uplink));
  const open = createPlaces();
  const metWith: IdRanges[] = [];
  flowFrom(createFlow(indexed), uplinks, ids, (at, { action, because }, here) => {
    if (action.kind !== "discard") return;
    const place = { at, reason: action.reason, because };
    if (!wanted(place)) return;
    open.add(place);
    metWith.push(here);
  });
  if (open.size() === 0) return [];
  // A place is met with the destination that was sent, or with one that replaced it.
  const suspects = unionOf([...metWith, translatedDestinations(indexed)]);
  const found: Discarded[] = [];
  for (const { process, source } of senders) {
    for (const { address } of destinations) {
      if (!hasId(suspects, indexed.space.idOf(address))) continue;
      for (const { end, packets } of endings(indexed, process, source, address)) {
        if (end.kind !== "discarded") continue;
        const { at, reason, because } = end;
        if (!open.delete({ at, reason, because })) continue;
        const witness = witnessOf(indexed.sets, packets, process, source, address);
        found.push({ at, reason, because, witness });
      }
      if (open.size() === 0) return found;
    }
  }
  return found;
}

interface Places {
  readonly add: (place: DiscardPlace) => void;
  readonly has: (place: DiscardPlace) => boolean;
  /** Whether it was there. */
  readonly delete: (place: DiscardPlace) => boolean;
  readonly size: () => number;
}

/** A set of places; reasons are told apart by identity. */
function createPlaces(): Places {
  const byReason = new Map<Provenance, Set<string>>();
  const key = ({ at, reason }: DiscardPlace): string => `${reason} ${at}`;
  let size = 0;
  return {
    add: (place) => {
      const keys = byReason.get(place.because) ?? new Set<string>();
      byReason.set(place.because, keys);
      if (!keys.has(key(place))) size += 1;
      keys.add(key(place));
    },
    has: (place) => byReason.get(place.because)?.has(key(place)) === true,
    delete: (place) => {
      const removed = byReason.get(place.because)?.delete(key(place)) === true;
      if (removed) size -= 1;
      return removed;
    },
    size: () => size,
  };
}
