/**
 * Connections at the edges of what a cluster mentions: uniformly random ones meet nothing.
 */
import fc from "fast-check";
import { type Address, type AddressSet, LOOPBACK, addressSets } from "../../models/base/address.ts";
import type { Connection, EndpointId } from "../../models/base/connection.ts";
import {
  FAMILIES,
  type Family,
  HIGHEST_PORT,
  LOWEST_PORT,
  PROTOCOLS,
} from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import {
  type Cluster,
  OUTSIDE,
  podEndpoint,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { addressesOf, endOf, outsideAddresses } from "../../models/kubernetes/ends.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { clusterArbitrary } from "./cluster-arbitrary.ts";
import {
  type AppliedRule,
  type Target,
  addressesNear,
  appliedRules,
  edgeAddresses,
  edgePorts,
  endpointsOfCluster,
  ends,
  prefixEnds,
  rulePorts,
} from "./cluster-edges.ts";
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

/**
 * A connection that its sender may send: from one of its own addresses, or from loopback to loopback.
 * Half of the destinations are something that the cluster offers (a service port, a declared port, a
 * frontend), the others an edge or the neighbour of an edge of anything that it mentions.
 */
export function connectionNear(cluster: Cluster): fc.Arbitrary<Connection> {
  const rules = appliedRules(cluster);
  return rules.length === 0
    ? connectionAnywhere(cluster)
    : fc.oneof(
        { weight: 2, arbitrary: connectionAnywhere(cluster) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...rules).chain((rule) => connectionAtRule(cluster, rule)),
        },
      );
}

/** A connection of which `applied` could be the rule that decides. */
function connectionAtRule(cluster: Cluster, applied: AppliedRule): fc.Arbitrary<Connection> {
  const { pod, direction, rule } = applied;
  if (direction === "ingress") {
    const targets = pod.addresses.flatMap((destination) =>
      rulePorts(rule, pod).map((at) => ({ destination, ...at })),
    );
    const others = endpointsOfCluster(cluster).filter((id) => id !== podEndpoint(pod));
    return fc.constantFrom(...others).chain((from) => connectionFrom(cluster, from, targets));
  }
  const blocks = (rule.peers === "any" ? [] : rule.peers).flatMap((peer) =>
    peer.kind === "pods" ? [] : [peer.cidr, ...peer.except],
  );
  const edges = addressesNear(blocks.flatMap((prefix) => prefixEnds(prefix)));
  const called = cluster.pods.filter((other) => other !== pod);
  const targets = [
    ...edges.flatMap((destination) =>
      rulePorts(rule, undefined).map((at) => ({ destination, ...at })),
    ),
    ...called.flatMap((other) =>
      other.addresses.flatMap((destination) =>
        rulePorts(rule, other).map((at) => ({ destination, ...at })),
      ),
    ),
  ];
  return connectionFrom(cluster, podEndpoint(pod), targets);
}

function connectionAnywhere(cluster: Cluster): fc.Arbitrary<Connection> {
  const named = endpointsOfCluster(cluster);
  const sender = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...named) },
    { weight: 3, arbitrary: fc.constantFrom(...cluster.pods.map(podEndpoint), OUTSIDE) },
    { weight: 1, arbitrary: fc.constant(OUTSIDE) },
  );
  return sender.chain((from) => connectionFrom(cluster, from));
}

/** Like `connectionNear`, sent by `from`; to one of `targets` if any of its families is among them. */
function connectionFrom(
  cluster: Cluster,
  from: EndpointId,
  targets: readonly Target[] = [],
): fc.Arbitrary<Connection> {
  const own = addressesOf(cluster, endOf(cluster, from));
  const families = FAMILIES.filter((family) => own[family].length > 0);
  const inUse = families.filter((f) => cluster.podCidrs.some((p) => p.family === f));
  return fc
    .constantFrom(...(inUse.length > 0 ? inUse : families))
    .chain((family) =>
      fc.tuple(
        targetAmong(cluster, family, own, targets),
        sourceNear(cluster, family, own),
        fc.nat(3),
        sourcePort(cluster),
      ),
    )
    .map(([{ destination, protocol, port: destinationPort }, source, coin, ownPort]) => {
      const looped = addressSets.contains(LOOPBACK, destination) && coin > 0;
      return {
        from,
        family: destination.family,
        protocol,
        source: looped ? destination.bits : source.bits,
        sourcePort: ownPort,
        destination: destination.bits,
        destinationPort,
      };
    });
}

/** A port that no frontend of which nothing is known claims: a reply to there would be anybody's. */
function sourcePort({ frontends }: Cluster): fc.Arbitrary<number> {
  const isClaimed = (number: number): boolean =>
    frontends.some(({ ports }) => portSets.contains(ports, number));
  return port().map((number) => (isClaimed(number) ? 50_000 : number));
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

function targetAmong(
  cluster: Cluster,
  family: Family,
  own: AddressSet,
  targets: readonly Target[],
): fc.Arbitrary<Target> {
  const ofFamily = targets.filter((target) => target.destination.family === family);
  return ofFamily.length > 0 ? fc.constantFrom(...ofFamily) : targetNear(cluster, family, own);
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
    ...offered(serviceTargets(cluster), 7),
    ...offered(declaredTargets(cluster), 3),
    ...offered(hostPortTargets(cluster), 3),
    ...offered(frontendTargets(cluster), 3),
    ...offered(podTargets(cluster), 4),
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
  const nodes = cluster.nodes.flatMap(ownAddressesOf);
  return cluster.services.flatMap((service) => {
    const { addresses, externalAddresses = [], balancer } = service;
    const own = [...addresses, ...externalAddresses, ...(balancer?.addresses ?? [])];
    return service.ports.flatMap(({ protocol, port: number, nodePort }) => [
      ...own.map((destination) => ({ destination, protocol, port: number })),
      ...(nodePort === undefined
        ? []
        : nodes.map((destination) => ({ destination, protocol, port: nodePort }))),
    ]);
  });
}

function declaredTargets(cluster: Cluster): readonly Target[] {
  return cluster.pods.flatMap((pod) =>
    pod.addresses.flatMap((destination) =>
      pod.containers.flatMap((container) =>
        container.ports.map(({ protocol, number }) => ({ destination, protocol, port: number })),
      ),
    ),
  );
}

function hostPortTargets(cluster: Cluster): readonly Target[] {
  return cluster.pods.flatMap(({ node, hostPorts = [] }) => {
    const at = cluster.nodes.filter(({ name }) => name === node).flatMap(ownAddressesOf);
    return hostPorts.flatMap(({ protocol, number }) =>
      at.map((destination) => ({ destination, protocol, port: number })),
    );
  });
}

/** Every pod at every port that any policy or container mentions. */
function podTargets(cluster: Cluster): readonly Target[] {
  const ports = edgePorts(cluster);
  return cluster.pods.flatMap((pod) =>
    pod.addresses.flatMap((destination) =>
      PROTOCOLS.flatMap((protocol) => ports.map((port) => ({ destination, protocol, port }))),
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

export { edgeAddresses, edgePorts, endpointsOfCluster } from "./cluster-edges.ts";
