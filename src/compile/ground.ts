/**
 * What all parts of one compilation share: the cluster, the reading of what is not known, and indexes.
 */
import {
  type Address,
  type AddressSet,
  addressSets,
  NO_ADDRESSES,
} from "../../models/base/address.ts";
import { type Family, FAMILIES, type Protocol } from "../../models/base/family.ts";
import { type BitSet, type PortSet, portSets } from "../../models/base/interval-set.ts";
import {
  type Cluster,
  type Node,
  type Pod,
  innerAddressesOf,
  knownAddressesOf,
  ownAddressesOf,
  podId,
} from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import type { Bound, Unknowns } from "../../models/kubernetes/unknowns.ts";
import { present } from "../base/assert.ts";
import { groupBy } from "../base/group-by.ts";
import { type Bits, addBit, bitsOf, noBits, positionsIn } from "./bits.ts";
import { allNodePortAddresses } from "./node-ports.ts";
import { type SelectorIndex, selectorIndex } from "./selector-index.ts";

/** A node with what is on it. Pods are in the order of the cluster. */
export interface Place {
  readonly node: Node;
  /** The node's own addresses, on every side. */
  readonly own: AddressSet;
  /** Those of them by which it is known beyond the cluster. */
  readonly known: AddressSet;
  /** Those that it has towards pods only: of its bridge and of its end of the overlay. */
  readonly inner: AddressSet;
  /** Pods with a network of their own. */
  readonly pods: readonly Pod[];
  readonly hostPods: readonly Pod[];
  /** The addresses of `pods`. */
  readonly podAddresses: AddressSet;
}

/** The shared view of one cluster. */
export interface Ground {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly unknowns: Unknowns;
  readonly bound: Bound;
  /** In the order of the cluster's nodes. */
  readonly places: readonly Place[];
  readonly placeByNode: ReadonlyMap<string, Place>;
  /** The addresses of each pod. */
  readonly ownByPod: ReadonlyMap<Pod, AddressSet>;
  /** Positions are those of `cluster.pods`. */
  readonly podIndex: SelectorIndex;
  /** Positions are those of `cluster.namespaces`. */
  readonly namespaceIndex: SelectorIndex;
  readonly podsByNamespace: ReadonlyMap<string, Bits>;
  /** The pods that policies speak about: those with a network of their own (S6.21). */
  readonly policyPods: Bits;
  readonly allPods: AddressSet;
  readonly allNodes: AddressSet;
  readonly allServices: AddressSet;
  /** The blocks from which pods and services have their addresses. */
  readonly blocks: AddressSet;
  /** Where nodes take node ports. */
  readonly nodePortAddresses: AddressSet;
  /** The node ports of all services. */
  readonly nodePorts: ReadonlyMap<Protocol, PortSet>;
  /** The host ports of all pods. */
  readonly hostPorts: ReadonlyMap<Protocol, PortSet>;
  /** The addresses of the pods at some positions; equal positions give the same object. */
  readonly addressesOf: (pods: Bits) => AddressSet;
}

/** The shared view of `stated`, without policies that nobody enforces. @throws InternalError when a pod is on a node that does not exist */
export function groundOf(
  stated: Cluster,
  profile: Profile,
  unknowns: Unknowns,
  bound: Bound,
): Ground {
  const cluster = profile.networkPolicy === "ignored" ? { ...stated, policies: [] } : stated;
  const { pods, nodes, namespaces, services } = cluster;
  const places = placesOf(cluster);
  const policyPods = bitsOf(
    pods.length,
    pods.flatMap((pod, position) => (pod.hostNetwork ? [] : [position])),
  );
  const podsByNamespace = new Map<string, Bits>();
  pods.forEach((pod, position) => {
    const bits = podsByNamespace.get(pod.namespace) ?? noBits(pods.length);
    podsByNamespace.set(pod.namespace, bits);
    addBit(bits, position);
  });
  const addressesOf = podAddressTable(pods);
  return {
    cluster,
    profile,
    unknowns,
    bound,
    places,
    placeByNode: new Map(places.map((place) => [place.node.name, place])),
    ownByPod: new Map(pods.map((pod) => [pod, addressSets.ofAddresses(pod.addresses)])),
    podIndex: selectorIndex(pods),
    namespaceIndex: selectorIndex(namespaces),
    podsByNamespace,
    policyPods,
    allPods: addressesOf(policyPods),
    allNodes: addressSets.ofAddresses(nodes.flatMap(ownAddressesOf)),
    allServices: addressSets.ofAddresses(services.flatMap((service) => service.addresses)),
    blocks: addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]),
    nodePortAddresses: allNodePortAddresses(cluster, profile),
    nodePorts: nodePortsOf(services),
    hostPorts: hostPortsOf(cluster, profile),
    addressesOf,
  };
}

function nodePortsOf(services: Cluster["services"]): ReadonlyMap<Protocol, PortSet> {
  return portsByProtocol(
    services
      .flatMap(({ ports }) => ports)
      .flatMap(({ protocol, nodePort }) =>
        nodePort === undefined ? [] : [{ protocol, number: nodePort }],
      ),
  );
}

function hostPortsOf({ pods }: Cluster, profile: Profile): ReadonlyMap<Protocol, PortSet> {
  if (profile.hostPorts === "none") return new Map();
  return portsByProtocol(pods.flatMap((pod) => pod.hostPorts ?? []));
}

function portsByProtocol(
  ports: readonly { readonly protocol: Protocol; readonly number: number }[],
): ReadonlyMap<Protocol, PortSet> {
  const groups = groupBy(ports, ({ protocol }) => protocol);
  return new Map(
    [...groups].map(([protocol, own]) => [
      protocol,
      portSets.of(own.map(({ number }) => [number, number])),
    ]),
  );
}

/** The node of `pod` with what is on it. */
export function placeOf(ground: Ground, pod: Pod): Place {
  return present(
    ground.placeByNode.get(pod.node),
    `pod ${podId(pod)} is on node ${pod.node}, which the cluster does not have`,
  );
}

/** The addresses of `pod`. */
export function ownAddresses(ground: Ground, pod: Pod): AddressSet {
  return present(ground.ownByPod.get(pod), `pod ${podId(pod)} is not of this cluster`);
}

/** The address of `family` among `addresses`, if there is one. */
export function addressOf(addresses: readonly Address[], family: Family): Address | undefined {
  return addresses.find((address) => address.family === family);
}

function placesOf(cluster: Cluster): readonly Place[] {
  const podsByNode = new Map<string, Pod[]>();
  for (const pod of cluster.pods) {
    const there = podsByNode.get(pod.node);
    if (there === undefined) podsByNode.set(pod.node, [pod]);
    else there.push(pod);
  }
  return cluster.nodes.map((node): Place => {
    const there = podsByNode.get(node.name) ?? [];
    const pods = there.filter((pod) => !pod.hostNetwork);
    return {
      node,
      own: addressSets.ofAddresses(ownAddressesOf(node)),
      known: addressSets.ofAddresses(knownAddressesOf(node)),
      inner: addressSets.ofAddresses(innerAddressesOf(node)),
      pods,
      hostPods: there.filter((pod) => pod.hostNetwork),
      podAddresses: addressSets.ofAddresses(pods.flatMap((pod) => pod.addresses)),
    };
  });
}

/**
 * A function from positions in `pods` to the set of their addresses. Addresses are ranked once, so that
 * a set costs a sort of small numbers and not of addresses.
 */
function podAddressTable(pods: readonly Pod[]): (pods: Bits) => AddressSet {
  const tables = FAMILIES.map((family) => rankedAddresses(pods, family));
  const known = new Map<string, AddressSet>();
  return (selected) => {
    const positions = positionsIn(selected);
    if (positions.length === 0) return NO_ADDRESSES;
    const key = selected.join(" ");
    const found = known.get(key);
    if (found !== undefined) return found;
    const [IPv4 = [], IPv6 = []] = tables.map((table) => intervalsOf(table, positions));
    const set: AddressSet = { IPv4, IPv6 };
    known.set(key, set);
    return set;
  };
}

interface RankedAddresses {
  /** Distinct addresses, ascending. */
  readonly sorted: readonly bigint[];
  /** Position of a pod → ranks of its addresses in `sorted`. */
  readonly ranksByPod: readonly (readonly number[])[];
}

function rankedAddresses(pods: readonly Pod[], family: Family): RankedAddresses {
  const bitsByPod = pods.map((pod) =>
    pod.addresses.filter((address) => address.family === family).map((address) => address.bits),
  );
  const sorted = [...new Set(bitsByPod.flat())].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rankByBits = new Map(sorted.map((bits, rank) => [bits, rank]));
  return {
    sorted,
    ranksByPod: bitsByPod.map((all) => all.map((bits) => rankByBits.get(bits) ?? 0)),
  };
}

function intervalsOf(table: RankedAddresses, positions: readonly number[]): BitSet {
  const ranks = positions.flatMap((position) => table.ranksByPod[position] ?? []);
  ranks.sort((a, b) => a - b);
  const intervals: [bigint, bigint][] = [];
  let last: [bigint, bigint] | undefined;
  for (const rank of ranks) {
    const bits = table.sorted[rank] ?? 0n;
    if (last !== undefined && bits <= last[1] + 1n) last[1] = bits;
    else {
      last = [bits, bits];
      intervals.push(last);
    }
  }
  return intervals;
}
