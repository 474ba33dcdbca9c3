/**
 * What a network does with all packets at once: for each pair of addresses the exact sets of protocols
 * and ports for each way to end, and from these all pairs, loops and discards. Independent of the
 * engine and of the solver; a law ties it to the definition of forwarding.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import { addressSets } from "../../models/base/address.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { Network } from "../../models/network/network.ts";
import { present } from "../base/assert.ts";
import { type AddressClass, type ClassOptions, addressClasses } from "./address-classes.ts";
import { type PairVisitor, type Sender, deliveredPackets, visitPairs } from "./all-pairs.ts";
import { type DiscardPlace, type Discarded, findDiscards } from "./discards.ts";
import { type FateSet, endings } from "./fates.ts";
import type { Destination } from "./board.ts";
import { idRanges } from "./id-ranges.ts";
import { indexNetwork } from "./indexed-network.ts";
import { type Loops, findLoops } from "./loops.ts";
import { type Allowed, type PacketSets, createPacketSets } from "./packet-sets.ts";
import { type PairClasses, pairClasses } from "./pair-classes.ts";

/** The set-valued reading of one network. */
export interface Reach {
  /**
   * Every end of the packets that `from` sends from `source` to `destination`, with exactly the packets
   * that can end so: a packet is in the set of an end iff some trace of `run` has that end. None when
   * the addresses are of different families. Whether the process may use the source is not asked.
   *
   * @law A5 sets
   */
  readonly fates: (from: ProcessId, source: Address, destination: Address) => readonly FateSet[];
  /**
   * The destination ports for which some source port and some choice lead to delivery to a process of a
   * switch that owns `destination`, that is, where a process has it among its addresses. Whether that
   * process declares the port does not matter. Nothing for addresses that nobody owns.
   */
  readonly delivered: (from: ProcessId, source: Address, destination: Address) => Allowed;
  /**
   * Visits each pair for which `delivered` is not empty, once, with the places of the sender and the
   * destination in the given lists: senders in their order, for each the destinations in the order of
   * their addresses.
   *
   * @law all pairs are pairs
   * @cost about that of the visits, where filters discard by default
   */
  readonly allPairs: (
    senders: readonly Sender[],
    destinations: readonly Destination[],
    visit: PairVisitor,
  ) => void;
  /** The same by classes of senders and destinations that can be exchanged; see PairClasses. */
  readonly pairClasses: (
    senders: readonly Sender[],
    destinations: readonly Destination[],
  ) => PairClasses;
  /** The class of `address` among all addresses: those which no rule tells apart from it. */
  readonly addressClass: (address: Address) => AddressSet;
  /**
   * The addresses of `process`, in the coarsest classes that no counting rule tells apart, in the order
   * of their lowest addresses, IPv4 before IPv6. For processes that own many addresses.
   */
  readonly outsideClasses: (process: ProcessId, options?: ClassOptions) => readonly AddressClass[];
  /** Whether any packet that a process may send can loop, decided for all packets. */
  readonly loops: () => Loops;
  /** Where packets of `senders` to `destinations` are discarded; see findDiscards. */
  readonly discards: (
    senders: readonly Sender[],
    destinations: readonly Destination[],
    wanted?: (place: DiscardPlace) => boolean,
  ) => readonly Discarded[];
}

/**
 * The reach of `network`. Reaches created with the same `sets` return the same object for equal
 * `Allowed`, so their answers can be compared by identity.
 *
 * @cost the distinct address sets of the network; tables are prepared when they are first met
 */
export function createReach(network: Network, sets: PacketSets = createPacketSets()): Reach {
  const indexed = indexNetwork(network, sets);
  const { space } = indexed;
  let everything: readonly AddressClass[] | undefined;
  return {
    fates: (from, source, destination) =>
      endings(indexed, from, source, destination).map(({ end, packets }) => ({
        end,
        packets: sets.rows(packets),
      })),
    delivered: (from, source, destination) =>
      sets.allowed(deliveredPackets(indexed, from, source, destination)),
    allPairs: (senders, destinations, visit) => visitPairs(indexed, senders, destinations, visit),
    pairClasses: (senders, destinations) => pairClasses(indexed, senders, destinations),
    addressClass: (address) => {
      everything ??= addressClasses(indexed, idRanges([0, space.size]));
      const found = everything.find(({ addresses }) => addressSets.contains(addresses, address));
      return present(found, "an address in no class").addresses;
    },
    outsideClasses: (process, options) =>
      addressClasses(indexed, space.rangesOf(indexed.process(process).addresses), options),
    loops: () => findLoops(indexed),
    discards: (senders, destinations, wanted = () => true) =>
      findDiscards(indexed, senders, destinations, wanted),
  };
}
