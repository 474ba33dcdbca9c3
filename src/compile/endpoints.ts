/**
 * The endpoints of a service's port: where a connection to it may be sent.
 */
import { type Address, compareAddresses } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import type {
  EndpointSlice,
  Node,
  Pod,
  Service,
  ServicePort,
} from "../../models/kubernetes/cluster.ts";
import { bothBits, isNoBits, positionsIn } from "./bits.ts";
import { type Ground, addressOf } from "./ground.ts";
import { podName } from "./names.ts";
import { namedTarget } from "./ports.ts";
import { carriersOf } from "./selector-index.ts";

type SliceEndpoint = EndpointSlice["endpoints"][number];

/** One place to which a service's port may send a connection. */
export interface Endpoint {
  readonly address: Address;
  readonly port: number;
  /** How a trace names it. */
  readonly name: string;
  readonly origins: readonly Origin[];
}

/**
 * The endpoints of `port` in `family`, sorted by address and port, without repetition: those that are
 * ready; where there is none, those that still serve while they terminate. With `node`, of those on it.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/topology.go (CategorizeEndpoints; S3.34)
 */
export function endpointsOf(
  ground: Ground,
  service: Service,
  port: ServicePort,
  family: Family,
  node?: Node,
): readonly Endpoint[] {
  const isNear = (at: string | undefined): boolean => node === undefined || at === node.name;
  const selected = selectedPods(ground, service).filter((pod) => isNear(pod.node));
  const ready = selected.filter((pod) => isReady(service, pod));
  const first = [
    ...ready.flatMap((pod) => podEndpoint(pod, port, family)),
    ...handWritten(service, port, family, (e) => e.ready && isNear(e.node)),
  ];
  if (first.length > 0) return distinct(first);
  const serving = selected.filter((pod) => pod.ready && pod.terminating);
  return distinct([
    ...serving.flatMap((pod) => podEndpoint(pod, port, family)),
    ...handWritten(service, port, family, (e) => e.servesTerminating === true && isNear(e.node)),
  ]);
}

/** The label of a node that names its zone. */
const ZONE = "topology.kubernetes.io/zone";

/** Whether the hints of `service`, if it has any, can make nodes choose from different endpoints. */
export function isHinted(service: Service): boolean {
  return service.slices.some((slice) =>
    slice.endpoints.some(
      ({ hints }) => hints !== undefined && hints.zones.length + hints.nodes.length > 0,
    ),
  );
}

/**
 * Those of `all`, the endpoints of `port` in `family`, from which the proxy of `node` chooses: hints narrow
 * them when each ready endpoint has one of a kind and some name the node, or else its zone.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/topology.go (topologyModeFromHints; S3.33)
 */
export function endpointsFor(
  ground: Ground,
  service: Service,
  port: ServicePort,
  family: Family,
  node: Node,
  all: readonly Endpoint[],
): readonly Endpoint[] {
  if (!isHinted(service)) return all;
  // A selected pod is an endpoint without hints.
  const pods = selectedPods(ground, service).filter((pod) => isReady(service, pod));
  if (pods.some((pod) => podEndpoint(pod, port, family).length > 0)) return all;
  const usable = (e: SliceEndpoint): boolean => e.ready;
  const count = handWritten(service, port, family, usable).length;
  const kinds: readonly ((e: SliceEndpoint) => readonly string[])[] = [
    (e) => e.hints?.nodes ?? [],
    (e) => e.hints?.zones ?? [],
  ];
  const names = [node.name, node.labels.get(ZONE)];
  for (const [i, hintsOf] of kinds.entries()) {
    const name = names[i];
    if (name === undefined) continue;
    const hinted = handWritten(service, port, family, (e) => e.ready && hintsOf(e).length > 0);
    const own = handWritten(service, port, family, (e) => e.ready && hintsOf(e).includes(name));
    if (hinted.length === count && own.length > 0) return distinct(own);
  }
  return all;
}

/**
 * The pods of the service's namespace that carry all labels of its selector; none without a selector.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors (v1.34; S0.8, S3.17)
 */
function selectedPods(ground: Ground, service: Service): readonly Pod[] {
  const { selector } = service;
  const inNamespace = ground.podsByNamespace.get(service.namespace);
  if (selector === undefined || selector.size === 0 || inNamespace === undefined) return [];
  const selected = bothBits(carriersOf(ground.podIndex, selector), inNamespace);
  if (isNoBits(selected)) return [];
  return positionsIn(selected).flatMap((position) => ground.cluster.pods[position] ?? []);
}

/** @source https://github.com/kubernetes/api/blob/master/discovery/v1/types.go (EndpointConditions; S3.20, S3.22) */
function isReady(service: Service, pod: Pod): boolean {
  return service.publishNotReadyAddresses || (pod.ready && !pod.terminating);
}

function podEndpoint(pod: Pod, port: ServicePort, family: Family): readonly Endpoint[] {
  const address = addressOf(pod.addresses, family);
  if (address === undefined) return [];
  const name = podName(pod);
  if (typeof port.target === "number") {
    return [{ address, port: port.target, name, origins: [pod.origin] }];
  }
  const target = namedTarget(pod, port.target, port.protocol);
  if (target === undefined) return [];
  return [{ address, port: target.number, name, origins: [target.origin, pod.origin] }];
}

/**
 * The endpoints that slices give `port`, joined with it by name.
 *
 * @source https://github.com/kubernetes/api/blob/master/discovery/v1/types.go (EndpointPort; S3.24)
 */
function handWritten(
  service: Service,
  port: ServicePort,
  family: Family,
  isUsed: (endpoint: SliceEndpoint) => boolean,
): readonly Endpoint[] {
  return service.slices
    .filter((slice) => slice.family === family)
    .flatMap((slice) => {
      const numbers = slice.ports
        .filter((p) => (p.name ?? "") === (port.name ?? "") && p.protocol === port.protocol)
        .map((p) => p.number);
      return slice.endpoints
        .filter((endpoint) => isUsed(endpoint) && endpoint.address.family === family)
        .flatMap(({ address, origin }) =>
          numbers.map((number) => ({
            address,
            port: number,
            name: "an address given by hand",
            origins: [origin, slice.origin],
          })),
        );
    });
}

function distinct(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const sorted = [...endpoints].sort(
    (a, b) => compareAddresses(a.address, b.address) || a.port - b.port,
  );
  return sorted.filter((endpoint, i) => {
    const before = sorted[i - 1];
    return (
      before === undefined ||
      before.port !== endpoint.port ||
      compareAddresses(before.address, endpoint.address) !== 0
    );
  });
}
