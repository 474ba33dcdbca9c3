/**
 * Everything that a proof about one network needs, made once.
 */
import type { Box } from "../../models/base/box.ts";
import type { Address } from "../../models/base/address.ts";
import { type Protocol, PROTOCOLS } from "../../models/base/family.ts";
import { type PortSet, bitSets, portSets } from "../../models/base/interval-set.ts";
import type { Network } from "../../models/network/network.ts";
import { FIELD_WIDTH_BITS, PROTOCOL_NUMBER } from "../../models/network/packet.ts";
import { type Explorer, createExplorer } from "../smt/explore.ts";
import type { Terms } from "../smt/factory.ts";
import { type Replier, createReplier } from "../smt/replies.ts";
import type { SymbolicHeader } from "../smt/symbolic-header.ts";
import type { Bool } from "../smt/term.ts";

/** The readers of one network. */
export interface Prover {
  readonly network: Network;
  readonly terms: Terms;
  readonly explorer: Explorer;
  readonly replier: Replier;
}

/** A prover for `network` that makes its terms by `terms`. */
export function createProver(network: Network, terms: Terms): Prover {
  return {
    network,
    terms,
    explorer: createExplorer(network, terms),
    replier: createReplier(network, terms),
  };
}

/** A set of ports for each protocol. */
export type PortsByProtocol = Readonly<Record<Protocol, PortSet>>;

/** No port of any protocol. */
export const NO_PORTS: PortsByProtocol = { TCP: [], UDP: [], SCTP: [] };

/** That the protocol and destination port of `header` are among `ports`. */
export function portsTerm(terms: Terms, header: SymbolicHeader, ports: PortsByProtocol): Bool {
  const widths = FIELD_WIDTH_BITS.IPv4;
  return terms.or(
    ...PROTOCOLS.map((protocol) => {
      const number = terms.literal(BigInt(PROTOCOL_NUMBER[protocol]), widths.protocol);
      const set = ports[protocol].map(([low, high]) => [BigInt(low), BigInt(high)] as const);
      return terms.and(
        terms.eq(header.protocol, number),
        terms.within(header.destinationPort, set),
      );
    }),
  );
}

/** The ports that `boxes` admit from `source` to `destination`. */
export function portsOfBoxes(
  boxes: readonly Box[],
  source: Address,
  destination: Address,
): PortsByProtocol {
  const ports = { ...NO_PORTS };
  for (const box of boxes) {
    if (box.family !== source.family) continue;
    if (!bitSets.contains(box.sources, source.bits)) continue;
    if (!bitSets.contains(box.destinations, destination.bits)) continue;
    ports[box.protocol] = portSets.union(ports[box.protocol], box.ports);
  }
  return ports;
}
