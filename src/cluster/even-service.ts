/**
 * Whether it makes a difference to a load balancer on which nodes the pods of a service are.
 */
import type { Pod } from "../../models/kubernetes/cluster.ts";
import { targetNamed } from "../../models/kubernetes/named-port.ts";
import type { PodIndex } from "./pod-index.ts";
import type { BuiltService } from "./services.ts";

/**
 * Whether every node with an endpoint of some port of the service has a ready one of every port, wherever its
 * pods are. False where that cannot be told.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy (v1.34; S3.7, S3.31, S3.34)
 */
export function isServedAlike({ service }: BuiltService, pods: PodIndex): boolean {
  const { selector, namespace, ports, slices } = service;
  const written = slices.flatMap((slice) => slice.endpoints);
  if (written.some((endpoint) => endpoint.servesTerminating === true)) return false;
  if (written.length > 0 && ports.length > 1) return false;
  const selected = selector === undefined ? [] : pods.withLabels(namespace, selector);
  const offers = (pod: Pod): number =>
    ports.filter(
      ({ target, protocol }) =>
        typeof target === "number" || targetNamed(pod, target, protocol) !== undefined,
    ).length;
  const isUsed = (pod: Pod): boolean => pod.ready || service.publishNotReadyAddresses;
  return selected
    .filter((pod) => isUsed(pod) && offers(pod) > 0)
    .every(
      (pod) =>
        offers(pod) === ports.length && (!pod.terminating || service.publishNotReadyAddresses),
    );
}
