/**
 * What a rule matches: a conjunction with one set per field; an absent field matches everything.
 */
import { type AddressSet, addressSets } from "../base/address.ts";
import type { Protocol } from "../base/family.ts";
import { type PortSet, portSets } from "../base/interval-set.ts";
import type { LinkId } from "./ids.ts";
import { type Header, destinationOf, sourceOf } from "./packet.ts";

/**
 * A conjunction of memberships. `links` are the links through which the packet entered the switch;
 * `marked` asks whether a translation at this switch has marked the packet.
 */
export interface Match {
  readonly sources?: AddressSet;
  readonly sourcePorts?: PortSet;
  readonly destinations?: AddressSet;
  readonly destinationPorts?: PortSet;
  readonly protocols?: readonly Protocol[];
  readonly links?: readonly LinkId[];
  readonly marked?: boolean;
}

/** The match that every packet satisfies. */
export const ANY: Match = {};

/**
 * Whether `header`, having entered the switch through `link` and been marked there or not, satisfies
 * every part of `match`.
 */
export function matches(match: Match, header: Header, link: LinkId, marked: boolean): boolean {
  return (
    (match.sources === undefined || addressSets.contains(match.sources, sourceOf(header))) &&
    (match.sourcePorts === undefined || portSets.contains(match.sourcePorts, header.sourcePort)) &&
    (match.destinations === undefined ||
      addressSets.contains(match.destinations, destinationOf(header))) &&
    (match.destinationPorts === undefined ||
      portSets.contains(match.destinationPorts, header.destinationPort)) &&
    (match.protocols === undefined || match.protocols.includes(header.protocol)) &&
    (match.links === undefined || match.links.includes(link)) &&
    (match.marked === undefined || match.marked === marked)
  );
}
