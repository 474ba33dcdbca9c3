/**
 * The endpoints of services: where a connection to one can be led.
 */
import { type Address, sameAddress } from "../base/address.ts";
import type { Family, Protocol } from "../base/family.ts";
import type { Cluster, Node, Pod, Service, ServicePort, TopologyHints } from "./cluster.ts";
import { targetNamed } from "./named-port.ts";
import type { Labels } from "./selector.ts";

/** Where a service's port can lead. */
export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}

/** An endpoint with what decides whether it is used. */
interface Candidate extends Endpoint {
  readonly node?: string | undefined;
  /** `ready`: used; `terminating`: used where none is ready. */
  readonly state: "ready" | "terminating" | "unusable";
  readonly hints?: TopologyHints | undefined;
}

/** The label of a node that names its zone. */
const ZONE = "topology.kubernetes.io/zone";

/**
 * The port of `service` that a connection to its address with `protocol` and `port` calls; undefined
 * when the service does not define it. Frontends are exact.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-modes (v1.34; S4.1)
 */
export function calledPort(
  service: Service,
  protocol: Protocol,
  port: number,
): ServicePort | undefined {
  return service.ports.find((p) => p.protocol === protocol && p.port === port);
}

/**
 * Whether the service's `selector` selects `pod`: all its pairs are among the pod's labels. A selector
 * that is absent or empty selects nothing.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (ServiceSpec.selector; S0.8, S3.17)
 */
export function selectsForService(selector: Labels | undefined, labels: Labels): boolean {
  if (selector === undefined || selector.size === 0) return false;
  return [...selector].every(([key, value]) => labels.get(key) === value);
}

/**
 * The endpoints of `port` of `service` in `family` that a connection can be led to: the ready ones, or,
 * where none is ready, those that still serve while they terminate. With `node` only those on that node
 * are asked about, so that there the ones that terminate can be used although others are ready elsewhere.
 * Empty iff there are none. Any of them can be chosen.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions (v1.34; S3.20, S3.22)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/topology.go (CategorizeEndpoints; S3.34)
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors (v1.34; S3.24, S3.27)
 */
export function endpoints(
  cluster: Cluster,
  service: Service,
  port: ServicePort,
  family: Family,
  node?: string,
): readonly Endpoint[] {
  const all = candidates(cluster, service, port, family).filter(
    (candidate) => node === undefined || candidate.node === node,
  );
  const ready = all.filter(({ state }) => state === "ready");
  return distinct(ready.length > 0 ? ready : all.filter(({ state }) => state === "terminating"));
}

/**
 * Those of all {@link endpoints} that `node` chooses from with policy Cluster: where every ready one is kept for
 * some nodes and this is among them, those kept for it; else likewise for its zone; else all.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/topology.go (topologyModeFromHints; S3.33)
 */
export function endpointsFrom(
  cluster: Cluster,
  service: Service,
  port: ServicePort,
  family: Family,
  node: Node,
): readonly Endpoint[] {
  const ready = candidates(cluster, service, port, family).filter((c) => c.state === "ready");
  const forNode = keptFor(ready, "nodes", node.name);
  const forZone = keptFor(ready, "zones", node.labels.get(ZONE));
  if (forNode.length > 0) return distinct(forNode);
  if (forZone.length > 0) return distinct(forZone);
  return endpoints(cluster, service, port, family);
}

/** Those of `ready` that are kept for `name`; none where one of them is kept for nobody. */
function keptFor(
  ready: readonly Candidate[],
  by: keyof TopologyHints,
  name: string | undefined,
): readonly Candidate[] {
  const namesOf = (candidate: Candidate): readonly string[] => candidate.hints?.[by] ?? [];
  if (name === undefined || ready.some((candidate) => namesOf(candidate).length === 0)) return [];
  return ready.filter((candidate) => namesOf(candidate).includes(name));
}

/** All that could be endpoints, ready or not; one may be listed several times. */
function candidates(
  cluster: Cluster,
  service: Service,
  port: ServicePort,
  family: Family,
): readonly Candidate[] {
  const selected = cluster.pods.filter(
    (pod) => pod.namespace === service.namespace && selectsForService(service.selector, pod.labels),
  );
  return [
    ...selected.flatMap((pod) => podCandidates(service, pod, port, family)),
    ...sliceCandidates(service, port, family),
  ];
}

/** `pod` as an endpoint: none where it lacks the family or the named port. */
function podCandidates(
  service: Service,
  pod: Pod,
  port: ServicePort,
  family: Family,
): readonly Candidate[] {
  const target =
    typeof port.target === "number" ? port.target : targetNamed(pod, port.target, port.protocol);
  if (target === undefined) return [];
  const isReady = service.publishNotReadyAddresses || (pod.ready && !pod.terminating);
  const state = isReady ? "ready" : pod.ready && pod.terminating ? "terminating" : "unusable";
  return pod.addresses
    .filter((address) => address.family === family)
    .map((address) => ({ address, port: target, node: pod.node, state }));
}

/** Endpoints written by hand; a slice speaks of the service's port by its name and protocol. */
function sliceCandidates(
  service: Service,
  port: ServicePort,
  family: Family,
): readonly Candidate[] {
  return service.slices
    .filter((slice) => slice.family === family)
    .flatMap((slice) => {
      const numbers = slice.ports
        .filter((p) => p.name === port.name && p.protocol === port.protocol)
        .map((p) => p.number);
      return slice.endpoints.flatMap(({ address, node, ready, servesTerminating, hints }) => {
        const state = ready ? "ready" : servesTerminating === true ? "terminating" : "unusable";
        return numbers.map((number): Candidate => ({ address, port: number, node, state, hints }));
      });
    });
}

function distinct(all: readonly Candidate[]): readonly Endpoint[] {
  const same = (a: Endpoint, b: Endpoint): boolean =>
    a.port === b.port && sameAddress(a.address, b.address);
  return all
    .filter((endpoint, i) => all.findIndex((other) => same(endpoint, other)) === i)
    .map(({ address, port }) => ({ address, port }));
}
