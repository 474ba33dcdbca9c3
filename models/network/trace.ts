/**
 * The recorded life of a packet: it is sent, takes hops, and ends in a verdict.
 */
import type { Provenance } from "../base/origin.ts";
import type { DiscardReason, FibAction, HookAction } from "./action.ts";
import type { LinkId, ProcessId, SwitchId } from "./ids.ts";
import type { Packet } from "./network.ts";
import type { Header } from "./packet.ts";

/**
 * One decision about the packet. `stage` is `fib` at a switch, the hook's stage on a link, or
 * `conntrack` where a known connection's reply is translated back and passes.
 */
export interface Hop {
  /** The switch at which it is decided: for a hook the switch at that end of the link. */
  readonly at: SwitchId;
  readonly stage: string;
  /** The link whose hook it is, or through which the packet entered the switch. */
  readonly link: LinkId;
  readonly action: FibAction | HookAction;
  readonly because: Provenance;
  readonly before: Header;
  readonly after: Header;
}

/** How a packet ends. `header` is the header at that moment. */
export type Verdict =
  | { readonly kind: "delivered"; readonly to: ProcessId; readonly header: Header }
  | {
      readonly kind: "discarded";
      readonly at: SwitchId;
      readonly reason: DiscardReason;
      readonly because: Provenance;
      readonly header: Header;
    }
  | { readonly kind: "looped"; readonly at: SwitchId; readonly header: Header };

/** The choices that a packet met, by the name of the decision: the index of the rewrite or link taken. */
export type Choices = Readonly<Record<string, number>>;

/** Which of `offers` was taken by `choices`, which met the decision `choice`. */
export function chosen<T>(choices: Choices, choice: string, offers: readonly T[]): T | undefined {
  // A choice may have any name, also one that every object inherits a property by.
  return Object.hasOwn(choices, choice) ? offers[choices[choice] ?? 0] : undefined;
}

/** Send·packet, the hops in order, and Recv·packet or the other end. */
export interface Trace {
  readonly packet: Packet;
  readonly hops: readonly Hop[];
  readonly verdict: Verdict;
  readonly choices: Choices;
}
