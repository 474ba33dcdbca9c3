/**
 * Frontends that are not modelled: host ports, addresses that nodes share, services whose endpoints cannot
 * be told, and what is left of node ports and load balancers. Each claims its addresses and ports.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import {
  type Pod,
  podId,
  type Service,
  type UnmodelledFrontend,
} from "../../models/kubernetes/cluster.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { compareText } from "../base/diagnostic.ts";
import { formatAddress } from "../base/ip.ts";
import type { ServiceResource } from "../manifest/resources.ts";
import type { Population } from "./pods.ts";
import type { BuiltService } from "./services.ts";
import { type Claim, frontend } from "./frontend-claim.ts";
import type { FrontendTargets } from "./frontend-targets.ts";
import type { Published } from "./published.ts";
import { closedEntrances } from "./publishing-doubts.ts";
import { objectId, type Sink } from "./sink.ts";

/**
 * All frontends, sorted by their texts. `undecidable` are services whose own addresses count as such;
 * `published` says of the others what is modelled of them.
 */
export function buildFrontends(
  services: readonly BuiltService[],
  undecidable: readonly UndecidableService[],
  population: Population,
  published: Published,
  targets: FrontendTargets,
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const unclear = new Set(undecidable.map((u) => u.service));
  checkNodePorts(services, sink);
  return [
    ...published.frontends,
    ...services
      .filter(({ service }) => unclear.has(service))
      .flatMap((built) => closedEntrances(built, population, targets.behind(built.service)))
      .map((entrance) => entrance.frontend),
    ...undecidable.flatMap(clusterAddressFrontends),
    ...contestedNodeAddresses(population),
    ...apiServer(services, population, sink),
  ].sort((a, b) => compareText(a.text, b.text) || compareText(a.protocol, b.protocol));
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
 * What several have, beyond the addresses by which the cluster knows its nodes: everything is open there,
 * and pods on the nodes' network may receive what is sent there.
 */
function contestedNodeAddresses(population: Population): readonly UnmodelledFrontend[] {
  const isMovable = (pod: Pod): boolean => population.placements.has(podId(pod));
  return population.nodes.flatMap((node) => {
    const contested = population.contestedNodeAddresses.get(node.name) ?? [];
    const { origin } = node;
    if (contested.length === 0 || origin === undefined) return [];
    const addresses = addressSets.ofAddresses(contested);
    const text = `address ${contested.map(formatAddress).join(" ")} of node ${node.name}`;
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
