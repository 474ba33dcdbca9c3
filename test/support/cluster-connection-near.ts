/**
 * Connections at the edges of what a cluster mentions: uniformly random ones meet nothing.
 */
import fc from "fast-check";
import {
  type Address,
  type AddressSet,
  LOOPBACK,
  addressSets,
  prefixBits,
} from "../../models/base/address.ts";
import type { Connection, EndpointId } from "../../models/base/connection.ts";
import {
  FAMILIES,
  type Family,
  HIGHEST_PORT,
  LOWEST_PORT,
  PROTOCOLS,
  type Protocol,
  highestAddress,
} from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import {
  type Cluster,
  OUTSIDE,
  nodeEndpoint,
  podEndpoint,
} from "../../models/kubernetes/cluster.ts";
import { addressesOf, endOf, outsideAddresses } from "../../models/kubernetes/ends.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { clusterArbitrary } from "./cluster-arbitrary.ts";
import { profileArbitrary } from "./cluster-profile-arbitrary.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import { SMALL_CLUSTERS } from "./cluster-settings.ts";

/** All that a law about clusters quantifies over. */
export interface ClusterCase {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly connection: Connection;
}

/** A cluster, a profile and a connection near to that cluster. */
export function clusterCaseArbitrary(
  settings: ClusterSettings = SMALL_CLUSTERS,
): fc.Arbitrary<ClusterCase> {
  return fc
    .tuple(clusterArbitrary(settings), profileArbitrary())
    .chain(([cluster, profile]) =>
      connectionNear(cluster).map((connection) => ({ cluster, profile, connection })),
    );
}

/** Every endpoint of `cluster`: pods, nodes, the outside. */
export function endpointsOfCluster(cluster: Cluster): readonly EndpointId[] {
  return [...cluster.pods.map(podEndpoint), ...cluster.nodes.map(nodeEndpoint), OUTSIDE];
}

/** Where a connection goes. */
interface Target {
  readonly destination: Address;
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * A connection that its sender may send: from one of its own addresses, or from loopback to loopback.
 * Half of the destinations are something that the cluster offers (a service port, a declared port, a
 * frontend), the others an edge or the neighbour of an edge of anything that it mentions.
 */
export function connectionNear(cluster: Cluster): fc.Arbitrary<Connection> {
  const named = endpointsOfCluster(cluster);
  const sender = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...named) },
    { weight: 1, arbitrary: fc.constant(OUTSIDE) },
  );
  return sender.chain((from) => connectionFrom(cluster, from));
}

/** Like `connectionNear`, sent by `from`. */
export function connectionFrom(cluster: Cluster, from: EndpointId): fc.Arbitrary<Connection> {
  const own = addressesOf(cluster, endOf(cluster, from));
  const families = FAMILIES.filter((family) => own[family].length > 0);
  const inUse = families.filter((f) => cluster.podCidrs.some((p) => p.family === f));
  return fc
    .constantFrom(...(inUse.length > 0 ? inUse : families))
    .chain((family) =>
      fc.tuple(
        targetNear(cluster, family, own),
        sourceNear(cluster, family, own),
        fc.nat(3),
        port(),
      ),
    )
    .map(([{ destination, protocol, port: destinationPort }, source, coin, sourcePort]) => {
      const looped = addressSets.contains(LOOPBACK, destination) && coin > 0;
      return {
        from,
        family: destination.family,
        protocol,
        source: looped ? destination.bits : source.bits,
        sourcePort,
        destination: destination.bits,
        destinationPort,
      };
    });
}

function port(): fc.Arbitrary<number> {
  return fc.integer({ min: LOWEST_PORT, max: HIGHEST_PORT });
}

function sourceNear(cluster: Cluster, family: Family, own: AddressSet): fc.Arbitrary<Address> {
  const inOwn = edgeAddresses(cluster, family).filter((a) => addressSets.contains(own, a));
  const anywhere = fc
    .constantFrom(...own[family])
    .chain(([min, max]) => fc.bigInt({ min, max }))
    .map((bits): Address => ({ family, bits }));
  return inOwn.length === 0
    ? anywhere
    : fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom(...inOwn) },
        { weight: 1, arbitrary: anywhere },
      );
}

function targetNear(cluster: Cluster, family: Family, own: AddressSet): fc.Arbitrary<Target> {
  const offered = (targets: readonly Target[], weight: number) => {
    const ofFamily = targets.filter((t) => t.destination.family === family);
    return ofFamily.length === 0 ? [] : [{ weight, arbitrary: fc.constantFrom(...ofFamily) }];
  };
  const ownEdges = ends(own[family]).map((bits): Address => ({ family, bits }));
  const outside = ends(outsideAddresses(cluster)[family]).map(
    (bits): Address => ({ family, bits }),
  );
  const loopback = ends(LOOPBACK[family]).map((bits): Address => ({ family, bits }));
  const destination = fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...edgeAddresses(cluster, family)) },
    { weight: 2, arbitrary: fc.constantFrom(...outside) },
    { weight: 1, arbitrary: fc.constantFrom(...ownEdges) },
    { weight: 1, arbitrary: fc.constantFrom(...loopback) },
  );
  return fc.oneof(
    ...offered(serviceTargets(cluster), 3),
    ...offered(endpointTargets(cluster), 3),
    ...offered(frontendTargets(cluster), 2),
    {
      weight: 4,
      arbitrary: fc.record({
        destination,
        protocol: fc.constantFrom("TCP", ...PROTOCOLS),
        port: fc.oneof(
          { weight: 6, arbitrary: fc.constantFrom(...edgePorts(cluster)) },
          { weight: 1, arbitrary: port() },
        ),
      }),
    },
  );
}

function serviceTargets(cluster: Cluster): readonly Target[] {
  return cluster.services.flatMap((service) =>
    service.addresses.flatMap((destination) =>
      service.ports.map(({ protocol, port: number }) => ({ destination, protocol, port: number })),
    ),
  );
}

function endpointTargets(cluster: Cluster): readonly Target[] {
  return cluster.pods.flatMap((pod) =>
    pod.addresses.flatMap((destination) =>
      pod.containers.flatMap((container) =>
        container.ports.map(({ protocol, number }) => ({ destination, protocol, port: number })),
      ),
    ),
  );
}

function frontendTargets(cluster: Cluster): readonly Target[] {
  return cluster.frontends.flatMap(({ addresses, protocol, ports }) =>
    FAMILIES.flatMap((family) =>
      ends(addresses[family]).flatMap((bits) =>
        ports.flat().map((number) => ({ destination: { family, bits }, protocol, port: number })),
      ),
    ),
  );
}

function ends(bits: BitSet): readonly bigint[] {
  return bits.flat();
}

/** Every address that `cluster` mentions, the first and last of every block, and their neighbours. */
export function edgeAddresses(cluster: Cluster, family: Family): readonly Address[] {
  const prefixes = [
    ...cluster.podCidrs,
    ...cluster.serviceCidrs,
    ...cluster.nodes.flatMap((node) => node.podCidrs),
    ...cluster.policies
      .flatMap((policy) => [...policy.ingress, ...policy.egress])
      .flatMap((rule) => (rule.peers === "any" ? [] : rule.peers))
      .flatMap((peer) => (peer.kind === "pods" ? [] : [peer.cidr, ...peer.except])),
  ].filter((prefix) => prefix.family === family);
  const single = [
    ...[...cluster.pods, ...cluster.nodes, ...cluster.services].flatMap((o) => o.addresses),
    ...cluster.services.flatMap((s) => s.slices.flatMap((l) => l.endpoints.map((e) => e.address))),
  ].filter((address) => address.family === family);
  const bits = [
    ...prefixes.flatMap((prefix) => ends(prefixBits(prefix))),
    ...single.map((address) => address.bits),
    ...cluster.frontends.flatMap((frontend) => ends(frontend.addresses[family])),
  ];
  const near = bits.flatMap((b) => [b - 1n, b, b + 1n]);
  return [...new Set(near)]
    .filter((b) => b >= 0n && b <= highestAddress(family))
    .map((b) => ({ family, bits: b }));
}

/** Every port that `cluster` mentions, the neighbours of each, and the lowest and highest port. */
export function edgePorts(cluster: Cluster): readonly number[] {
  const rules = cluster.policies.flatMap((policy) => [...policy.ingress, ...policy.egress]);
  const mentioned = [
    ...rules
      .flatMap((rule) => (rule.ports === "any" ? [] : rule.ports))
      .flatMap(({ port: first, endPort }) => [
        ...(typeof first === "number" ? [first] : []),
        ...(endPort === undefined ? [] : [endPort]),
      ]),
    ...cluster.pods.flatMap((pod) => pod.containers.flatMap((c) => c.ports.map((p) => p.number))),
    ...cluster.services.flatMap((service) =>
      service.ports.flatMap((p) => (typeof p.target === "number" ? [p.port, p.target] : [p.port])),
    ),
    ...cluster.services.flatMap((s) => s.slices.flatMap((l) => l.ports.map((p) => p.number))),
    ...cluster.frontends.flatMap((frontend) => frontend.ports.flat()),
    LOWEST_PORT,
    HIGHEST_PORT,
  ];
  const near = mentioned.flatMap((p) => [p - 1, p, p + 1]);
  return [...new Set(near)].filter((p) => p >= LOWEST_PORT && p <= HIGHEST_PORT);
}
