/**
 * What the service proxy of a node does with connections to the frontends of services: the rules of one
 * frontend, for those who come by one kind of way.
 */
import {
  type Address,
  type AddressSet,
  addressSets,
  sameAddress,
} from "../../models/base/address.ts";
import type { Service, ServicePort } from "../../models/kubernetes/cluster.ts";
import type { Rewrite } from "../../models/network/action.ts";
import type { Match } from "../../models/network/match.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent, stated } from "./because.ts";
import type { HookRule } from "./bounds.ts";
import { type Endpoint, endpointsFor, endpointsOf, isHinted } from "./endpoints.ts";
import type { Ground, Place } from "./ground.ts";
import { serviceObject } from "./names.ts";
import { onePort } from "./ports.ts";
import { loopbackNodePorts, nodePortAddressesOf } from "./node-ports.ts";
import { type Entry, servings } from "./proxy-clients.ts";

/** A port of a service at one of its addresses, or at a node's. */
export interface Frontend {
  readonly service: Service;
  readonly port: ServicePort;
  readonly kind: "cluster" | "external" | "balancer" | "node";
  readonly address: Address;
  /** Of a node port at loopback: all of loopback that counts. */
  readonly loopback?: AddressSet;
}

/** The rules of a frontend, and those that are asked only after egress policy. */
export interface ProxyRules {
  readonly rules: readonly HookRule[];
  readonly late: readonly HookRule[];
}

const NOTHING: ProxyRules = { rules: [], late: [] };

/**
 * The frontends of the services in the order in which they are looked at: those at addresses that are the
 * same on every node.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.1)
 */
export function virtualFrontends(service: Service): readonly Frontend[] {
  return service.ports.flatMap((port) => {
    const at = (kind: Frontend["kind"], addresses: readonly Address[] = []): readonly Frontend[] =>
      addresses.map((address) => ({ service, port, kind, address }));
    return [
      ...at("cluster", service.addresses),
      ...at("external", service.externalAddresses),
      ...at("balancer", service.balancer?.addresses),
    ];
  });
}

/** The node ports of the services at the addresses of `place`. */
export function nodeFrontends(ground: Ground, place: Place): readonly Frontend[] {
  return ground.cluster.services.flatMap((service) =>
    service.ports
      .filter((port) => port.nodePort !== undefined)
      .flatMap((port) =>
        nodePortAddressesOf(ground.profile, place.node).map((address) => ({
          service,
          port,
          kind: "node" as const,
          address,
        })),
      ),
  );
}

/**
 * The node ports of the services at loopback of `place`. Without an address to put in place of it, the node
 * has none.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (localhostNodePorts; S4.3)
 */
export function loopbackFrontends(ground: Ground, place: Place): readonly Frontend[] {
  const loopback = loopbackNodePorts(ground.profile);
  const [first] = loopback.IPv4;
  const isAddressed = place.node.addresses.some(({ family }) => family === "IPv4");
  if (first === undefined || !isAddressed) return [];
  const address: Address = { family: "IPv4", bits: first[0] };
  return ground.cluster.services.flatMap((service) =>
    service.ports
      .filter((port) => port.nodePort !== undefined)
      .map((port) => ({ service, port, kind: "node" as const, address, loopback })),
  );
}

/** Whether what `frontend` does is the same on every node. */
export function isEverywhereTheSame(ground: Ground, { service, kind }: Frontend): boolean {
  return (
    kind === "cluster" &&
    service.internalTrafficPolicy !== "Local" &&
    !isHinted(service) &&
    ground.profile.detectLocalMode !== "NodeCIDR"
  );
}

/** The port at which `frontend` is called. */
export function calledNumber({ kind, port }: Frontend): number {
  return kind === "node" ? (port.nodePort ?? port.port) : port.port;
}

/**
 * The rules of `frontend` at `place` for what comes by `entry`.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.30 to S3.32, S4.10 to S4.13)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (S3.10, S4.20)
 */
export function proxyRules(
  ground: Ground,
  place: Place,
  entry: Entry,
  frontend: Frontend,
): ProxyRules {
  const { service, port, address } = frontend;
  const match: Match = {
    destinations: frontend.loopback ?? addressSets.ofAddresses([address]),
    ...onePort(port.protocol, calledNumber(frontend)),
  };
  const all = endpointsOf(ground, service, port, address.family);
  const isIptables = ground.profile.kubeProxyMode === "iptables";
  const guard = isIptables && all.length === 0 ? [] : sourceGuard(frontend, match);
  if (all.length === 0) {
    if (isIptables && entry === "host" && isBeyond(place, frontend)) {
      const because = inherent("iptables does not reject what the node itself sends there");
      return { rules: [{ match, action: { kind: "pass" }, because }], late: [] };
    }
    const refusal = rejection(frontend, match);
    if (ground.profile.endpointlessService === "reject-first") {
      return { rules: [...guard, refusal], late: [] };
    }
    // Whatever else would take this address must not: the rejection comes after egress policy.
    const because = inherent("rejected, if policy lets it go so far");
    return { rules: [...guard, { match, action: { kind: "pass" }, because }], late: [refusal] };
  }
  const near = endpointsOf(ground, service, port, address.family, place.node);
  const own = endpointsFor(ground, service, port, address.family, place.node, all);
  const rules = servings(
    ground,
    place,
    entry,
    service,
    frontend.kind === "cluster",
    address.family,
  ).flatMap(({ sources, local, masquerade }): readonly HookRule[] => {
    const narrowed = sources === undefined ? match : { ...match, sources };
    const isLenient = ground.profile.kubeProxyMode === "ipvs" && near.length === 0;
    const endpoints = local && !isLenient ? near : own;
    if (endpoints.length === 0) return [drop(frontend, place, narrowed)];
    // What the node itself sends has its address already, where it has no other.
    const hasOther = hasSeveral(place) || frontend.loopback !== undefined;
    const marks = masquerade && (entry !== "host" || hasOther);
    const isLocal = local && !isLenient;
    const mayReturn = entry === "node" || entry === "outside" || (entry === "host" && hasOther);
    const reflecting =
      mayReturn && !marks ? reflections(frontend, place, entry, narrowed, endpoints, isLocal) : [];
    return [...reflecting, translation(frontend, place, narrowed, endpoints, isLocal, marks)];
  });
  return rules.length === 0 ? NOTHING : { rules: [...guard, ...rules], late: [] };
}

/** Whether the node of `place` has several addresses of a family: which one it sends from depends. */
export function hasSeveral({ node, inner }: Place): boolean {
  return (node.further ?? []).length > 0 || !addressSets.isEmpty(inner);
}

/** Whether `frontend` is published at an address that is not of the node itself. */
function isBeyond(place: Place, { kind, address }: Frontend): boolean {
  return (kind === "external" || kind === "balancer") && !addressSets.contains(place.own, address);
}

/**
 * For what comes from an address that is an endpoint: where it is led back to that one it is marked, so that
 * the node's address takes its place and the reply comes back to the node.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (the endpoint's own chain marks; S4.20 a)
 */
function reflections(
  frontend: Frontend,
  place: Place,
  entry: Entry,
  match: Match,
  endpoints: readonly Endpoint[],
  local: boolean,
): readonly HookRule[] {
  const own = endpoints.filter(
    (e) => entry !== "host" || addressSets.contains(place.own, e.address),
  );
  return own.flatMap(({ address }): readonly HookRule[] => {
    const itself = addressSets.ofAddresses([address]);
    const returning =
      match.sources === undefined ? itself : addressSets.intersect(match.sources, itself);
    if (addressSets.isEmpty(returning)) return [];
    const whole = translation(
      frontend,
      place,
      { ...match, sources: returning },
      endpoints,
      local,
      false,
    );
    if (whole.action.kind !== "translate") return [];
    const rewrites = whole.action.rewrites.map((rewrite) =>
      rewrite.destination !== undefined && sameAddress(rewrite.destination, address)
        ? { ...rewrite, marks: true as const }
        : rewrite,
    );
    const choice = `${whole.action.choice} itself`;
    return [{ ...whole, action: { ...whole.action, choice, rewrites } }];
  });
}

/** Drops whom the load balancer of the service does not serve. */
function sourceGuard({ service, kind, address }: Frontend, match: Match): readonly HookRule[] {
  const served = (service.balancer?.sources ?? []).filter((p) => p.family === address.family);
  if (kind !== "balancer" || served.length === 0) return [];
  const whole: AddressSet = addressSets.ofPrefixes([
    { family: address.family, bits: 0n, length: 0 },
  ]);
  const sources = addressSets.subtract(whole, addressSets.ofPrefixes(served));
  if (addressSets.isEmpty(sources)) return [];
  const object = serviceObject(service);
  return [
    {
      match: { ...match, sources },
      action: { kind: "discard", reason: "filtered" },
      because: stated(
        `the load balancer of ${object} does not serve this source`,
        [service.origin],
        object,
      ),
    },
  ];
}

function frontendText(frontend: Frontend): string {
  const { service, port, kind } = frontend;
  const number = `${String(calledNumber(frontend))}/${port.protocol}`;
  const what = { cluster: "port", external: "port", balancer: "port", node: "node port" }[kind];
  return `${what} ${number} of ${serviceObject(service)}`;
}

function translation(
  frontend: Frontend,
  place: Place,
  match: Match,
  endpoints: readonly Endpoint[],
  local: boolean,
  masquerade: boolean,
): HookRule {
  const { service, port, kind, address } = frontend;
  const object = serviceObject(service);
  const origins = [port.origin, service.origin];
  const name = `${service.namespace}/${service.name}:${String(port.port)}/${port.protocol}/${address.family}`;
  const variant = `${local ? " local" : ""}${masquerade ? " masquerade" : ""}`;
  const isShared = kind === "cluster" && !local && !isHinted(service);
  const where = isShared ? "" : ` ${kind} ${place.node.name}`;
  const choice = `dnat:${name}${where}${variant}`;
  const rewrites = endpoints.map(
    (endpoint): Rewrite => ({
      destination: endpoint.address,
      destinationPort: endpoint.port,
      ...(masquerade ? { marks: true as const } : {}),
      because: stated(endpointText(endpoint), [...endpoint.origins, ...origins], object),
    }),
  );
  const because = stated(frontendText(frontend), origins, object);
  return { match, action: { kind: "translate", choice, rewrites }, because };
}

function endpointText({ address, port, name }: Endpoint): string {
  const shown = formatAddress(address);
  const place = address.family === "IPv6" ? `[${shown}]` : shown;
  return `the endpoint chosen is ${name}, ${place}:${String(port)}`;
}

function rejection(frontend: Frontend, match: Match): HookRule {
  const { service, port } = frontend;
  const object = serviceObject(service);
  const origins = [port.origin, service.origin];
  const because = stated(`${frontendText(frontend)} has no endpoints`, origins, object);
  return { match, action: { kind: "discard", reason: "rejected" }, because };
}

function drop(frontend: Frontend, place: Place, match: Match): HookRule {
  const { service, port } = frontend;
  const object = serviceObject(service);
  const because = stated(
    `${frontendText(frontend)} has no endpoint on ${place.node.name}, and its traffic policy is Local`,
    [port.origin, service.origin],
    object,
  );
  return { match, action: { kind: "discard", reason: "filtered" }, because };
}
