/**
 * The intent language after reading: names of `define` are replaced by what they stand for, and every
 * part keeps its position. What the parts select is decided against a cluster, in resolve.ts.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { PortSet } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { LabelSelector } from "../../models/kubernetes/selector.ts";

/** An intent file: its properties in the order in which they are written. */
export interface IntentFile {
  readonly file: string;
  readonly properties: readonly IntentProperty[];
}

/** `error`: a refutation fails the run. `warn`: it is shown, and fails the run only when asked to. */
type IntentSeverity = "error" | "warn";

/** One property: a name, a claim, and what people want to know about it. */
export interface IntentProperty {
  readonly id: string;
  readonly claim: Claim;
  readonly severity: IntentSeverity;
  readonly why?: string;
  readonly owner?: string;
  readonly tags: readonly string[];
  /** Whether its endpoints may select nothing; otherwise that is an error. */
  readonly allowEmpty: boolean;
  /** Where the id is written. */
  readonly at: Origin;
}

/**
 * What a property claims. `allow`: for all sources and destinations (or one of them, see `Side`) every
 * port is possible. `deny`: no packet, but for the excepted flows. `only`: nothing but the listed flows
 * enters `target` (`into`) or leaves it (`outOf`); it does not claim that these work.
 */
export type Claim =
  | {
      readonly kind: "allow";
      readonly from: Side;
      readonly to: Side;
      readonly ports: PortSelection;
      readonly at: Origin;
    }
  | {
      readonly kind: "deny";
      readonly from: EndpointSpec;
      readonly to: EndpointSpec;
      readonly ports: PortSelection;
      readonly except: readonly Flow[];
      readonly at: Origin;
    }
  | {
      readonly kind: "only";
      readonly direction: "into" | "outOf";
      readonly target: EndpointSpec;
      readonly flows: readonly Flow[];
      readonly at: Origin;
    };

/** A side of `allow`: the claim holds for `all` that the endpoint selects, or for `any` one of them. */
export interface Side {
  readonly quantifier: "all" | "any";
  readonly endpoint: EndpointSpec;
}

/**
 * A flow of `except` and `flows`. An absent end is every end that the claim speaks about: in
 * `only.into` the destination is the target, in `only.outOf` the source is.
 */
export interface Flow {
  readonly from?: EndpointSpec;
  readonly to?: EndpointSpec;
  readonly ports: PortSelection;
  readonly at: Origin;
}

/** Which ports of the destination: all of all protocols, or the union of terms (not empty). */
export type PortSelection = "any" | readonly PortTerm[];

/** Ports of one protocol by number, or by a name that the destination resolves. */
export type PortTerm =
  | {
      readonly kind: "numbers";
      readonly protocol: Protocol;
      /** @invariant not empty, within 1 to 65535 */
      readonly ports: PortSet;
      readonly at: Origin;
    }
  | {
      readonly kind: "name";
      readonly protocol: Protocol;
      readonly name: string;
      readonly at: Origin;
    };

/** Who is meant: an expression, how it was written (a `define` by its name), and where. */
export interface EndpointSpec {
  readonly expression: EndpointExpression;
  readonly text: string;
  readonly at: Origin;
}

/** Sets of pods, nodes, services and addresses. */
export type EndpointExpression = EndpointAtom | EndpointCombination;

/** What selects by itself. */
export type EndpointAtom =
  /** `namespace/name` or `namespace/Kind/name`: the pods of a workload, or one pod. */
  | {
      readonly kind: "workload";
      readonly namespace: string;
      /** As in manifests, e.g. StatefulSet or Pod; absent: any kind. */
      readonly workloadKind?: string;
      readonly name: string;
    }
  /** `namespace/*`: every pod of the namespace. */
  | { readonly kind: "namespace"; readonly namespace: string }
  /** Pods by their own labels. */
  | { readonly kind: "labels"; readonly selector: LabelSelector }
  /** Pods by the labels of their namespace. */
  | { readonly kind: "namespaceLabels"; readonly selector: LabelSelector }
  /** `svc:namespace/name` or with a port by number or name: a service's cluster addresses. */
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly name: string;
      readonly port?: number | string;
    }
  /** Addresses, and whoever has them. */
  | { readonly kind: "addresses"; readonly prefixes: readonly Prefix[] }
  /** `internet`: outside the cluster and outside private, link-local and shared ranges. */
  | { readonly kind: "internet" }
  /** `external`: everything outside the cluster. */
  | { readonly kind: "external" }
  /** `cluster` and `*`: every workload; host-network pods and nodes are not among them. */
  | { readonly kind: "cluster" }
  /** `nodes`: the machines, with what runs on their own addresses. */
  | { readonly kind: "nodes" }
  /** `node:name`: one machine. */
  | { readonly kind: "node"; readonly name: string };

/** What combines the selections of others. */
export type EndpointCombination =
  /** A list: whoever at least one member selects. @invariant not empty */
  | { readonly kind: "union"; readonly members: readonly EndpointSpec[] }
  /** A map: whoever every member selects. @invariant not empty */
  | { readonly kind: "intersection"; readonly members: readonly EndpointSpec[] }
  /** `not:` beside other keys takes away from what they select; alone, from every workload. */
  | {
      readonly kind: "difference";
      readonly from: EndpointSpec | "cluster";
      readonly without: EndpointSpec;
    };
