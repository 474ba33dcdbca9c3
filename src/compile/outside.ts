/**
 * Everything outside the cluster, as one process behind one switch.
 */
import {
  ALL_ADDRESSES,
  type AddressSet,
  LOOPBACK,
  addressSets,
} from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import { OUTSIDE } from "../../models/kubernetes/cluster.ts";
import type { FibAction } from "../../models/network/action.ts";
import type { Hook } from "../../models/network/fib.ts";
import { ANY } from "../../models/network/match.ts";
import type { Process, Switch } from "../../models/network/network.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent, stated } from "./because.ts";
import type { FibRule } from "./delivery.ts";
import { endpointsOf } from "./endpoints.ts";
import { frontendRules } from "./frontends.ts";
import { gatewayDoubt } from "./gateway-doubt.ts";
import type { Ground, Place } from "./ground.ts";
import {
  OUTSIDE_PROCESS,
  OUTSIDE_SWITCH,
  linkBetween,
  nodeSwitch,
  serviceObject,
  uplink,
} from "./names.ts";
import { nodePortAddressesOf } from "./node-ports.ts";
import { type SharedRules, serviceReason } from "./node-switch.ts";
import { NO_ROUTE } from "./pod-switch.ts";
import { onePort } from "./ports.ts";
import { type Frontend, calledNumber, nodeFrontends, virtualFrontends } from "./proxy-rules.ts";

/**
 * The switch of the outside. It has routes to nodes, to what load balancers and external addresses lead
 * to, and to pods when the profile says so; never to cluster addresses of services, which exist only
 * inside.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#type-clusterip (v1.34: reachable only from within the cluster)
 */
export function outsideSwitchOf(ground: Ground, shared: SharedRules): Switch {
  const rules = [
    ...publishedRoutes(ground),
    ...ground.places.flatMap((place) => nodePortRoutes(ground, place)),
    ...frontendRules(ground),
    ...ground.places.flatMap((place) => podRoute(ground, place)),
    ...ground.places.flatMap(nodeRoute),
    ...serviceRules(ground),
    ...balancerRules(ground),
    shared.unassigned,
    {
      match: ANY,
      action: { kind: "deliver", to: OUTSIDE_PROCESS },
      because: inherent("an address outside the cluster"),
    } as const,
  ];
  return { id: OUTSIDE_SWITCH, name: "outside", fib: { rules, otherwise: NO_ROUTE } };
}

/**
 * Routes to what is published at addresses that every node takes: to the node that has the address, else
 * to any; a load balancer that asks for health sends only to nodes with an endpoint, if there are any.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#external-ips (v1.34; S3.12)
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy (v1.34; S3.7, S3.9)
 */
function publishedRoutes(ground: Ground): readonly FibRule[] {
  const seen = new Set<string>();
  const routes: FibRule[] = [];
  for (const frontend of ground.cluster.services.flatMap(virtualFrontends)) {
    const { service, port, kind, address } = frontend;
    const called = `${String(port.port)}/${port.protocol}`;
    const key = `${formatAddress(address)} ${called}`;
    // An earlier service has the address and port.
    if (seen.has(key)) continue;
    seen.add(key);
    if (kind === "cluster") continue;
    const object = serviceObject(service);
    const what = kind === "balancer" ? "a load balancer" : "an external address";
    routes.push({
      match: {
        destinations: addressSets.ofAddresses([address]),
        ...onePort(port.protocol, port.port),
      },
      action: toAny(`outside:${key}`, entryPlaces(ground, frontend)),
      because: stated(`${what} leads to ${object}`, [port.origin, service.origin], object),
    });
  }
  return routes;
}

function toAny(choice: string, places: readonly Place[]): FibAction {
  const vias = places.map(({ node }) => linkBetween(OUTSIDE_SWITCH, nodeSwitch(node)));
  const [only, other] = vias;
  if (only !== undefined && other === undefined) return { kind: "forward", via: only };
  return { kind: "multipath", choice, vias };
}

function entryPlaces(ground: Ground, { service, kind, address }: Frontend): readonly Place[] {
  const { places } = ground;
  const owner = places.find(({ own }) => addressSets.contains(own, address));
  if (owner !== undefined) return [owner];
  if (kind !== "balancer" || service.externalTrafficPolicy !== "Local") return places;
  const healthy = places.filter(({ node }) =>
    service.ports.some(
      (port) => endpointsOf(ground, service, port, address.family, node).length > 0,
    ),
  );
  return healthy.length > 0 ? healthy : places;
}

/** Routes to the node ports of `place`, before anything that is not modelled claims them. */
function nodePortRoutes(ground: Ground, place: Place): readonly FibRule[] {
  const frontends = nodeFrontends(ground, place);
  return PROTOCOLS.flatMap((protocol): readonly FibRule[] => {
    const numbers = frontends.filter((f) => f.port.protocol === protocol).map(calledNumber);
    if (numbers.length === 0) return [];
    const ports = portSets.of(numbers.map((n) => [n, n]));
    const because = stated(`a node port of ${place.node.name}`, [place.node.origin]);
    const taken = addressSets.ofAddresses(nodePortAddressesOf(ground.profile, place.node));
    const routed = ground.profile.outsideRoutesToPods ? place.own : place.known;
    const destinations = addressSets.intersect(taken, routed);
    if (addressSets.isEmpty(destinations)) return [];
    const match = { destinations, protocols: [protocol], destinationPorts: ports };
    return [{ match, action: inward(place), because }];
  });
}

/**
 * What the gateway in front of the outside does not let through: it knows the nodes, and pods only when
 * the profile says so.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
export function gatewayHook(ground: Ground): Hook | undefined {
  if (ground.profile.outsideRoutesToPods) return undefined;
  const because = inherent("the gateway does not know the address of a pod: the packet is lost");
  const sources = ground.places
    .map(({ inner }) => inner)
    .reduce(addressSets.union, addressSets.union(ground.allPods, ground.blocks));
  return {
    stage: "gateway",
    rules: [
      ...gatewayDoubt(ground),
      {
        match: { sources },
        action: { kind: "discard", reason: "no-route" },
        because,
      },
    ],
    otherwise: { action: { kind: "pass" }, because: inherent("not the address of a pod") },
  };
}

function podRoute(ground: Ground, place: Place): readonly FibRule[] {
  const destinations = addressSets.union(place.podAddresses, place.inner);
  if (addressSets.isEmpty(destinations)) return [];
  const match = { destinations };
  if (!ground.profile.outsideRoutesToPods) {
    const because = inherent("the outside has no route to pods");
    return [{ match, action: { kind: "discard", reason: "no-route" }, because }];
  }
  const because = stated(`a pod on ${place.node.name}`, [place.node.origin]);
  return [{ match, action: inward(place), because }];
}

function nodeRoute(place: Place): readonly FibRule[] {
  if (addressSets.isEmpty(place.known)) return [];
  const because = stated(`the address of ${place.node.name}`, [place.node.origin]);
  return [{ match: { destinations: place.known }, action: inward(place), because }];
}

function inward(place: Place): FibRule["action"] {
  return { kind: "forward", via: linkBetween(OUTSIDE_SWITCH, nodeSwitch(place.node)) };
}

function serviceRules(ground: Ground): readonly FibRule[] {
  return ground.cluster.services
    .filter((service) => service.addresses.length > 0)
    .map(
      (service): FibRule => ({
        match: { destinations: addressSets.ofAddresses(service.addresses) },
        action: { kind: "discard", reason: "no-route" },
        because: serviceReason(service, "has an address that is reachable only from inside"),
      }),
    );
}

/** A load balancer drops what none of its ports is for. */
function balancerRules(ground: Ground): readonly FibRule[] {
  return ground.cluster.services.flatMap((service): readonly FibRule[] => {
    const addresses = service.balancer?.addresses ?? [];
    if (addresses.length === 0) return [];
    return [
      {
        match: { destinations: addressSets.ofAddresses(addresses) },
        action: { kind: "discard", reason: "undefined-port" },
        because: serviceReason(service, "has a load balancer that does not serve this port"),
      },
    ];
  });
}

/** The process that stands for everything outside: it has every address that nothing inside has. */
export function outsideProcessOf(ground: Ground): Process {
  const inside: readonly AddressSet[] = [
    LOOPBACK,
    ground.blocks,
    ground.allPods,
    ground.allNodes,
    ground.allServices,
    addressSets.ofAddresses(
      ground.cluster.services.flatMap((service) => service.balancer?.addresses ?? []),
    ),
  ];
  return {
    id: OUTSIDE_PROCESS,
    name: "outside",
    endpoint: OUTSIDE,
    addresses: inside.reduce(addressSets.subtract, ALL_ADDRESSES),
    uplink: uplink(OUTSIDE_PROCESS),
    declared: true,
    origins: [],
  };
}
