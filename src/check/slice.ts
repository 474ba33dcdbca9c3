/**
 * The part of a cluster that the definition reads for one pair of ends.
 */
import type { Cluster, Pod } from "../../models/kubernetes/cluster.ts";
import type { NetworkPolicy } from "../../models/kubernetes/policy.ts";
import { groupBy } from "../base/group-by.ts";

/** Slices of one cluster. */
export interface Slicer {
  /**
   * The cluster with only `pods`, their namespaces' policies and the services that are published: enough
   * for direct connections among `pods`, nodes and the outside, since a policy affects pods of its
   * namespace only and reads no pod but the two ends; what is published claims addresses and ports.
   *
   * @law admitted boxes of a slice equal those of the cluster
   */
  readonly slice: (pods: readonly Pod[]) => Cluster;
}

/** A slicer of `cluster`. @cost of a slice: the policies of the pods' namespaces */
export function createSlicer(cluster: Cluster): Slicer {
  const policies = groupBy(cluster.policies, (policy) => policy.namespace);
  const namespaces = new Map(cluster.namespaces.map((namespace) => [namespace.name, namespace]));
  const published = cluster.services.filter(
    ({ externalAddresses = [], balancer, ports }) =>
      externalAddresses.length > 0 ||
      (balancer?.addresses ?? []).length > 0 ||
      ports.some((port) => port.nodePort !== undefined),
  );
  // Host ports claim ports of nodes, wherever the two ends are.
  const mapping = cluster.pods.filter((pod) => (pod.hostPorts ?? []).length > 0);
  const nodes = new Map(cluster.nodes.map((node) => [node.name, node]));
  return {
    slice: (pods) => {
      const names = [...new Set(pods.map((pod) => pod.namespace))];
      return {
        ...cluster,
        namespaces: names.flatMap((name) => namespaces.get(name) ?? []),
        nodes: pods.length === 2 ? nodesOf(pods, nodes) : cluster.nodes,
        pods: pods.length === 2 ? pods : [...new Set([...pods, ...mapping])],
        services: published,
        policies: names.flatMap((name): readonly NetworkPolicy[] => policies.get(name) ?? []),
        frontends: [],
      };
    },
  };
}

function nodesOf<N>(pods: readonly Pod[], nodes: ReadonlyMap<string, N>): readonly N[] {
  return [...new Set(pods.map((pod) => pod.node))].flatMap((name) => nodes.get(name) ?? []);
}
