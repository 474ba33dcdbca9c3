/**
 * Clusters as they are built where facts are assumed: what then could not be told is never published.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import {
  type Cluster,
  type Pod,
  type Service,
  type ServicePort,
  ownAddressesOf,
  podId,
} from "../../models/kubernetes/cluster.ts";
import { withoutHints } from "../../src/cluster/topology-hints.ts";
import type { Unknowns } from "../../models/kubernetes/unknowns.ts";

/**
 * `cluster` as building would leave it with `unknowns`: no service leads to pods of one node or zone where the
 * nodes of pods are assumed, host ports are of pods whose node is known, and nobody's assumed address is an external
 * one or a host port's.
 */
export function describable(cluster: Cluster, unknowns: Unknowns): Cluster {
  const isPlaced = unknowns.placements.size === 0;
  const isAddressed = [
    unknowns.podAddresses,
    unknowns.nodeAddresses,
    unknowns.innerAddresses,
  ].every(({ size }) => size === 0);
  const owned = addressSets.ofAddresses([
    ...cluster.pods.flatMap((pod) => pod.addresses),
    ...cluster.nodes.flatMap(ownAddressesOf),
  ]);
  const isFree = (address: Address): boolean => !addressSets.contains(owned, address);
  return {
    ...cluster,
    pods: cluster.pods.map((pod) => withKnownHostPorts(pod, unknowns)),
    services: cluster.services.map((service): Service => {
      const {
        internalTrafficPolicy,
        externalAddresses = [],
        balancer,
        ports,
        ...rest
      } = isPlaced ? service : { ...service, slices: service.slices.map(withoutHints) };
      const isLocal = service.externalTrafficPolicy === "Local" && !isPlaced;
      const externals = isLocal ? [] : externalAddresses;
      return {
        ...rest,
        ...(internalTrafficPolicy !== undefined && isPlaced ? { internalTrafficPolicy } : {}),
        ports: isLocal ? ports.map(withoutNodePort) : ports,
        externalAddresses: isAddressed ? externals : externals.filter(isFree),
        ...(balancer === undefined
          ? {}
          : {
              balancer: {
                ...balancer,
                addresses: isAddressed ? balancer.addresses : balancer.addresses.filter(isFree),
              },
            }),
      };
    }),
  };
}

function withKnownHostPorts(
  pod: Pod,
  { placements, nodeAddresses, innerAddresses }: Unknowns,
): Pod {
  const { hostPorts, ...rest } = pod;
  if (hostPorts === undefined) return pod;
  if (placements.has(podId(pod))) return rest;
  const isAssumed = nodeAddresses.has(pod.node) || innerAddresses.has(pod.node);
  return isAssumed
    ? { ...rest, hostPorts: hostPorts.filter(({ address }) => address === undefined) }
    : pod;
}

function withoutNodePort(port: ServicePort): ServicePort {
  const { nodePort, ...rest } = port;
  return nodePort === undefined ? port : rest;
}
