/**
 * How much of a cluster is built. Beyond a limit a diagnostic says so.
 */
export const CLUSTER_LIMITS = {
  /** Replicas of one workload that are built as pods; the others would be like them (S2.11). */
  replicasMax: 250,
  /** Pods of a cluster. Beyond it there is no cluster, only an error. */
  podsMax: 20_000,
  /** Nodes that are assumed on account of the pods' number and host ports. */
  assumedNodesMax: 250,
} as const;
