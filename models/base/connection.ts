/**
 * A connection attempt and what becomes of it: the vocabulary that the two levels of meaning share.
 */
import type { Address } from "./address.ts";
import type { Family, Protocol } from "./family.ts";

/**
 * Who communicates. Opaque here; written by the compiler as `pod:namespace/name`, `node:name` or
 * `outside`.
 */
export type EndpointId = string;

/** The first packet of a connection, and the endpoint whose process sends it. */
export interface Connection {
  readonly from: EndpointId;
  readonly family: Family;
  readonly protocol: Protocol;
  readonly source: bigint;
  readonly sourcePort: number;
  readonly destination: bigint;
  readonly destinationPort: number;
}

/** What becomes of a first packet, as its sender can tell. */
export type Fate = "delivered" | "rejected" | "dropped" | "no-route" | "looped" | "undecided";

/** What becomes of the reply: it comes back as from the address and port that were called, or not. */
export type ReplyFate = "returned" | "altered" | "lost";

/**
 * Whether a connection by this protocol is opened by an answer: without it no data is sent. A datagram of UDP is
 * of use by itself.
 *
 * @source https://www.rfc-editor.org/rfc/rfc9293#section-3.5 (TCP: the handshake)
 * @source https://www.rfc-editor.org/rfc/rfc9260#section-5.1 (SCTP: INIT is acknowledged)
 * @source https://www.rfc-editor.org/rfc/rfc768 (UDP)
 */
export const EXPECTS_REPLY: Readonly<Record<Protocol, boolean>> = {
  TCP: true,
  UDP: false,
  SCTP: true,
};

/**
 * One possible outcome of a connection; a load balancer's choice makes several. Two levels of meaning
 * agree iff they give equal sets of these.
 */
export interface Outcome {
  readonly fate: Fate;
  /** The receiving endpoint; present iff delivered. */
  readonly to?: EndpointId;
  /** The destination after the last translation: the candidate that was chosen. */
  readonly candidate: Address;
  /** The destination port after the last translation. */
  readonly port: number;
  /** The source that the receiver sees; present iff delivered inside the cluster. */
  readonly sourceSeen?: Address;
  /** Present iff delivered. */
  readonly reply?: ReplyFate;
}

/** A canonical text of `outcome`: equal texts iff equal outcomes. For comparing sets. */
export function outcomeKey(outcome: Outcome): string {
  const address = (a: Address | undefined): string =>
    a === undefined ? "-" : `${a.family}:${a.bits.toString(16)}`;
  return [
    outcome.fate,
    outcome.to ?? "-",
    address(outcome.candidate),
    outcome.port,
    address(outcome.sourceSeen),
    outcome.reply ?? "-",
  ].join(" ");
}
