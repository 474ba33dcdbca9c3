/**
 * A concrete cluster: everything is placed and has its addresses. What an input leaves open is told
 * apart in `unknowns`; a Cluster itself leaves nothing open.
 */
import type { Address, AddressSet, Prefix } from "../base/address.ts";
import type { Family, Protocol } from "../base/family.ts";
import type { PortSet } from "../base/interval-set.ts";
import type { Origin } from "../base/origin.ts";
import type { ContainerTexts, ExternalName, NameSettings, PodNames } from "./name-facts.ts";
import type { IngressPlane } from "./ingress-plane.ts";
import type { NetworkPolicy } from "./policy.ts";
import type { Labels } from "./selector.ts";
import type { StorageFacts } from "./storage.ts";

/** `namespace/name`. */
export type PodId = string;

/** @invariant labels hold `kubernetes.io/metadata.name` (S2.10) */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
  /** Absent when no input defines it. */
  readonly origin?: Origin;
}

/**
 * A machine. `addresses` are those by which the cluster knows it, and which it puts in place of others'; each
 * list holds at most one address of each family, but `further`.
 */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly Address[];
  /** Its own addresses beyond those, as of further interfaces. Absent: none. */
  readonly further?: readonly Address[];
  /** Of the bridge to which its pods are attached; absent: they are attached one by one. */
  readonly bridge?: readonly Address[];
  /** Of its end of the overlay by which it reaches pods of other nodes; absent: there is none. */
  readonly tunnel?: readonly Address[];
  readonly podCidrs: readonly Prefix[];
  readonly origin?: Origin;
}

/** The addresses of a node, on all its sides. */
type NodeAddresses = Pick<Node, "addresses" | "further" | "bridge" | "tunnel">;

/** A declared port of a container. Declares, never opens or closes (S1.11). */
export interface ContainerPort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly number: number;
  readonly origin: Origin;
}

/** A container; `sidecar` is an init container that keeps running (restartPolicy Always). */
export interface Container {
  readonly name: string;
  readonly kind: "regular" | "init" | "sidecar";
  readonly ports: readonly ContainerPort[];
  /** Its environment and command; absent: it states none. */
  readonly texts?: ContainerTexts;
  readonly origin: Origin;
}

/** A port of the pod's node that leads to the pod: at one address of the node, or at all. */
export interface HostPort {
  readonly protocol: Protocol;
  readonly number: number;
  readonly address?: Address;
  /** The family of the addresses that it is at; absent: both. */
  readonly family?: Family;
  /** The port of the pod. */
  readonly target: number;
  readonly origin: Origin;
}

/** The workload that made a pod; a bare pod is its own (`kind` Pod). */
export interface Workload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/**
 * A pod that runs and has addresses.
 *
 * @invariant addresses hold at most one of each family, at least one; a host-network pod has its node's
 */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly workload: Workload;
  /** The pod's own labels, those that controllers add included (S2.2). */
  readonly labels: Labels;
  readonly node: string;
  readonly hostNetwork: boolean;
  readonly addresses: readonly Address[];
  readonly containers: readonly Container[];
  readonly ready: boolean;
  readonly terminating: boolean;
  /**
   * The host ports that are known to lead to it; absent: none.
   *
   * @invariant of a pod whose node is certain, and whose address is if it is named; not published by a service, no endpoint of one, and no other
   * pod's of the node
   */
  readonly hostPorts?: readonly HostPort[];
  /** Its name and whom it asks for names; absent: the defaults. */
  readonly names?: PodNames;
  readonly origin: Origin;
}

/** Which endpoints a node hands connections on to: all, or only those on the node itself. */
export type TrafficPolicy = "Cluster" | "Local";

/** A port of a service. `target` is a number, or a name that each pod resolves. */
export interface ServicePort {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly target: number | string;
  /** The port of every node that leads here, if one does. */
  readonly nodePort?: number;
  readonly origin: Origin;
}

/**
 * A service with cluster addresses, or a headless one (no addresses). `selector` is absent when
 * endpoints are managed by hand: then, and in addition to selected pods, `slices` count.
 */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly selector?: Labels;
  readonly publishNotReadyAddresses: boolean;
  readonly ports: readonly ServicePort[];
  /** Its ports as stated, where `ports` are withheld because it cannot be told where they lead. */
  readonly declared?: readonly ServicePort[];
  readonly slices: readonly EndpointSlice[];
  /** For connections to its cluster addresses; absent: Cluster. */
  readonly internalTrafficPolicy?: TrafficPolicy;
  /** For connections to node ports, external and load balancer addresses; absent: Cluster. */
  readonly externalTrafficPolicy?: TrafficPolicy;
  /** Addresses outside the cluster that every node takes for the service's. */
  readonly externalAddresses?: readonly Address[];
  /** Addresses of a load balancer that hands packets to nodes as they are, and that nodes take too. */
  readonly balancer?: Balancer;
  readonly origin: Origin;
}

/** A load balancer in front of a service. */
export interface Balancer {
  readonly addresses: readonly Address[];
  /** The sources that it serves, by family; a family without entry is served whole. */
  readonly sources: readonly Prefix[];
}

/** The zones, and the nodes by name, whose clients should use an endpoint; an empty list says nothing. */
export interface TopologyHints {
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}

/** Endpoints written by hand (EndpointSlice, or Endpoints that are mirrored into one). */
export interface EndpointSlice {
  readonly family: Family;
  readonly endpoints: readonly {
    readonly address: Address;
    readonly ready: boolean;
    /** Its name below a headless service. */
    readonly hostname?: string;
    /** Whether it still answers while it terminates; absent: not so. */
    readonly servesTerminating?: boolean;
    /** The node on which it is; absent: on none that a proxy would call its own. */
    readonly node?: string;
    /** For whom it is kept; absent: for nobody in particular. */
    readonly hints?: TopologyHints;
    readonly origin: Origin;
  }[];
  /** Joined with the service's ports by name; the number is the real target. */
  readonly ports: readonly {
    readonly name?: string;
    readonly protocol: Protocol;
    readonly number: number;
  }[];
  readonly origin: Origin;
}

/** Addresses and ports that frontends not yet modelled claim: what happens there is not known. */
export interface UnmodelledFrontend {
  readonly addresses: AddressSet;
  readonly protocol: Protocol;
  /** One port, or all that a node port which was not stated could be. */
  readonly ports: PortSet;
  /** The name that a service gives the port at its own address. */
  readonly portName?: string;
  /** The diagnostic that names it. */
  readonly code: string;
  /** What it is, e.g. `nodePort 30080 of shop/Service/web`. */
  readonly text: string;
  /** The pods to which it may lead; absent: it could be any. */
  readonly leadsTo?: readonly PodId[];
  readonly origin: Origin;
}

/**
 * A cluster.
 *
 * @invariant sorted: namespaces, nodes by name; pods, services, policies by namespace and name
 * @invariant no endpoint of a service is itself an address and port that a service publishes: a connection
 * is translated once
 */
export interface Cluster {
  readonly namespaces: readonly Namespace[];
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
  /** Second names of something; no address is theirs. */
  readonly externalNames?: readonly ExternalName[];
  /** How it names things; absent: by the documented defaults. */
  readonly naming?: NameSettings;
  readonly policies: readonly NetworkPolicy[];
  readonly frontends: readonly UnmodelledFrontend[];
  /** What containers mount; absent: nothing. No packet depends on it. */
  readonly storage?: StorageFacts;
  /** Absent: there is no Ingress. */
  readonly ingress?: IngressPlane;
  /** The blocks from which pods, services and nodes have their addresses; stated or assumed. */
  readonly podCidrs: readonly Prefix[];
  readonly serviceCidrs: readonly Prefix[];
}

/** `namespace/name` of `pod`. */
export function podId(pod: { readonly namespace: string; readonly name: string }): PodId {
  return `${pod.namespace}/${pod.name}`;
}

/** The endpoint id of a pod in connections and outcomes. */
export function podEndpoint(pod: { readonly namespace: string; readonly name: string }): string {
  return `pod:${podId(pod)}`;
}

/** Every address at which `node` itself is reached, and from which it sends; loopback not counted. */
export function ownAddressesOf(node: NodeAddresses): readonly Address[] {
  return [...knownAddressesOf(node), ...innerAddressesOf(node)];
}

/** Those of the addresses of `node` by which it is known beyond the cluster. */
export function knownAddressesOf({ addresses, further = [] }: NodeAddresses): readonly Address[] {
  return [...addresses, ...further];
}

/** Those that `node` has towards pods only. */
export function innerAddressesOf({ bridge = [], tunnel = [] }: NodeAddresses): readonly Address[] {
  return [...bridge, ...tunnel];
}

/** The endpoint id of a node: its daemons, and whatever listens on it undeclared. */
export function nodeEndpoint(node: { readonly name: string }): string {
  return `node:${node.name}`;
}

/** The endpoint id of everything outside the cluster. */
export const OUTSIDE = "outside";
