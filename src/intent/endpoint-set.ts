/**
 * What an endpoint stands for in one cluster: pods and nodes with the addresses by which they are meant,
 * addresses outside the cluster, and services. Set algebra member by member.
 */
import {
  type Address,
  type AddressSet,
  addressSets,
  NO_ADDRESSES,
  sameAddress,
} from "../../models/base/address.ts";
import type { PodId, ServicePort } from "../../models/kubernetes/cluster.ts";
import { compareText } from "../base/diagnostic.ts";

/** A port of a service at the service's own addresses. Headless services have none. */
export interface ServiceFrontend {
  /** `namespace/name`. */
  readonly service: string;
  /** @invariant not empty */
  readonly addresses: readonly Address[];
  readonly port: ServicePort;
  /** Where somebody outside calls it; empty where it is not published, or nothing is known of that. */
  readonly published: readonly Entrance[];
}

/** An address and port at which a service is called from outside. */
export interface Entrance {
  readonly address: Address;
  readonly port: number;
}

/**
 * A set of communication ends.
 *
 * @invariant every list of addresses is not empty; pods and nodes in the cluster's order
 */
export interface EndpointSet {
  /** The pods, and those of their addresses that are meant (all, unless addresses were named). */
  readonly pods: ReadonlyMap<PodId, readonly Address[]>;
  /** The nodes, likewise. */
  readonly nodes: ReadonlyMap<string, readonly Address[]>;
  /** Addresses that nobody in the cluster has and that are outside of its blocks. */
  readonly outside: AddressSet;
  /** Sorted by service, then in the order of its ports. */
  readonly services: readonly ServiceFrontend[];
}

/** The set without members. */
export const NO_ENDPOINTS: EndpointSet = {
  pods: new Map(),
  nodes: new Map(),
  outside: NO_ADDRESSES,
  services: [],
};

/** Whether `set` has no member. */
export function isEmptySet(set: EndpointSet): boolean {
  return (
    set.pods.size === 0 &&
    set.nodes.size === 0 &&
    set.services.length === 0 &&
    addressSets.isEmpty(set.outside)
  );
}

type AddressLists = (
  a: readonly Address[] | undefined,
  b: readonly Address[] | undefined,
) => readonly Address[];

const both: AddressLists = (a = [], b = []) => [
  ...a,
  ...b.filter((x) => !a.some((y) => sameAddress(x, y))),
];
const shared: AddressLists = (a = [], b = []) => a.filter((x) => b.some((y) => sameAddress(x, y)));
const without: AddressLists = (a = [], b = []) =>
  a.filter((x) => !b.some((y) => sameAddress(x, y)));

/** Operations on sets of the same cluster; `order` is its pods and nodes, as `EndpointSet` lists them. */
export interface EndpointOrder {
  readonly pods: readonly PodId[];
  readonly nodes: readonly string[];
}

/** Whoever is in `a` or in `b`. */
export function unionOf(a: EndpointSet, b: EndpointSet, order: EndpointOrder): EndpointSet {
  return memberwise(a, b, order, both, addressSets.union);
}

/** Whoever is in `a` and in `b`. */
export function intersectionOf(a: EndpointSet, b: EndpointSet, order: EndpointOrder): EndpointSet {
  return memberwise(a, b, order, shared, addressSets.intersect);
}

/** Whoever is in `a` and not in `b`. */
export function differenceOf(a: EndpointSet, b: EndpointSet, order: EndpointOrder): EndpointSet {
  return memberwise(a, b, order, without, addressSets.subtract);
}

function memberwise(
  a: EndpointSet,
  b: EndpointSet,
  order: EndpointOrder,
  addresses: AddressLists,
  outside: (x: AddressSet, y: AddressSet) => AddressSet,
): EndpointSet {
  return {
    pods: mapwise(a.pods, b.pods, order.pods, addresses),
    nodes: mapwise(a.nodes, b.nodes, order.nodes, addresses),
    outside: outside(a.outside, b.outside),
    services: servicewise(a.services, b.services, addresses),
  };
}

function mapwise(
  a: ReadonlyMap<string, readonly Address[]>,
  b: ReadonlyMap<string, readonly Address[]>,
  order: readonly string[],
  addresses: AddressLists,
): ReadonlyMap<string, readonly Address[]> {
  const result = new Map<string, readonly Address[]>();
  for (const member of order) {
    const kept = addresses(a.get(member), b.get(member));
    if (kept.length > 0) result.set(member, kept);
  }
  return result;
}

/** Frontends are compared port by port. */
function servicewise(
  a: readonly ServiceFrontend[],
  b: readonly ServiceFrontend[],
  addresses: AddressLists,
): readonly ServiceFrontend[] {
  const rest = b.filter((frontend) => !a.some((other) => sameFrontend(frontend, other)));
  const merged = [...a, ...rest].map((frontend): ServiceFrontend => {
    const ofA = a.find((other) => sameFrontend(frontend, other))?.addresses;
    const ofB = b.find((other) => sameFrontend(frontend, other))?.addresses;
    return { ...frontend, addresses: addresses(ofA, ofB) };
  });
  return merged
    .filter((frontend) => frontend.addresses.length > 0)
    .sort((x, y) => compareText(x.service, y.service));
}

function sameFrontend(a: ServiceFrontend, b: ServiceFrontend): boolean {
  return a.service === b.service && a.port === b.port;
}
