/**
 * The packets of an intent: who may be called by whom, as explorations of one network, one for each
 * sender and called address.
 */
import { entrances } from "../intent/resolve.ts";
import type { Address } from "../../models/base/address.ts";
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import {
  type Cluster,
  OUTSIDE,
  ownAddressesOf,
  podId,
  type Service,
} from "../../models/kubernetes/cluster.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import type { EndpointSet } from "../intent/endpoint-set.ts";
import type { Exploration, Path } from "../smt/path.ts";
import type { Sender } from "./ends.ts";
import { outsideAddresses } from "./outside-parts.ts";
import type { Prover } from "./prover.ts";
import type { Subject } from "./subject.ts";

/** Where a delivered packet went: to an owner of an address, or to an address outside. */
export interface Arrival {
  readonly endpoint: EndpointId;
  /** The address that received it. */
  readonly address: Address;
}

/** One exploration: everything that one sender can send to one address. */
export interface Flow {
  readonly sender: Sender;
  readonly destination: Address;
  readonly exploration: Exploration;
}

/**
 * Everything that `senders` can send to `targets`: to their own addresses and to every service that has
 * one of them as an endpoint. A pod and itself are left out. `cuts` tell outside addresses apart.
 */
export function* flowsTo(
  subject: Subject,
  prover: Prover,
  senders: readonly Sender[],
  targets: EndpointSet,
  cuts: readonly AddressSet[],
): Generator<Flow> {
  const own = ownDestinations(subject, targets, cuts);
  const called = [...own, ...publishedAddresses(subject.cluster, targets)];
  for (const sender of senders) {
    for (const { owner, address } of called) {
      if (address.family !== sender.source.family || owner === sender.endpoint) continue;
      if (sender.endpoint === OUTSIDE && owner === OUTSIDE) continue;
      yield flowOf(prover, sender, address);
    }
  }
}

/** The exploration of what `sender` sends to `destination`. */
export function flowOf(prover: Prover, sender: Sender, destination: Address): Flow {
  const { source } = sender;
  const exploration = prover.explorer.paths(sender.process, {
    family: source.family,
    sources: [[source.bits, source.bits]],
    destinations: [[destination.bits, destination.bits]],
  });
  return { sender, destination, exploration };
}

/** An address that can be called, and who has it. */
export interface Called {
  readonly owner?: EndpointId;
  readonly address: Address;
}

/** The addresses of pods and nodes in `targets`, and one of each part of the outside (see `sendersOf`). */
export function ownDestinations(
  subject: Subject,
  targets: EndpointSet,
  cuts: readonly AddressSet[] = [],
): readonly Called[] {
  const pods = [...targets.pods].flatMap(([pod, addresses]) =>
    addresses.map((address) => ({ owner: `pod:${pod}`, address })),
  );
  const nodes = [...targets.nodes].flatMap(([node, addresses]) =>
    addresses.map((address) => ({ owner: `node:${node}`, address })),
  );
  const outside = outsideAddresses(subject, targets.outside, cuts).map((address) => ({
    owner: OUTSIDE,
    address,
  }));
  return [...pods, ...nodes, ...outside];
}

/**
 * The addresses of every service that may lead to one of `targets`, and of the services among them: the
 * cluster's own, and those at which it is published; and the nodes of those that have host ports.
 */
function publishedAddresses(cluster: Cluster, targets: EndpointSet): readonly Called[] {
  const named = targets.services.flatMap(({ addresses, published }) => [
    ...addresses,
    ...published.map(({ address }) => address),
  ]);
  const leading = cluster.services
    .filter((service) => leadsTo(cluster, service, targets))
    .flatMap((service) => [
      ...service.addresses,
      ...service.ports.flatMap((port) =>
        entrances(cluster, service, port).map(({ address }) => address),
      ),
    ]);
  const seen = new Set<string>();
  const hosts = new Set(
    cluster.pods
      .filter((pod) => (pod.hostPorts ?? []).length > 0 && targets.pods.has(podId(pod)))
      .map(({ node }) => node),
  );
  const mapping = cluster.nodes.filter(({ name }) => hosts.has(name)).flatMap(ownAddressesOf);
  return [...named, ...leading, ...mapping]
    .filter(({ family, bits }) => {
      const key = `${family} ${String(bits)}`;
      const fresh = !seen.has(key);
      seen.add(key);
      return fresh;
    })
    .map((address) => ({ address }));
}

function leadsTo(cluster: Cluster, service: Service, targets: EndpointSet): boolean {
  const addresses = addressesOf(targets);
  // Those on one node can be others than those of the cluster: the ready ones come first, there and here.
  const isPublished =
    service.externalTrafficPolicy === "Local" || service.internalTrafficPolicy === "Local";
  const places = isPublished ? [undefined, ...cluster.nodes.map(({ name }) => name)] : [undefined];
  return FAMILIES.some((family) =>
    service.ports.some((port) =>
      places.some((node) =>
        endpoints(cluster, service, port, family, node).some(({ address }) =>
          addressSets.contains(addresses, address),
        ),
      ),
    ),
  );
}

/** Every address of the pods, nodes and outside ranges of `set`. */
function addressesOf(set: EndpointSet): AddressSet {
  const own = [...set.pods.values(), ...set.nodes.values()].flat();
  return addressSets.union(addressSets.ofAddresses(own), set.outside);
}

/** Where the packets of a delivered path arrive; undefined for others, or where it is not one address. */
export function arrivalOf(prover: Prover, family: Family, path: Path): Arrival | undefined {
  const { verdict, header } = path;
  if (verdict.kind !== "delivered" || header.destination.kind !== "bits") return undefined;
  const endpoint = prover.network.processes.get(verdict.to)?.endpoint ?? verdict.to;
  return { endpoint, address: { family, bits: header.destination.value } };
}
