/**
 * NetworkPolicy after defaulting: what it says, without how it was written.
 */
import type { Prefix } from "../base/address.ts";
import type { Protocol } from "../base/family.ts";
import type { Origin } from "../base/origin.ts";
import type { LabelSelector } from "./selector.ts";

/** The two directions in which a pod can be isolated. */
export type Direction = "ingress" | "egress";

/**
 * A policy. `podSelector` ranges over the pods of its namespace; `isolates` are its policyTypes after
 * defaulting.
 */
export interface NetworkPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  readonly isolates: readonly Direction[];
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
  readonly origin: Origin;
  /** The line that isolates in each direction: `policyTypes`' item, else the section, else the spec. */
  readonly isolationOrigin: Readonly<Record<Direction, Origin>>;
}

/** One rule: any of the peers and any of the ports. An absent or empty list admits all. */
export interface PolicyRule {
  readonly peers: readonly Peer[] | "any";
  readonly ports: readonly PolicyPort[] | "any";
  readonly origin: Origin;
}

/** Whom a rule names: pods by labels, or addresses. */
export type Peer =
  | {
      readonly kind: "pods";
      /** Absent: every pod of the namespaces. */
      readonly podSelector?: LabelSelector;
      /** Absent: the policy's own namespace. */
      readonly namespaceSelector?: LabelSelector;
      readonly origin: Origin;
    }
  | {
      readonly kind: "ipBlock";
      readonly cidr: Prefix;
      readonly except: readonly Prefix[];
      readonly origin: Origin;
    };

/** Destination ports of one protocol: all of them, one by number or name, or a range. */
export interface PolicyPort {
  readonly protocol: Protocol;
  /** A number, or a name that the destination pod resolves; absent: every port. */
  readonly port?: number | string;
  /** The end of the range that a numeric `port` begins, inclusive. */
  readonly endPort?: number;
  readonly origin: Origin;
}
