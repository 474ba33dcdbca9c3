/**
 * One packet out of a set: always the same one, and a believable one.
 */
import type { Address } from "../../models/base/address.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { Packet } from "../../models/network/network.ts";
import { portSets } from "../../models/base/interval-set.ts";
import { present } from "../base/assert.ts";
import type { PacketSetId, PacketSets } from "./packet-sets.ts";

/** A source port that operating systems choose by themselves, taken where the set allows it. */
const USUAL_SOURCE_PORT = 49_152;

/**
 * The packet of `set`, which is not empty, with the first protocol in the order of PROTOCOLS and the
 * lowest destination port, sent from a usual source port if there is one.
 */
export function witnessOf(
  sets: PacketSets,
  set: PacketSetId,
  from: ProcessId,
  source: Address,
  destination: Address,
): Packet {
  const { protocol, sourcePorts, ports } = present(sets.rows(set)[0], "no packet to show");
  const lowest = present(sourcePorts[0], "a row without source ports")[0];
  return {
    from,
    header: {
      family: source.family,
      protocol,
      source: source.bits,
      sourcePort: portSets.contains(sourcePorts, USUAL_SOURCE_PORT) ? USUAL_SOURCE_PORT : lowest,
      destination: destination.bits,
      destinationPort: present(ports[0], "a row without ports")[0],
    },
  };
}
