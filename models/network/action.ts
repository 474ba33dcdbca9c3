/**
 * What a rule does. A FIB delivers, forwards or discards; a hook passes, translates or discards.
 */
import type { Address } from "../base/address.ts";
import type { Provenance } from "../base/origin.ts";
import type { LinkId, ProcessId } from "./ids.ts";
import type { Header } from "./packet.ts";

/**
 * Why a packet ends without delivery. `no-route`: nothing leads there. `filtered`: a filter refuses
 * it. `rejected`: refused with an answer to the sender. `unassigned`: the address belongs to the
 * network but to nobody in it. `undefined-port`: a translated address without such a port.
 * `unmodelled`: the model does not say.
 */
export type DiscardReason =
  | "no-route"
  | "filtered"
  | "rejected"
  | "unassigned"
  | "undefined-port"
  | "unmodelled";

/** Ends the packet here. */
export interface Discard {
  readonly kind: "discard";
  readonly reason: DiscardReason;
}

/** New values for some fields; absent ones stay. Addresses are of the family of the packet. */
export interface Rewrite {
  readonly source?: Address;
  readonly destination?: Address;
  readonly destinationPort?: number;
  /** Marks the packet for as long as it is at this switch: rules there may ask for it. */
  readonly marks?: true;
  /** Who is chosen by this rewrite. */
  readonly because: Provenance;
}

/**
 * Rewrites the header by one of `rewrites` and goes on. With several the choice is the network's: any
 * of them can happen. `choice` names that decision; one packet takes it once.
 *
 * @invariant rewrites is not empty
 */
export interface Translate {
  readonly kind: "translate";
  readonly choice: string;
  readonly rewrites: readonly Rewrite[];
}

/** Lets the packet go on to the next hook. */
export interface Pass {
  readonly kind: "pass";
}

/** Hands the packet to a process of this switch. */
export interface Deliver {
  readonly kind: "deliver";
  readonly to: ProcessId;
}

/** Sends the packet across a link of this switch. */
export interface Forward {
  readonly kind: "forward";
  readonly via: LinkId;
}

/**
 * Sends the packet across one of several links of this switch: the network chooses, any can happen. As
 * with a translation, `choice` names the decision, and one packet takes it once.
 *
 * @invariant vias is not empty
 */
export interface Multipath {
  readonly kind: "multipath";
  readonly choice: string;
  readonly vias: readonly LinkId[];
}

/** What the FIB of a switch can do. */
export type FibAction = Deliver | Forward | Multipath | Discard;

/** What a hook on a link can do. */
export type HookAction = Pass | Translate | Discard;

/** `header` after `rewrite`. */
export function rewritten(header: Header, rewrite: Rewrite): Header {
  return {
    ...header,
    source: rewrite.source?.bits ?? header.source,
    destination: rewrite.destination?.bits ?? header.destination,
    destinationPort: rewrite.destinationPort ?? header.destinationPort,
  };
}
