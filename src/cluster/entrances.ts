/**
 * Where services are entered beside their cluster addresses, as claims to addresses and ports.
 */
import { type Address, type AddressSet, LOOPBACK, addressSets } from "../../models/base/address.ts";
import { type PodId, type ServicePort, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { ServiceResource } from "../manifest/resources.ts";
import { type Claim, frontend, NO_CLAIM, type OpenEntrance } from "./frontend-claim.ts";
import type { Population } from "./pods.ts";
import { NODE_PORTS } from "./publishing.ts";
import type { BuiltService } from "./services.ts";
import { objectId } from "./sink.ts";

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.1, S3.8) */
export function hasNodePorts({ type, ports, headless }: ServiceResource): boolean {
  if (headless || (type?.value !== "NodePort" && type?.value !== "LoadBalancer")) return false;
  return ports.length > 0;
}

/** Whether the ports of a service with node ports get one each where none is stated. */
export function getsNodePort({ type, allocateLoadBalancerNodePorts }: ServiceResource): boolean {
  return type?.value === "NodePort" || allocateLoadBalancerNodePorts !== false;
}

/** The addresses of all nodes. */
export function nodeAddresses({ nodes }: Population): AddressSet {
  return addressSets.ofAddresses(nodes.flatMap(ownAddressesOf));
}

/**
 * Where node ports can be called: at every address of the nodes, and at IPv4 loopback, where it counts only as
 * far as the profile has node ports there.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (localhostNodePorts; S4.3)
 */
export function nodePortAddresses(population: Population): AddressSet {
  const own = nodeAddresses(population);
  return addressSets.isEmpty(own) ? own : addressSets.union(own, IPV4_LOOPBACK);
}

const IPV4_LOOPBACK: AddressSet = { IPv4: LOOPBACK.IPv4, IPv6: [] };

/** The node port that the manifest states for `port`; undefined when it states none. */
export function statedNodePort({ specs }: BuiltService, port: ServicePort): number | undefined {
  const number = specs.get(port)?.nodePort?.value ?? 0;
  return number > 0 ? number : undefined;
}

/** The claim of `port` of a service to its node port: to all that it could be where none is stated. */
export function nodePortClaim(
  built: BuiltService,
  port: ServicePort,
  population: Population,
): Claim {
  const number = statedNodePort(built, port);
  return {
    addresses: nodePortAddresses(population),
    protocol: port.protocol,
    ports: number === undefined ? NODE_PORTS : [[number, number]],
  };
}

/** The claims of the node ports of a service, for each port that gets one. */
export function nodePortClaims(built: BuiltService, population: Population): readonly Claim[] {
  const { resource, service } = built;
  if (!hasNodePorts(resource)) return [];
  return service.ports
    .filter((port) => getsNodePort(resource) || statedNodePort(built, port) !== undefined)
    .map((port) => nodePortClaim(built, port, population))
    .filter(isClaim);
}

/** The claims of the ports of a service at `addresses`. */
export function addressClaims(
  { service }: BuiltService,
  addresses: readonly Address[],
): readonly Claim[] {
  const claimed = addressSets.ofAddresses(addresses);
  return service.ports
    .map(({ protocol, port }): Claim => ({ addresses: claimed, protocol, ports: [[port, port]] }))
    .filter(isClaim);
}

function isClaim({ addresses }: Claim): boolean {
  return !addressSets.isEmpty(addresses);
}

/** `claims` of a service, each as an entrance that is not modelled. */
export function openEntrances(
  of: BuiltService,
  claims: readonly Claim[],
  what: string,
  origin: Origin,
  leadsTo: readonly PodId[],
): readonly OpenEntrance[] {
  const text = `${what} of ${objectId(of.resource.meta)}`;
  return claims.map((claim) => ({ of, what, frontend: frontend(claim, text, origin, leadsTo) }));
}

/** A load balancer of a service of which no address is known: that it leads there is known all the same. */
export function balancerWithoutAddress(
  built: BuiltService,
  leadsTo: readonly PodId[],
): readonly OpenEntrance[] {
  const { type, loadBalancerAddresses } = built.resource;
  if (type?.value !== "LoadBalancer" || loadBalancerAddresses.length > 0) return [];
  return openEntrances(built, [NO_CLAIM], "the load balancer", type.at, leadsTo);
}
