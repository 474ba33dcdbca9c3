/** Codes NQ2xxx: cluster. */
export const CLUSTER_CODES = {} as const;
