/**
 * The header of a packet: the only table of fields and widths. Every encoding reads it from here.
 */
import type { Address } from "../base/address.ts";
import type { Family, Protocol } from "../base/family.ts";

/** The fields of a header that rules can match or rewrite. */
export interface Header {
  readonly family: Family;
  readonly protocol: Protocol;
  readonly source: bigint;
  readonly sourcePort: number;
  readonly destination: bigint;
  readonly destinationPort: number;
}

/**
 * Protocol numbers on the wire.
 *
 * @source https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml
 */
export const PROTOCOL_NUMBER: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

/**
 * Width of each field in bits, by family.
 *
 * @source https://www.rfc-editor.org/rfc/rfc791#section-3.1 (IPv4 addresses, protocol)
 * @source https://www.rfc-editor.org/rfc/rfc8200#section-3 (IPv6 addresses, next header)
 * @source https://www.rfc-editor.org/rfc/rfc9293#section-3.1 (ports)
 */
export const FIELD_WIDTH_BITS: Readonly<
  Record<Family, Readonly<Record<Exclude<keyof Header, "family">, number>>>
> = {
  IPv4: { protocol: 8, source: 32, sourcePort: 16, destination: 32, destinationPort: 16 },
  IPv6: { protocol: 8, source: 128, sourcePort: 16, destination: 128, destinationPort: 16 },
};

/** The source of `header` as an address. */
export function sourceOf(header: Header): Address {
  return { family: header.family, bits: header.source };
}

/** The destination of `header` as an address. */
export function destinationOf(header: Header): Address {
  return { family: header.family, bits: header.destination };
}

/** The header of a reply to `header`: both ends exchanged. Its own inverse. */
export function swapEnds(header: Header): Header {
  return {
    ...header,
    source: header.destination,
    sourcePort: header.destinationPort,
    destination: header.source,
    destinationPort: header.sourcePort,
  };
}

/** Whether all fields agree. */
export function sameHeader(a: Header, b: Header): boolean {
  return (
    a.family === b.family &&
    a.protocol === b.protocol &&
    a.source === b.source &&
    a.sourcePort === b.sourcePort &&
    a.destination === b.destination &&
    a.destinationPort === b.destinationPort
  );
}
