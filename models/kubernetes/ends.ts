/**
 * Who has which address, and who sends. Every address belongs to exactly one of: loopback, a pod, a
 * node, a service, the unassigned rest of the cluster's blocks, the outside.
 */
import {
  ALL_ADDRESSES,
  type Address,
  type AddressSet,
  LOOPBACK,
  NO_ADDRESSES,
  addressSets,
  sameAddress,
} from "../base/address.ts";
import type { EndpointId } from "../base/connection.ts";
import {
  type Cluster,
  type Node,
  OUTSIDE,
  type Pod,
  type Service,
  innerAddressesOf,
  nodeEndpoint,
  ownAddressesOf,
  podEndpoint,
} from "./cluster.ts";

/** Whether `address` is one of the addresses of `owner`. */
export function has(owner: { readonly addresses: readonly Address[] }, address: Address): boolean {
  return owner.addresses.some((own) => sameAddress(own, address));
}

/** Whether `address` is one of `node`'s own. */
export function isOwn(node: Node, address: Address): boolean {
  return ownAddressesOf(node).some((own) => sameAddress(own, address));
}

/**
 * The pod whose own address `address` is; undefined when none has it. A host-network pod has no address
 * of its own: its node's addresses are the node's.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.1)
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.hostNetwork; S1.8)
 */
export function podAt(cluster: Cluster, address: Address): Pod | undefined {
  return cluster.pods.find((pod) => !pod.hostNetwork && has(pod, address));
}

/**
 * The node that has `address`; undefined when none has it.
 *
 * @source https://kubernetes.io/docs/reference/node/node-status/#addresses (v1.34)
 */
export function nodeAt(cluster: Cluster, address: Address): Node | undefined {
  return cluster.nodes.find((node) => isOwn(node, address));
}

/** Whether `address` is one that some node has towards pods only. */
export function isInner(cluster: Cluster, address: Address): boolean {
  const inner = cluster.nodes.flatMap(innerAddressesOf);
  return inner.some((own) => sameAddress(own, address));
}

/**
 * The service that has the cluster address `address`; undefined when none has it.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#type-clusterip (v1.34; S3.2)
 */
export function serviceAt(cluster: Cluster, address: Address): Service | undefined {
  return cluster.services.find((service) => has(service, address));
}

/**
 * The node on which `pod` runs; undefined only for a cluster that is not well-formed.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.nodeName)
 */
export function nodeOf(cluster: Cluster, pod: Pod): Node | undefined {
  return cluster.nodes.find((node) => node.name === pod.node);
}

/**
 * Whether `address` lies in a block from which pods or services have their addresses.
 *
 * @source https://kubernetes.io/docs/concepts/cluster-administration/networking/#kubernetes-ip-address-ranges (v1.34; S0.5)
 */
export function inClusterBlocks(cluster: Cluster, address: Address): boolean {
  const blocks = addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]);
  return addressSets.contains(blocks, address);
}

/**
 * The addresses of everything outside: all but loopback, those of the cluster's load balancers, the blocks of pods and services, and the
 * addresses of pods, nodes and services. Both families, whichever the cluster uses.
 *
 * @source https://kubernetes.io/docs/concepts/cluster-administration/networking/#kubernetes-ip-address-ranges (v1.34; S0.5)
 */
export function outsideAddresses(cluster: Cluster): AddressSet {
  const owned = [
    ...[...cluster.pods, ...cluster.services].flatMap((owner) => owner.addresses),
    ...cluster.nodes.flatMap(ownAddressesOf),
  ];
  const balancers = cluster.services.flatMap((service) => service.balancer?.addresses ?? []);
  const inside = [
    LOOPBACK,
    addressSets.ofAddresses(balancers),
    addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]),
    addressSets.ofAddresses(owned),
  ].reduce(addressSets.union);
  return addressSets.subtract(ALL_ADDRESSES, inside);
}

/** Whether a service has `address` beside its cluster addresses: an external one or its load balancer's. */
export function isPublished(cluster: Cluster, address: Address): boolean {
  return (
    isBalancer(cluster, address) ||
    cluster.services.some(({ externalAddresses = [] }) =>
      externalAddresses.some((own) => sameAddress(own, address)),
    )
  );
}

/** Whether a load balancer of the cluster has `address`. */
export function isBalancer(cluster: Cluster, address: Address): boolean {
  return cluster.services.some(
    (service) => service.balancer?.addresses.some((own) => sameAddress(own, address)) === true,
  );
}

/** Who opens or accepts a connection, as far as the network can tell it apart. */
export type End =
  | { readonly kind: "pod"; readonly pod: Pod }
  | {
      readonly kind: "node";
      readonly node: Node;
      /** The host-network pod that it is; absent: a daemon of the node. */
      readonly pod?: Pod;
    }
  | { readonly kind: "outside" };

/**
 * The end that `endpoint` names; undefined when the cluster has none of that name. A host-network pod
 * uses the network of its node, so it is an end of the kind `node`.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.hostNetwork; S1.8)
 */
export function endOf(cluster: Cluster, endpoint: EndpointId): End | undefined {
  if (endpoint === OUTSIDE) return { kind: "outside" };
  const daemonsNode = cluster.nodes.find((node) => nodeEndpoint(node) === endpoint);
  if (daemonsNode !== undefined) return { kind: "node", node: daemonsNode };
  const pod = cluster.pods.find((candidate) => podEndpoint(candidate) === endpoint);
  if (pod === undefined) return undefined;
  if (!pod.hostNetwork) return { kind: "pod", pod };
  const node = nodeOf(cluster, pod);
  return node === undefined ? undefined : { kind: "node", node, pod };
}

/**
 * The addresses from which, and at which, `end` communicates; loopback not counted.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.1, S1.8)
 */
export function addressesOf(cluster: Cluster, end: End | undefined): AddressSet {
  switch (end?.kind) {
    case "pod":
      return addressSets.ofAddresses(end.pod.addresses);
    case "node":
      return addressSets.ofAddresses(ownAddressesOf(end.node));
    case "outside":
      return outsideAddresses(cluster);
    case undefined:
      return NO_ADDRESSES;
  }
}
