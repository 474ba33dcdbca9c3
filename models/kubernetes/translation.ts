/**
 * What the service proxy of a node does with a connection: whom it takes the address for, and where it
 * leads the connection.
 */
import { type Address, LOOPBACK, type Prefix, addressSets, sameAddress } from "../base/address.ts";
import type { Protocol } from "../base/family.ts";
import type { Cluster, Node, Service, ServicePort } from "./cluster.ts";
import { has, isOwn, nodeAt } from "./ends.ts";
import type { Profile } from "./profile.ts";
import { type Endpoint, calledPort, endpoints, endpointsFrom } from "./service.ts";

/** A connection as a node meets it. */
export interface Call {
  readonly source: Address;
  readonly protocol: Protocol;
  readonly address: Address;
  readonly port: number;
}

/** A port of a service, and by which of its addresses it is called. */
export interface Frontend {
  readonly service: Service;
  readonly port: ServicePort;
  readonly kind: "cluster" | "external" | "balancer" | "node";
}

/** What becomes of a connection at the service proxy. */
export type Led =
  /** The service has no endpoints at all. */
  | { readonly kind: "rejected" }
  /** It has, but none that this node may use; or the client is not served. */
  | { readonly kind: "dropped" }
  /** To any of these; the list is not empty. */
  | {
      readonly kind: "endpoints";
      readonly endpoints: readonly Endpoint[];
      /** Whether the node puts its own address in place of the client's when the packet leaves it. */
      readonly masquerade: boolean;
    };

/**
 * The frontend that a connection to `address` and `port` calls at `node`; undefined when it calls none.
 * Cluster, external and load balancer addresses are the same on every node and are looked at first, in
 * the order of the services; then the node's own addresses, and loopback, with the node ports.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.1, S4.3)
 */
export function frontendAt(
  cluster: Cluster,
  profile: Profile,
  node: Node,
  { protocol, address, port }: Omit<Call, "source">,
): Frontend | undefined {
  return (
    virtualFrontend(cluster, { protocol, address, port }) ??
    (takesNodePorts(profile, node, address) ? nodePortFrontend(cluster, protocol, port) : undefined)
  );
}

/**
 * Whether `node` takes `address`, its own or loopback, together with a node port for a service's. Blocks
 * that the installation states speak only for the families that they have.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (nodePortAddresses, localhostNodePorts; S4.3)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/util/nodeport_addresses.go (a family without block has all addresses)
 */
export function takesNodePorts(profile: Profile, node: Node, address: Address): boolean {
  const { nodePortAddresses } = profile;
  if (addressSets.contains(LOOPBACK, address)) return takesLoopback(profile, node, address);
  if (!isOwn(node, address)) return false;
  if (nodePortAddresses === "primary") return has(node, address);
  const blocks = blocksOf(nodePortAddresses, address);
  return blocks.length === 0 || addressSets.contains(addressSets.ofPrefixes(blocks), address);
}

/**
 * The mode iptables leads IPv4 loopback to node ports as well, where the node has an IPv4 address to put in
 * place of it: all of loopback where nothing restricts the addresses, else 127.0.0.1 if some block has it.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (route_localnet; S4.3)
 */
function takesLoopback(profile: Profile, node: Node, address: Address): boolean {
  const { kubeProxyMode, localhostNodePorts, nodePortAddresses } = profile;
  if (kubeProxyMode !== "iptables" || !localhostNodePorts || address.family !== "IPv4")
    return false;
  if (!node.addresses.some(({ family }) => family === "IPv4")) return false;
  if (nodePortAddresses === "primary") return false;
  const blocks = blocksOf(nodePortAddresses, address);
  const isWhole = blocks.length === 0 || blocks.some(({ length }) => length === 0);
  if (isWhole) return true;
  const isFirst = address.bits === 0x7f00_0001n;
  return isFirst && addressSets.contains(addressSets.ofPrefixes(blocks), address);
}

function blocksOf(stated: "all" | readonly Prefix[], { family }: Address): readonly Prefix[] {
  return stated === "all" ? [] : stated.filter((block) => block.family === family);
}

/** The frontend with an address that every node takes for a service's. */
export function virtualFrontend(
  cluster: Cluster,
  { protocol, address, port }: Omit<Call, "source">,
): Frontend | undefined {
  const isOne = (addresses: readonly Address[] | undefined): boolean =>
    addresses?.some((own) => sameAddress(own, address)) === true;
  for (const service of cluster.services) {
    const called = calledPort(service, protocol, port);
    if (called === undefined) continue;
    if (isOne(service.addresses)) return { service, port: called, kind: "cluster" };
    if (isOne(service.externalAddresses)) return { service, port: called, kind: "external" };
    if (isOne(service.balancer?.addresses)) return { service, port: called, kind: "balancer" };
  }
  return undefined;
}

function nodePortFrontend(
  cluster: Cluster,
  protocol: Protocol,
  number: number,
): Frontend | undefined {
  for (const service of cluster.services) {
    const port = service.ports.find((p) => p.protocol === protocol && p.nodePort === number);
    if (port !== undefined) return { service, port, kind: "node" };
  }
  return undefined;
}

/**
 * The nodes to which the outside sends a connection to `frontend` at `address`: the one that has the
 * address, else any; a load balancer that asks for the health of a service with policy Local sends only
 * to nodes with an endpoint of it, if there are any.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#external-ips (v1.34; S3.12)
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy (v1.34; S3.7, S3.9)
 */
export function entryNodes(
  cluster: Cluster,
  frontend: Frontend,
  address: Address,
): readonly Node[] {
  const owner = nodeAt(cluster, address);
  if (owner !== undefined) return [owner];
  const { service, kind } = frontend;
  if (kind !== "balancer" || service.externalTrafficPolicy !== "Local") return cluster.nodes;
  const healthy = cluster.nodes.filter((node) =>
    service.ports.some(
      (port) => endpoints(cluster, service, port, address.family, node.name).length > 0,
    ),
  );
  return healthy.length > 0 ? healthy : cluster.nodes;
}

/**
 * Where `node` leads `call`, which is for `frontend`.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.30, S3.31, S3.32, S4.10 to S4.13)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (S3.10, S4.20, S4.26)
 * @source https://github.com/kubernetes/kubernetes/pull/97081 (ipvs: policy Local without an endpoint on the node)
 */
export function lead(
  cluster: Cluster,
  profile: Profile,
  node: Node,
  frontend: Frontend,
  call: Call,
): Led {
  const { service, port, kind } = frontend;
  const { family } = call.address;
  const all = endpoints(cluster, service, port, family);
  // In the mode iptables there is nobody to be kept from where there are no endpoints.
  const isGuarded = profile.kubeProxyMode !== "iptables" || all.length > 0;
  if (kind === "balancer" && isGuarded && !isServed(service, call.source)) {
    return { kind: "dropped" };
  }
  if (all.length === 0) return { kind: "rejected" };
  const client = clientAt(cluster, profile, node, call.source);
  const policy = kind === "cluster" ? service.internalTrafficPolicy : service.externalTrafficPolicy;
  const isIpvs = profile.kubeProxyMode === "ipvs";
  const near = endpoints(cluster, service, port, family, node.name);
  const isNear = isLocal(profile, frontend, client, near);
  const used = isNear ? near : endpointsFrom(cluster, service, port, family, node);
  if (used.length === 0) return { kind: "dropped" };
  const masquerade =
    kind === "cluster"
      ? profile.masqueradeAll || (profile.detectLocalMode !== "none" && client !== "pod")
      : policy !== "Local" || (client === "node" && !isIpvs);
  return {
    kind: "endpoints",
    endpoints: used,
    masquerade,
  };
}

/**
 * Whether only the endpoints `near`, those on the node itself, count for `client`. Pods and the node reach what
 * is published outside as if the policy were Cluster (S3.32); not so in the mode ipvs, which uses the others
 * where there is none near.
 */
function isLocal(
  profile: Profile,
  { service, kind }: Frontend,
  client: Client,
  near: readonly Endpoint[],
): boolean {
  const policy = kind === "cluster" ? service.internalTrafficPolicy : service.externalTrafficPolicy;
  if (policy !== "Local") return false;
  if (profile.kubeProxyMode === "ipvs") return near.length > 0;
  return kind === "cluster" || client === "other";
}

/**
 * Whether the load balancer of `service` serves `source`: it is in one of the stated ranges, of which
 * only those of its own family count, or there are none of its family.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/proxier.go (loadBalancerSourceRanges; S3.10)
 */
function isServed(service: Service, source: Address): boolean {
  const ranges = service.balancer?.sources.filter((range) => range.family === source.family) ?? [];
  return ranges.length === 0 || addressSets.contains(addressSets.ofPrefixes(ranges), source);
}

type Client = "pod" | "node" | "other";

/**
 * Whom `node` takes the sender for: a pod whose connections it need not masquerade, itself, or somebody
 * else.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (DetectLocalMode; S4.20, S4.20a)
 */
function clientAt(cluster: Cluster, profile: Profile, node: Node, source: Address): Client {
  const mode = profile.detectLocalMode;
  const pods = mode === "ClusterCIDR" ? cluster.podCidrs : mode === "NodeCIDR" ? node.podCidrs : [];
  if (addressSets.contains(addressSets.ofPrefixes(pods), source)) return "pod";
  return isOwn(node, source) || addressSets.contains(LOOPBACK, source) ? "node" : "other";
}
