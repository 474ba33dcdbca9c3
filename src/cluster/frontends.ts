/**
 * Frontends that are not modelled: node ports, load balancers, external addresses, host ports, and
 * services whose endpoints cannot be told. Each claims its addresses and ports, and is named by a note.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import {
  type Pod,
  podId,
  type Service,
  type UnmodelledFrontend,
} from "../../models/kubernetes/cluster.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { compareText } from "../base/diagnostic.ts";
import { formatAddress, formatAddresses } from "../base/ip.ts";
import type { ServicePortSpec, ServiceResource } from "../manifest/resources.ts";
import { protocolOf } from "./pod-draft.ts";
import type { Population } from "./pods.ts";
import type { BuiltService } from "./services.ts";
import { type Claim, frontend, FRONTEND_CODE, NO_CLAIM } from "./frontend-claim.ts";
import type { FrontendTargets } from "./frontend-targets.ts";
import { hostPortFrontends } from "./host-ports.ts";
import { objectId, type Sink } from "./sink.ts";

/**
 * The ports from which node ports are assigned when a manifest states none.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.6)
 */
const NODE_PORTS: PortSet = [[30_000, 32_767]];

/** All frontends, sorted by their texts. `undecidable` are services whose own addresses count as such. */
export function buildFrontends(
  services: readonly BuiltService[],
  undecidable: readonly UndecidableService[],
  population: Population,
  targets: FrontendTargets,
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const nodes = addressSets.ofAddresses(population.nodes.flatMap((node) => node.addresses));
  checkNodePorts(services, sink);
  return [
    ...services.flatMap((built) => serviceFrontends(built, nodes, targets, sink)),
    ...undecidable.flatMap(clusterAddressFrontends),
    ...hostPortFrontends(population, nodes, sink),
    ...furtherNodeAddresses(population),
    ...apiServer(services, population, sink),
  ].sort((a, b) => compareText(a.text, b.text) || compareText(a.protocol, b.protocol));
}

/** Ports of `specs` per protocol, as `numbersOf` gives them. */
function perProtocol(
  specs: readonly ServicePortSpec[],
  addresses: AddressSet,
  numbersOf: (spec: ServicePortSpec) => PortSet,
): readonly Claim[] {
  if (addressSets.isEmpty(addresses)) return [];
  return PROTOCOLS.flatMap((protocol) => {
    const ports = specs
      .filter((spec) => protocolOf(spec.protocol) === protocol)
      .map(numbersOf)
      .reduce(portSets.union, portSets.empty);
    return ports.length === 0 ? [] : [{ addresses, protocol, ports }];
  });
}

/** Something at which a service is reached, and what it claims; without claims its address is open. */
interface Entrance {
  readonly what: string;
  readonly claims: readonly Claim[];
  readonly origin: Origin;
}

/** The frontends of one service, which a note names. */
function serviceFrontends(
  { resource, service }: BuiltService,
  nodes: AddressSet,
  targets: FrontendTargets,
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const entrances = [
    ...nodePortEntrance(resource, nodes),
    ...externalEntrance(resource),
    ...balancerEntrance(resource),
  ];
  const [first] = entrances;
  if (first === undefined) return [];
  const id = objectId(resource.meta);
  sink.diagnostics.push({
    code: FRONTEND_CODE,
    severity: "note",
    message: `${id} is also reached at ${entrances.map((e) => e.what).join(", and at ")}: answers about connections to there are undecided, its cluster address is answered for`,
    at: first.origin,
  });
  const leadsTo = targets.behind(service);
  return entrances.flatMap(({ what, claims, origin }) =>
    (claims.length === 0 ? [NO_CLAIM] : claims).map((claim) =>
      frontend(claim, `${what} of ${id}`, origin, leadsTo),
    ),
  );
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.1, S3.6, S3.8) */
function nodePortEntrance(resource: ServiceResource, nodes: AddressSet): readonly Entrance[] {
  const type = resource.type?.value;
  if (type !== "NodePort" && type !== "LoadBalancer") return [];
  const automatic = type === "NodePort" || resource.allocateLoadBalancerNodePorts !== false;
  const claims = perProtocol(resource.ports, nodes, (spec) => {
    const stated = spec.nodePort?.value ?? 0;
    if (stated > 0) return [[stated, stated]];
    return automatic ? NODE_PORTS : portSets.empty;
  });
  const origin = resource.type?.at ?? resource.meta.at;
  return claims.length === 0 ? [] : [{ what: nodePortText(resource, automatic), claims, origin }];
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#external-ips (v1.34; S3.12) */
function externalEntrance(resource: ServiceResource): readonly Entrance[] {
  const [first] = resource.externalIPs;
  if (first === undefined) return [];
  const addresses = addressSets.ofAddresses(resource.externalIPs.map((a) => a.value));
  const claims = perProtocol(resource.ports, addresses, ownPort);
  const what = `external address ${addressTexts(resource.externalIPs)}`;
  return [{ what, claims, origin: first.at }];
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer (v1.34; S3.9) */
function balancerEntrance(resource: ServiceResource): readonly Entrance[] {
  if (resource.type?.value !== "LoadBalancer") return [];
  const [first] = resource.loadBalancerAddresses;
  if (first === undefined) {
    const what = "a load balancer whose address the input does not state";
    return [{ what, claims: [], origin: resource.type.at }];
  }
  const addresses = addressSets.ofAddresses(resource.loadBalancerAddresses.map((a) => a.value));
  const claims = perProtocol(resource.ports, addresses, ownPort);
  const what = `load balancer address ${addressTexts(resource.loadBalancerAddresses)}`;
  return [{ what, claims, origin: first.at }];
}

function ownPort(spec: ServicePortSpec): PortSet {
  return [[spec.port.value, spec.port.value]];
}

function addressTexts(located: readonly { readonly value: Address }[]): string {
  return formatAddresses(located.map((a) => a.value)).join(" ");
}

function nodePortText(resource: ServiceResource, automatic: boolean): string {
  const stated = resource.ports.flatMap((spec) => {
    const number = spec.nodePort?.value ?? 0;
    return number > 0 ? [String(number)] : [];
  });
  const open = automatic && stated.length < resource.ports.length;
  const texts = [...stated, ...(open ? ["30000-32767 (not stated)"] : [])];
  return `node port ${texts.join(" ")}`;
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (S3.6; kubernetes#20092) */
function checkNodePorts(services: readonly BuiltService[], sink: Sink): void {
  const users = new Map<number, { resource: ServiceResource; at: Origin; port: number }>();
  for (const { resource } of services) {
    for (const spec of resource.ports) {
      const number = spec.nodePort?.value ?? 0;
      const other = users.get(number);
      if (number === 0 || spec.nodePort === undefined) continue;
      if (other === undefined) {
        users.set(number, { resource, at: spec.nodePort.at, port: spec.port.value });
      } else if (other.resource !== resource || other.port !== spec.port.value) {
        sink.diagnostics.push({
          code: "NQ2032",
          severity: "error",
          message: `a node port must belong to one port of one service; found ${String(number)} in ${objectId(resource.meta)} and in ${objectId(other.resource.meta)}`,
          at: spec.nodePort.at,
          related: [{ message: "the other use", at: other.at }],
        });
      }
    }
  }
}

/** A service of which it cannot be told where it leads; its ports are claimed at its own addresses. */
export interface UndecidableService {
  readonly service: Service;
  readonly code: DiagnosticCode;
  /** Completes "port 80 of shop/Service/web, ". */
  readonly why: string;
  readonly at: Origin;
}

function clusterAddressFrontends(undecidable: UndecidableService): readonly UnmodelledFrontend[] {
  const { service, code, why, at } = undecidable;
  const addresses = addressSets.ofAddresses(service.addresses);
  if (addressSets.isEmpty(addresses)) return [];
  return service.ports.map((port) => ({
    addresses,
    protocol: port.protocol,
    ports: [[port.port, port.port]],
    ...(port.name === undefined ? {} : { portName: port.name }),
    code,
    text: `port ${String(port.port)} of ${service.namespace}/Service/${service.name}, ${why},`,
    // Filters judge the packet after its translation, so it opens no pod that is not open directly.
    leadsTo: [],
    origin: at,
  }));
}

/**
 * A node has one address of each family in the model; at its others everything is open, and pods on its
 * network receive what is sent there.
 */
function furtherNodeAddresses(population: Population): readonly UnmodelledFrontend[] {
  const isMovable = (pod: Pod): boolean => population.placements.has(podId(pod));
  return population.nodes.flatMap((node) => {
    const further = population.furtherNodeAddresses.get(node.name) ?? [];
    const { origin } = node;
    if (further.length === 0 || origin === undefined) return [];
    const addresses = addressSets.ofAddresses(further);
    const text = `address ${further.map(formatAddress).join(" ")} of node ${node.name}`;
    const receivers = population.pods
      .filter((pod) => pod.hostNetwork && (pod.node === node.name || isMovable(pod)))
      .map(podId);
    return PROTOCOLS.map((protocol) =>
      frontend({ addresses, protocol, ports: [[1, 65_535]] }, text, origin, receivers),
    );
  });
}

/**
 * The API server's own service, which every cluster has at the first address of its service block.
 *
 * @source https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ (v1.34; S3.35)
 */
function apiServer(
  services: readonly BuiltService[],
  population: Population,
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const given = services.some(
    ({ service }) => service.namespace === "default" && service.name === "kubernetes",
  );
  const block = population.blocks.service.assignable.find(
    (candidate) => candidate.family === population.families[0],
  );
  if (given || block === undefined) return [];
  const address: Address = { family: block.family, bits: block.bits + 1n };
  if (services.some(({ service }) => service.addresses.some((a) => a.bits === address.bits)))
    return [];
  const text = `the API server's service at ${formatAddress(address)}`;
  sink.assumptions.push({
    text: `The API server's service default/kubernetes has the address ${formatAddress(address)}; it is not given, so connections to its port 443 are undecided.`,
    from: "default",
  });
  const claim: Claim = {
    addresses: addressSets.ofAddresses([address]),
    protocol: "TCP",
    ports: [[443, 443]],
  };
  return [frontend(claim, text, { file: "<assumed>", line: 1, column: 1, path: "" }, [])];
}
