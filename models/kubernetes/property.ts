/**
 * What a property claims, as data: a domain of connections, a premise, and what must then be seen.
 */

/** A fact about the cluster itself, computed without a solver. */
export interface GroundClaim {
  readonly kind: "ground";
  readonly fact:
    | "addresses-are-unique"
    | "ports-do-not-collide"
    | "endpoints-agree"
    | "ingress-backends-exist"
    | "ingress-backends-reachable"
    | "kube-proxy-modes-agree"
    | "names-can-be-resolved";
}

/** What must be seen of every connection of a claim's domain. */
export type Expectation =
  /** It is delivered to the endpoint that has the called address, whatever the network chooses. */
  | "delivered"
  /** The receiver sees the header that was sent: no translation on the way. */
  | "header-unchanged"
  /** The receiver sees an address of the sender as the source. */
  | "source-is-sender"
  /** What is translated on no way arrives with an address of the sender as its source. */
  | "own-source-untranslated"
  /** The receiver sees the address of the client, or that of a node, as the documentation of the service says. */
  | "source-as-documented"
  /** The reply reaches the process that opened the connection, as from the address that was called. */
  | "reply-returns"
  /** It goes to an endpoint of the called service port and nowhere else. */
  | "endpoints-only"
  /** It never comes back to the same place with the same header. */
  | "no-loop"
  /** Where it is discarded, a line of a manifest says so. */
  | "discards-explained"
  /** It is delivered if and only if the documentation's definition admits it. */
  | "delivered-iff-admitted";

/** A claim about every packet of a domain. */
export interface PacketClaim {
  readonly kind: "packet";
  /**
   * Who opens the connection: containers of pods, daemons of nodes, or both; `everybody` and `pods-and-outside`:
   * also somebody outside, who calls services where they are published.
   */
  readonly senders: "pods" | "nodes" | "pods-and-nodes" | "pods-and-outside" | "everybody";
  /**
   * Whom it calls, and by which address. `service`: at its cluster address from inside, where it is published
   * from outside. `cluster-address`: pods, nodes and services at their addresses inside.
   */
  readonly receivers: "own-loopback" | "pod-address" | "service" | "cluster-address";
  /** How sender and receiver are placed. */
  readonly placement: "any" | "same-node" | "other-node";
  /** `admitted`: only connections that the definition admits; `always`: all of the domain. */
  readonly premise: "always" | "admitted";
  readonly expects: readonly Expectation[];
}

/** A property that every cluster should have. */
export interface Property {
  /** Stable, kebab-case; `netqed explain ID` explains it. */
  readonly id: string;
  readonly title: string;
  /** The claim in the notation of the network model. */
  readonly formula: string;
  /** What it means for a user, and what usually breaks it. */
  readonly explanation: string;
  /** The smallest situation that breaks it. */
  readonly broken: string;
  readonly source: string;
  /** How bad it is when it is broken; absent: an error. */
  readonly severity?: "error" | "warning";
  readonly claim: GroundClaim | PacketClaim;
}
