/**
 * What symbolic execution yields: the ways a packet can take, each with the condition of taking it.
 */
import type { Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { DiscardReason, FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Choices } from "../../models/network/trace.ts";
import type { SymbolicHeader } from "./symbolic-header.ts";
import type { Bool } from "./term.ts";

/** One decision on a path; as `Hop` of models/network, but one of several rules may have decided. */
export interface SymbolicHop {
  readonly at: SwitchId;
  /** `fib`, the stage of a hook, or `conntrack`. */
  readonly stage: string;
  readonly link: LinkId;
  readonly action: FibAction | HookAction;
  /** The rules that decide alike, in order; for a translation the rule that was chosen. */
  readonly because: readonly Provenance[];
  readonly before: SymbolicHeader;
  readonly after: SymbolicHeader;
}

/** How the packets of a path end. */
export type SymbolicVerdict =
  | { readonly kind: "delivered"; readonly to: ProcessId }
  | {
      readonly kind: "discarded";
      readonly at: SwitchId;
      readonly reason: DiscardReason;
      /** The rules of which one discards. */
      readonly because: readonly Provenance[];
    }
  | { readonly kind: "looped"; readonly at: SwitchId };

/** All lives of packets that take the same hops and end alike. */
export interface Path {
  /**
   * Which headers take this path, given `choices`; about the initial header only. Read it together with
   * the domain of its exploration: outside of the domain it means nothing.
   */
  readonly condition: Bool;
  /** The choices that were made: the index of the rewrite or link taken, by the name of the decision. */
  readonly choices: Choices;
  readonly verdict: SymbolicVerdict;
  /** The header at the end, in terms of the initial one. */
  readonly header: SymbolicHeader;
  readonly hops: readonly SymbolicHop[];
}

/** Which packets to explore. Absent sets mean every address. */
export interface Scope {
  readonly family: Family;
  readonly sources?: BitSet;
  readonly destinations?: BitSet;
}

/** Every path from one sender within a scope. */
export interface Exploration {
  readonly from: ProcessId;
  readonly scope: Scope;
  /** The initial header: variables named as the fields, literals where the scope leaves one value. */
  readonly header: SymbolicHeader;
  /**
   * That a header is in the scope and that the sender may send it: own source address or loopback, a
   * protocol of the domain, ports 1 to 65535.
   *
   * @law holds exactly of the headers of the scope for which `sends` of models/network holds
   */
  readonly domain: Bool;
  /**
   * For each header of the domain and each admissible choice exactly one path has its condition and its
   * choices met. Paths that none takes may be among them where folding could not tell.
   */
  readonly paths: readonly Path[];
}
