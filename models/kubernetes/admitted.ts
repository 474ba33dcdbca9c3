/**
 * The connections between two ends that are admitted, as sets: what "policy is enforced exactly" means.
 */
import { ALL_ADDRESSES, type AddressSet, NO_ADDRESSES, addressSets } from "../base/address.ts";
import type { Box } from "../base/box.ts";
import type { EndpointId } from "../base/connection.ts";
import { FAMILIES, type Family, PROTOCOLS, type Protocol } from "../base/family.ts";
import { type BitSet, type PortSet, portSets } from "../base/interval-set.ts";
import { type Cluster, type Pod, innerAddressesOf, ownAddressesOf } from "./cluster.ts";
import { type End, addressesOf, endOf, nodeOf } from "./ends.ts";
import { mappingAddresses } from "./host-port.ts";
import { ALL_PORTS, type Opening, UNRESTRICTED, openings } from "./opening.ts";
import type { Profile } from "./profile.ts";
import { takesNodePorts } from "./translation.ts";

/** A product of addresses and ports of one protocol, before it is split by family. */
interface Region {
  readonly protocol: Protocol;
  readonly sources: AddressSet;
  readonly destinations: AddressSet;
  readonly ports: PortSet;
}

/**
 * The connections that `from` opens directly to an address of `to` and that are delivered to `to`: their
 * union. Connections to an address of a service are none of them, nor are those on loopback. Boxes can
 * overlap and are in no particular order; none is empty.
 *
 * @throws when the cluster lacks `from` or `to`
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.33, S6.34)
 * @law admitted agrees with admits (A1′)
 */
export function admitted(
  cluster: Cluster,
  profile: Profile,
  from: EndpointId,
  to: EndpointId,
): readonly Box[] {
  const sender = endOf(cluster, from);
  const receiver = endOf(cluster, to);
  if (sender === undefined) throw new Error(`the cluster has no endpoint ${from}`);
  if (receiver === undefined) throw new Error(`the cluster has no endpoint ${to}`);
  if (sender.kind === "outside" && receiver.kind === "pod" && !profile.outsideRoutesToPods) {
    return [];
  }
  const offered = regionsOf(cluster, sender, receiver).flatMap((region) =>
    receiver.kind === "outside"
      ? pastGateway(cluster, profile, sender, region)
      : sender.kind === "outside"
        ? [routedInward(cluster, profile, region)]
        : [region],
  );
  // A pod that calls its own address stays in the pod: no policy, no frontend (S6.23).
  if (sender.kind === "pod" && from === to) return offered.flatMap(boxesOf);
  const leaving =
    sender.kind === "pod"
      ? openings(cluster, profile, sender.pod, "egress", receiver)
      : UNRESTRICTED;
  const entering =
    receiver.kind === "pod"
      ? openings(cluster, profile, receiver.pod, "ingress", sender)
      : UNRESTRICTED;
  return offered
    .flatMap((region) => leaving.flatMap((opening) => through(region, opening, "destinations")))
    .flatMap((region) => entering.flatMap((opening) => through(region, opening, "sources")))
    .flatMap((region) => withoutFrontends(claims(cluster, profile, sender), region))
    .flatMap(boxesOf);
}

/**
 * The part of `region` towards the outside that the gateway lets through: what it knows the source of, or
 * where the node puts the address by which it is known in place of one that is not.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
function pastGateway(
  cluster: Cluster,
  profile: Profile,
  sender: End,
  region: Region,
): readonly Region[] {
  if (profile.outsideRoutesToPods || sender.kind === "outside") return [region];
  const node = sender.kind === "pod" ? nodeOf(cluster, sender.pod) : sender.node;
  if (node === undefined) return [];
  const unknown = sender.kind === "pod" ? region.sources : innerAddresses(cluster);
  const known = addressSets.subtract(region.sources, unknown);
  const excepted = addressSets.ofPrefixes(profile.nonMasqueradeCIDRs);
  const rest = profile.masqueradeOutside
    ? addressSets.subtract(region.destinations, excepted)
    : NO_ADDRESSES;
  const replaced = (family: Family): BitSet =>
    node.addresses.some((address) => address.family === family) ? rest[family] : [];
  // Of its own addresses, the node replaces those that it takes for a pod's.
  const taken = sender.kind === "pod" ? ALL_ADDRESSES : addressSets.ofPrefixes(cluster.podCidrs);
  return [
    { ...region, sources: known },
    {
      ...region,
      sources: addressSets.intersect(addressSets.intersect(region.sources, unknown), taken),
      destinations: { IPv4: replaced("IPv4"), IPv6: replaced("IPv6") },
    },
  ];
}

/** The part of `region` to a node that the outside has a route to. */
function routedInward(cluster: Cluster, profile: Profile, region: Region): Region {
  if (profile.outsideRoutesToPods) return region;
  const inner = innerAddresses(cluster);
  return { ...region, destinations: addressSets.subtract(region.destinations, inner) };
}

function innerAddresses(cluster: Cluster): AddressSet {
  return addressSets.ofAddresses(cluster.nodes.flatMap(innerAddressesOf));
}

/** Everything that `sender` could address to `receiver` and that `receiver` would receive. */
function regionsOf(cluster: Cluster, sender: End, receiver: End): readonly Region[] {
  const sources = addressesOf(cluster, sender);
  const destinations = addressesOf(cluster, receiver);
  return PROTOCOLS.map((protocol) => ({
    protocol,
    sources,
    destinations,
    ports: receivedPorts(cluster, receiver, protocol),
  }));
}

/**
 * The ports of `protocol` on which `receiver` itself receives at its addresses. On a node each port
 * belongs to the first host-network pod that declares it, and every other to the node.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.hostNetwork; S1.8)
 */
function receivedPorts(cluster: Cluster, receiver: End, protocol: Protocol): PortSet {
  if (receiver.kind !== "node") return ALL_PORTS;
  const sharing = cluster.pods.filter((pod) => pod.hostNetwork && pod.node === receiver.node.name);
  const own = receiver.pod;
  if (own === undefined) {
    return portSets.subtract(ALL_PORTS, declaredPorts(sharing, protocol));
  }
  const earlier = sharing.slice(0, sharing.indexOf(own));
  return portSets.subtract(declaredPorts([own], protocol), declaredPorts(earlier, protocol));
}

function declaredPorts(pods: readonly Pod[], protocol: Protocol): PortSet {
  const declared = pods.flatMap((pod) => pod.containers.flatMap((container) => container.ports));
  return portSets.of(
    declared.filter((port) => port.protocol === protocol).map((port) => [port.number, port.number]),
  );
}

/** The part of `region` that passes `opening`, whose peers are the region's `side`. */
function through(
  region: Region,
  opening: Opening,
  side: "sources" | "destinations",
): readonly Region[] {
  if (region.protocol !== opening.protocol) return [];
  return [
    {
      ...region,
      [side]: addressSets.intersect(region[side], opening.peers),
      ports: portSets.intersect(region.ports, opening.ports),
    },
  ];
}

interface Claim {
  readonly addresses: AddressSet;
  readonly protocol: Protocol;
  readonly ports: PortSet;
}

/** Addresses and ports at which somebody else answers to `sender` than who has the address. */
function claims(cluster: Cluster, profile: Profile, sender: End): readonly Claim[] {
  const nodes = addressSets.ofAddresses(
    cluster.nodes.flatMap((node) =>
      ownAddressesOf(node).filter((address) => takesNodePorts(profile, node, address)),
    ),
  );
  const published = cluster.services.flatMap((service) => {
    const own = [...(service.externalAddresses ?? []), ...(service.balancer?.addresses ?? [])];
    const addresses = addressSets.ofAddresses(own);
    return service.ports.flatMap(({ protocol, port, nodePort }) => [
      { addresses, protocol, ports: portSets.of([[port, port]]) },
      ...(nodePort === undefined
        ? []
        : [{ addresses: nodes, protocol, ports: portSets.of([[nodePort, nodePort]]) }]),
    ]);
  });
  const isLocal = profile.kubeProxyMode === "ipvs" && sender.kind !== "outside";
  return [
    ...cluster.frontends,
    ...published,
    ...hostPorts(cluster, profile),
    ...(isLocal ? everyPortPublished(cluster) : []),
  ];
}

/**
 * Every port of the addresses that services publish, of those that nobody inside has: in the mode ipvs they
 * are local on every node (S4.27).
 */
function everyPortPublished(cluster: Cluster): readonly Claim[] {
  const published = cluster.services.flatMap(({ externalAddresses = [], balancer }) => [
    ...externalAddresses,
    ...(balancer?.addresses ?? []),
  ]);
  const owned = [
    ...cluster.nodes.flatMap(ownAddressesOf),
    ...cluster.pods.flatMap((pod) => pod.addresses),
  ];
  const addresses = addressSets.subtract(
    addressSets.ofAddresses(published),
    addressSets.ofAddresses(owned),
  );
  return PROTOCOLS.map((protocol) => ({ addresses, protocol, ports: ALL_PORTS }));
}

/** The host ports that lead from nodes to pods. */
function hostPorts(cluster: Cluster, profile: Profile): readonly Claim[] {
  if (profile.hostPorts === "none") return [];
  return cluster.pods.flatMap((pod) => {
    const node = pod.hostNetwork ? undefined : nodeOf(cluster, pod);
    if (node === undefined) return [];
    return (pod.hostPorts ?? []).map((mapped) => ({
      addresses: addressSets.ofAddresses(
        pod.addresses.flatMap(({ family }) => mappingAddresses(node, mapped, family)),
      ),
      protocol: mapped.protocol,
      ports: portSets.of([[mapped.number, mapped.number]]),
    }));
  });
}

/** `region` without what is addressed to frontends: of services, or of which nothing is known. */
function withoutFrontends(claimed: readonly Claim[], region: Region): readonly Region[] {
  return claimed
    .filter((frontend) => frontend.protocol === region.protocol)
    .reduce<readonly Region[]>(
      (rest, { addresses, ports }) =>
        rest.flatMap((part): readonly Region[] => [
          { ...part, destinations: addressSets.subtract(part.destinations, addresses) },
          {
            ...part,
            destinations: addressSets.intersect(part.destinations, addresses),
            ports: portSets.subtract(part.ports, ports),
          },
        ]),
      [region],
    );
}

function boxesOf({ protocol, sources, destinations, ports }: Region): readonly Box[] {
  if (ports.length === 0) return [];
  return FAMILIES.flatMap((family): readonly Box[] =>
    sources[family].length === 0 || destinations[family].length === 0
      ? []
      : [{ family, protocol, sources: sources[family], destinations: destinations[family], ports }],
  );
}
