/**
 * How services are reached beside their cluster addresses: at node ports, at external addresses and at
 * load balancers. What cannot be told of them stays a frontend that is not modelled.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import type {
  Node,
  Pod,
  PodId,
  Service,
  ServicePort,
  UnmodelledFrontend,
} from "../../models/kubernetes/cluster.ts";
import { targetNamed } from "../../models/kubernetes/named-port.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import type { ServiceResource } from "../manifest/resources.ts";
import { allocator } from "./allocator.ts";
import { frontend, FRONTEND_CODE, NO_CLAIM } from "./frontend-claim.ts";
import type { FrontendTargets } from "./frontend-targets.ts";
import type { BuiltPolicy } from "./lint-policies.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Population } from "./pods.ts";
import { assumption } from "./population-notes.ts";
import type { BuiltService } from "./services.ts";
import { counted, objectId, type Sink } from "./sink.ts";

/**
 * The ports from which node ports are assigned when a manifest states none.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.6)
 */
export const NODE_PORTS: PortSet = [[30_000, 32_767]];

/** What publishing the services of a cluster gives. */
export interface Published {
  /** Each service that is published, with its node ports and addresses. */
  readonly services: ReadonlyMap<Service, Service>;
  /** What of it is not modelled. */
  readonly frontends: readonly UnmodelledFrontend[];
}

/** What publishing reads. */
export interface PublishingInput {
  readonly services: readonly BuiltService[];
  readonly policies: readonly BuiltPolicy[];
  readonly population: Population;
  readonly pods: PodIndex;
  readonly targets: FrontendTargets;
  readonly settings: ClusterSettings;
}

/** A service on its way to being published. */
interface Wish {
  readonly built: BuiltService;
  readonly nodePorts: ReadonlyMap<ServicePort, number>;
  readonly externals: readonly Address[];
  readonly balancers: readonly Address[];
}

/**
 * Publishes `input.services`. Node ports and load balancer addresses that no manifest states are assumed,
 * with a note: nothing but themselves depends on them, or they stay unmodelled. Unmodelled stays what
 * depends on the nodes of pods where these are assumed, what only a proxying load balancer knows, and what
 * two services claim or an endpoint has.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types (v1.34; S3.1, S3.6 to S3.12, S3.31)
 */
export function publishServices(input: PublishingInput, sink: Sink): Published {
  const { services, population, targets } = input;
  const { nodes } = population;
  const open: UnmodelledFrontend[] = [];
  const giveNodePorts = nodePortGiver(input, sink);
  const giveBalancers = balancerGiver(input, sink);
  const wishes = services.map((built): Wish => {
    const doubts = unclaimable(built, population);
    for (const doubt of doubts.frontends) open.push(...doubt(targets.behind(built.service)));
    return {
      built,
      nodePorts: doubts.nodePorts ? new Map() : giveNodePorts(built, open),
      externals: doubts.externals ? [] : built.resource.externalIPs.map((a) => a.value),
      balancers: giveBalancers(built),
    };
  });
  const settled = settle(wishes, input, open);
  noteUnmodelled(services, open, sink);
  const published = settled.filter(
    (w) => w.nodePorts.size > 0 || w.externals.length > 0 || w.balancers.length > 0,
  );
  if (nodes.length === 0) return { services: new Map(), frontends: open };
  const found = new Map(published.map((wish) => [wish.built.service, publishedService(wish)]));
  return { services: found, frontends: open };
}

function publishedService({ built, nodePorts, externals, balancers }: Wish): Service {
  const { service, resource } = built;
  const external = resource.externalTrafficPolicy?.value;
  return {
    ...service,
    ports: service.ports.map((port) => {
      const nodePort = nodePorts.get(port);
      return nodePort === undefined ? port : { ...port, nodePort };
    }),
    ...(external === "Local" ? { externalTrafficPolicy: external } : {}),
    ...(externals.length === 0 ? {} : { externalAddresses: externals }),
    ...(balancers.length === 0
      ? {}
      : {
          balancer: {
            addresses: balancers,
            sources: resource.loadBalancerSourceRanges.map((range) => range.value),
          },
        }),
  };
}

/** What of a service depends on more than is known; a claim for each part. */
interface Doubts {
  readonly nodePorts: boolean;
  readonly externals: boolean;
  readonly frontends: readonly ((leadsTo: readonly PodId[]) => readonly UnmodelledFrontend[])[];
}

/** Of policy Local, which node has which pods decides; where that is assumed, nothing is claimed. */
function unclaimable({ resource, service }: BuiltService, population: Population): Doubts {
  const isOpen = population.placements.size > 0 && population.nodes.length > 1;
  const isLocal = resource.externalTrafficPolicy?.value === "Local" && isOpen;
  const nodePorts = hasNodePorts(resource);
  const nodes = addressSets.ofAddresses(population.nodes.flatMap((node) => node.addresses));
  const id = objectId(resource.meta);
  const claims = (
    what: string,
    addresses: ReturnType<typeof addressSets.ofAddresses>,
    portsOf: (port: ServicePort) => PortSet,
    origin: Origin,
  ): Doubts["frontends"][number] => {
    return (leadsTo) =>
      service.ports.flatMap((port) =>
        addressSets.isEmpty(addresses)
          ? []
          : [
              frontend(
                { addresses, protocol: port.protocol, ports: portsOf(port) },
                `${what} of ${id}`,
                origin,
                leadsTo,
              ),
            ],
      );
  };
  const stated = new Map(
    resource.ports.map((spec) => [spec.port.value, spec.nodePort?.value ?? 0]),
  );
  const numberOf = (port: ServicePort): PortSet => {
    const number = stated.get(port.port) ?? 0;
    return number > 0 ? [[number, number]] : NODE_PORTS;
  };
  const own = (port: ServicePort): PortSet => [[port.port, port.port]];
  const at = resource.externalTrafficPolicy?.at ?? resource.type?.at ?? resource.meta.at;
  const externals = addressSets.ofAddresses(resource.externalIPs.map((a) => a.value));
  const proxied = resource.loadBalancerAddresses.filter((a) => a.proxy);
  const frontends = [
    ...(isLocal && nodePorts
      ? [claims("a node port that leads to pods of the same node", nodes, numberOf, at)]
      : []),
    ...(isLocal && resource.externalIPs.length > 0
      ? [claims("an external address that leads to pods of the same node", externals, own, at)]
      : []),
    ...(proxied[0] === undefined
      ? []
      : [
          claims(
            "a load balancer that opens connections of its own",
            addressSets.ofAddresses(proxied.map((a) => a.value)),
            own,
            proxied[0].at,
          ),
        ]),
  ];
  return { nodePorts: isLocal || !nodePorts, externals: isLocal, frontends };
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.1, S3.8) */
function hasNodePorts({ type, ports, headless }: ServiceResource): boolean {
  if (headless || (type?.value !== "NodePort" && type?.value !== "LoadBalancer")) return false;
  return ports.length > 0;
}

/**
 * Gives services their node ports: the stated ones, and for the others assumed ones where no policy tells
 * some of the ports apart from which they could be.
 */
function nodePortGiver(
  { services, policies, population, targets }: PublishingInput,
  sink: Sink,
): (built: BuiltService, open: UnmodelledFrontend[]) => ReadonlyMap<ServicePort, number> {
  const stated = new Set(
    services.flatMap(({ resource }) => resource.ports.map((spec) => spec.nodePort?.value ?? 0)),
  );
  const isCut = policies.some(({ policy }) =>
    policy.egress.some(
      (rule) =>
        rule.ports !== "any" &&
        rule.ports.some((port) => typeof port.port === "number" && cuts(port.port, port.endPort)),
    ),
  );
  const nodes = addressSets.ofAddresses(population.nodes.flatMap((node) => node.addresses));
  const claimed = new Set<Protocol>();
  let next = NODE_PORTS[0]?.[0] ?? 0;
  return ({ resource, service }, open) => {
    const given = new Map<ServicePort, number>();
    const id = objectId(resource.meta);
    const origin = resource.type?.at ?? resource.meta.at;
    const isAutomatic =
      resource.type?.value === "NodePort" || resource.allocateLoadBalancerNodePorts !== false;
    let assumed = 0;
    service.ports.forEach((port, i) => {
      const number = resource.ports[i]?.nodePort?.value ?? 0;
      if (number > 0) {
        given.set(port, number);
        return;
      }
      if (!isAutomatic || addressSets.isEmpty(nodes)) return;
      const claim = { addresses: nodes, protocol: port.protocol, ports: NODE_PORTS };
      const text = "a node port that the input does not state";
      if (isCut) {
        open.push(frontend(claim, `${text}, of ${id}`, origin, targets.behind(service)));
        return;
      }
      while (stated.has(next)) next += 1;
      if (!portSets.contains(NODE_PORTS, next)) return;
      given.set(port, next);
      next += 1;
      assumed += 1;
      // Any other number could be the one: it leads where the assumed one leads.
      if (!claimed.has(port.protocol)) open.push(frontend(claim, text, origin, []));
      claimed.add(port.protocol);
    });
    if (assumed > 0) {
      const numbers = [...given.values()].map(String).join(", ");
      const text = `${id} states no node port for ${counted(assumed, "port")}: ${numbers} assumed; no policy tells node ports apart.`;
      sink.assumptions.push({ text, from: "default" });
    }
    return given;
  };
}

/** Whether the ports from `low` to `high` are some of the node ports, but not all. */
function cuts(low: number, high: number = low): boolean {
  const met = portSets.intersect(NODE_PORTS, portSets.of([[low, high]]));
  return met.length > 0 && !portSets.equals(met, NODE_PORTS);
}

/** Gives load balancers their addresses: those of their status, else assumed ones. */
function balancerGiver(
  { services, population, settings }: PublishingInput,
  sink: Sink,
): (built: BuiltService) => readonly Address[] {
  for (const { resource } of services) {
    for (const { value } of [...resource.loadBalancerAddresses, ...resource.externalIPs]) {
      population.taken.take(value);
    }
  }
  const next = new Map(
    population.families.map((family) => [
      family,
      allocator(
        settings.balancerCidrs.value.filter((block) => block.family === family),
        population.taken,
      ),
    ]),
  );
  return ({ resource, service }) => {
    if (resource.type?.value !== "LoadBalancer") return [];
    const known = resource.loadBalancerAddresses;
    if (known.length > 0) return known.filter((a) => !a.proxy).map((a) => a.value);
    const assigned = service.addresses.flatMap(({ family }) => next.get(family)?.() ?? []);
    if (assigned.length > 0) {
      const texts = assigned.map(formatAddress).join(" and ");
      const blocks = settings.balancerCidrs.value.map(formatPrefix).join(", ");
      const text = `The load balancer of ${objectId(resource.meta)} has the address ${texts}, out of ${blocks}, and hands packets on with their client's address.`;
      sink.assumptions.push(assumption(text, settings.balancerCidrs));
    }
    return assigned;
  };
}

/**
 * `wishes` without what cannot be decided: an address and port that two services claim, or that an endpoint
 * of a service has. Adds a claim to `open` for each.
 */
function settle(
  wishes: readonly Wish[],
  input: PublishingInput,
  open: UnmodelledFrontend[],
): readonly Wish[] {
  const { services, population, targets } = input;
  const { nodes } = population;
  const claims = new Map<string, number>();
  const count = (key: string): void => {
    claims.set(key, (claims.get(key) ?? 0) + 1);
  };
  for (const { service } of services) {
    for (const port of service.ports) {
      for (const address of service.addresses) count(keyOf(port.protocol, address, port.port));
    }
  }
  for (const wish of wishes) for (const key of keysOf(wish, nodes)) count(key);
  const wanted = wishes.some((wish) => keysOf(wish, nodes).length > 0);
  const ends = wanted ? endpointKeys(input) : new Set<string>();
  const isFree = (key: string): boolean => claims.get(key) === 1 && !ends.has(key);
  return wishes.map((wish): Wish => {
    const { service, resource } = wish.built;
    const refuse = (address: Address, port: ServicePort, number: number): void => {
      const claim = {
        addresses: addressSets.ofAddresses([address]),
        protocol: port.protocol,
        ports: portSets.of([[number, number]]),
      };
      const text = `port ${String(number)} of ${formatAddress(address)}, which ${objectId(resource.meta)} and something else claim,`;
      open.push(frontend(claim, text, port.origin, targets.behind(service)));
    };
    const keep = (address: Address): boolean => {
      const bad = service.ports.filter((p) => !isFree(keyOf(p.protocol, address, p.port)));
      if (bad.length > 0) for (const p of service.ports) refuse(address, p, p.port);
      return bad.length === 0;
    };
    const addresses = nodes.flatMap((node) => node.addresses);
    return {
      ...wish,
      externals: wish.externals.filter(keep),
      balancers: wish.balancers.filter(keep),
      nodePorts: new Map(
        [...wish.nodePorts].filter(([port, number]) => {
          const bad = addresses.filter((a) => !isFree(keyOf(port.protocol, a, number)));
          if (bad.length > 0) for (const address of addresses) refuse(address, port, number);
          return bad.length === 0;
        }),
      ),
    };
  });
}

function keyOf(protocol: Protocol, address: Address, port: number): string {
  return `${protocol} ${address.family} ${String(address.bits)} ${String(port)}`;
}

function keysOf(
  { built, nodePorts, externals, balancers }: Wish,
  nodes: readonly Node[],
): readonly string[] {
  const { ports } = built.service;
  const published = new Set([...externals, ...balancers]);
  return [
    ...[...published].flatMap((address) =>
      ports.map((port) => keyOf(port.protocol, address, port.port)),
    ),
    ...[...nodePorts].flatMap(([port, number]) =>
      nodes.flatMap((node) => node.addresses.map((a) => keyOf(port.protocol, a, number))),
    ),
  ];
}

/** Where some service leads, ready or not. */
function endpointKeys({ services, pods }: PublishingInput): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { service } of services) {
    const { selector } = service;
    const isSelecting = selector !== undefined && selector.size > 0;
    const selected: readonly Pod[] = isSelecting
      ? pods.withLabels(service.namespace, selector)
      : [];
    for (const port of service.ports) {
      const { target, protocol } = port;
      for (const pod of selected) {
        const number = typeof target === "number" ? target : targetNamed(pod, target, protocol);
        if (number === undefined) continue;
        for (const address of pod.addresses) keys.add(keyOf(protocol, address, number));
      }
    }
    for (const slice of service.slices) {
      for (const { address } of slice.endpoints) {
        for (const { protocol, number } of slice.ports) keys.add(keyOf(protocol, address, number));
      }
    }
  }
  return keys;
}

/** A note for each service of which some entrance stays unmodelled. */
function noteUnmodelled(
  services: readonly BuiltService[],
  open: readonly UnmodelledFrontend[],
  sink: Sink,
): void {
  for (const { resource } of services) {
    const id = objectId(resource.meta);
    const own = open.filter(
      ({ text }) => text.includes(`of ${id}`) || text.includes(`which ${id} `),
    );
    const [first] = own;
    if (first === undefined) continue;
    const what = [...new Set(own.map(({ text }) => text.replace(` of ${id}`, "").trim()))];
    sink.diagnostics.push({
      code: FRONTEND_CODE,
      severity: "note",
      message: `${id} is also reached at ${what.join(", and at ")}: answers about connections to there are undecided, its other addresses are answered for`,
      at: first.origin,
    });
  }
}

/** All entrances of a service of which it cannot be told where it leads, as claims. */
export function closedEntrances(
  { resource, service }: BuiltService,
  population: Population,
  leadsTo: readonly PodId[],
): readonly UnmodelledFrontend[] {
  const nodes = addressSets.ofAddresses(population.nodes.flatMap((node) => node.addresses));
  const external = addressSets.ofAddresses(
    [...resource.externalIPs, ...resource.loadBalancerAddresses].map((a) => a.value),
  );
  const id = objectId(resource.meta);
  const origin = resource.type?.at ?? resource.meta.at;
  const entrances = service.ports.flatMap((port, i): readonly UnmodelledFrontend[] => {
    const number = resource.ports[i]?.nodePort?.value ?? 0;
    const ports = number > 0 ? portSets.of([[number, number]]) : NODE_PORTS;
    const { protocol } = port;
    const own = portSets.of([[port.port, port.port]]);
    return [
      ...(hasNodePorts(resource)
        ? [frontend({ addresses: nodes, protocol, ports }, `a node port of ${id}`, origin, leadsTo)]
        : []),
      ...(addressSets.isEmpty(external)
        ? []
        : [
            frontend(
              { addresses: external, protocol, ports: own },
              `an address outside of ${id}`,
              origin,
              leadsTo,
            ),
          ]),
    ];
  });
  const isBehindUnknown =
    resource.type?.value === "LoadBalancer" && resource.loadBalancerAddresses.length === 0;
  return isBehindUnknown
    ? [...entrances, frontend(NO_CLAIM, `the load balancer of ${id}`, origin, leadsTo)]
    : entrances;
}
