/**
 * Where the kernel and the model are known to differ: kept below fixtures/regressions/lab/open, and left out by law A6
 * until they agree.
 */
import { LOOPBACK, addressSets, sameAddress } from "../../models/base/address.ts";
import type { Connection } from "../../models/base/connection.ts";
import { type Cluster, nodeEndpoint } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";

/**
 * A node that calls a host port of its own at loopback stays with itself in the model, and reaches the pod in the
 * kernel (host-port-at-loopback).
 */
export function isOpenDifference(
  { pods }: Cluster,
  { hostPorts }: Profile,
  { from, family, protocol, destination, destinationPort }: Connection,
): boolean {
  if (hostPorts === "none") return false;
  if (!addressSets.contains(LOOPBACK, { family, bits: destination })) return false;
  return pods.some(
    (pod) =>
      from === nodeEndpoint({ name: pod.node }) &&
      (pod.hostPorts ?? []).some(
        (port) => port.protocol === protocol && port.number === destinationPort,
      ),
  );
}

/**
 * A host port leads to an address and port that a service without endpoints publishes: kube-proxy refuses what has
 * been translated already, of which the model knows nothing (host-port-to-published).
 */
export function isOpenCluster({ pods, services }: Cluster): boolean {
  return pods.some(({ hostPorts = [], addresses }) =>
    services.some((service) => {
      const published = [
        ...service.addresses,
        ...(service.externalAddresses ?? []),
        ...(service.balancer?.addresses ?? []),
      ];
      return (
        addresses.some((own) => published.some((other) => sameAddress(own, other))) &&
        hostPorts.some((mapped) =>
          service.ports.some(
            ({ protocol, port }) => protocol === mapped.protocol && port === mapped.target,
          ),
        )
      );
    }),
  );
}
