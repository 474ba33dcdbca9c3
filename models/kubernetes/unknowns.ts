/**
 * What an input leaves open. A cluster is one way to fill it in; an answer is decided only where every
 * way gives the same.
 */
import type { PortSet } from "../base/interval-set.ts";
import type { Origin } from "../base/origin.ts";
import type { PodId } from "./cluster.ts";
import type { Direction } from "./policy.ts";

/**
 * How something that is not modelled can change what a direction of a pod admits. `any`: admit more or
 * less. `narrow`: only admit less.
 */
export type FootprintEffect = "any" | "narrow";

/** Something not modelled, and the pods whose traffic it can touch. */
export interface Footprint {
  /** The diagnostic that names it. */
  readonly code: string;
  /** `namespace/Kind/name`. */
  readonly object: string;
  readonly origin: Origin;
  readonly pods: ReadonlySet<PodId>;
  /** Per direction; absent: that direction is untouched. */
  readonly effect: Readonly<Partial<Record<Direction, FootprintEffect>>>;
}

/**
 * The open facts. Each is an assumption that a dump of the cluster would replace.
 */
export interface Unknowns {
  /** Pods whose addresses are assumed: they could be any others of the pod CIDRs. */
  readonly podAddresses: ReadonlySet<PodId>;
  /** Nodes whose addresses are assumed: they could be any outside the pod and service CIDRs. */
  readonly nodeAddresses: ReadonlySet<string>;
  /** Nodes whose addresses towards pods are assumed: they could be any others of the pod CIDRs. */
  readonly innerAddresses: ReadonlySet<string>;
  /** Pods whose node is assumed. */
  readonly placements: ReadonlySet<PodId>;
  /** Namespaces of which only the name is known, no other label. */
  readonly namespaceLabels: ReadonlySet<string>;
  readonly footprints: readonly Footprint[];
  /** Node ports that no input states; absent: none. No outcome depends on them, only whom a number means. */
  readonly nodePorts?: {
    readonly assumed: PortSet;
    /** All that they could be instead. */
    readonly among: PortSet;
  };
}

/** Nothing is open. */
export const NO_UNKNOWNS: Unknowns = {
  podAddresses: new Set(),
  nodeAddresses: new Set(),
  innerAddresses: new Set(),
  placements: new Set(),
  namespaceLabels: new Set(),
  footprints: [],
};

/**
 * Which reading of the open facts a network stands for: the cluster as assumed, the least that can be
 * admitted, or the most. What `least` admits is certain; what `most` refuses is certain.
 */
export type Bound = "assumed" | "least" | "most";
