/**
 * What a connection to a service's address can become.
 */
import { type Address, sameAddress } from "../base/address.ts";
import type { Family, Protocol } from "../base/family.ts";
import type { Cluster, Pod, Service, ServicePort } from "./cluster.ts";
import { targetNamed } from "./named-port.ts";
import type { Labels } from "./selector.ts";

/** Where a service's port can lead. */
export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}

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
 * where none is ready, those of pods that still serve while they terminate. Empty iff there are none.
 * Any of them can be chosen.
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
): readonly Endpoint[] {
  const selected = cluster.pods.filter(
    (pod) => pod.namespace === service.namespace && selectsForService(service.selector, pod.labels),
  );
  const at = (pods: readonly Pod[]): readonly Endpoint[] =>
    pods.flatMap((pod) => podEndpoints(pod, port, family));
  const ready = [
    ...at(selected.filter((pod) => service.publishNotReadyAddresses || isReady(pod))),
    ...sliceEndpoints(service, port, family),
  ];
  return distinct(ready.length > 0 ? ready : at(selected.filter(servesWhileTerminating)));
}

function isReady(pod: Pod): boolean {
  return pod.ready && !pod.terminating;
}

function servesWhileTerminating(pod: Pod): boolean {
  return pod.ready && pod.terminating;
}

/** `pod` as an endpoint: none where it lacks the family or the named port. */
function podEndpoints(pod: Pod, port: ServicePort, family: Family): readonly Endpoint[] {
  const target =
    typeof port.target === "number" ? port.target : targetNamed(pod, port.target, port.protocol);
  if (target === undefined) return [];
  return pod.addresses
    .filter((address) => address.family === family)
    .map((address) => ({ address, port: target }));
}

/** Ready endpoints written by hand; a slice speaks of the service's port by its name and protocol. */
function sliceEndpoints(service: Service, port: ServicePort, family: Family): readonly Endpoint[] {
  return service.slices
    .filter((slice) => slice.family === family)
    .flatMap((slice) => {
      const numbers = slice.ports
        .filter((p) => p.name === port.name && p.protocol === port.protocol)
        .map((p) => p.number);
      const ready = slice.endpoints.filter((endpoint) => endpoint.ready);
      return ready.flatMap(({ address }) => numbers.map((number) => ({ address, port: number })));
    });
}

function distinct(all: readonly Endpoint[]): readonly Endpoint[] {
  const same = (a: Endpoint, b: Endpoint): boolean =>
    a.port === b.port && sameAddress(a.address, b.address);
  return all.filter((endpoint, i) => all.findIndex((other) => same(endpoint, other)) === i);
}
