/**
 * Generated clusters that can be built in a laboratory, and packets to send there.
 */
import fc from "fast-check";
import type { Connection } from "../../models/base/connection.ts";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { isPlain, obstacle } from "../../src/lab/domain.ts";
import { clusterArbitrary } from "./cluster-arbitrary.ts";
import { connectionNear } from "./cluster-connection-near.ts";
import { profileArbitrary } from "./cluster-profile-arbitrary.ts";
import { type ClusterSettings, SMALL_CLUSTERS } from "./cluster-settings.ts";
import { connectionAtPolicies } from "./connection-at-policies.ts";
import { isOpenCluster, openDifference } from "./lab-open.ts";

/** A cluster with connections to try. */
export interface LabCase {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly connections: readonly Connection[];
}

/** Clusters of the laws, without frontends that nobody models. */
const LAB_CLUSTERS: ClusterSettings = { ...SMALL_CLUSTERS, podsMax: 6, frontendsMax: 0 };

/** A cluster that can be built, with `count` connections. */
export function labCases(
  count: number,
  settings: ClusterSettings = LAB_CLUSTERS,
): fc.Arbitrary<LabCase> {
  return fc
    .tuple(clusterArbitrary(settings), profileArbitrary())
    .filter(
      ([cluster, profile]) => obstacle(cluster, profile) === undefined && !isOpenCluster(cluster),
    )
    .chain(([cluster, profile]) => {
      const isOpen = openDifference(cluster, profile);
      return fc
        .array(
          fc
            .oneof(connectionNear(cluster), connectionAtPolicies(cluster))
            .filter((one) => isSendable(one) && !isOpen(one)),
          { minLength: count, maxLength: count, size: "max" },
        )
        .map((connections) => ({
          cluster,
          profile,
          connections,
        }));
    });
}

/** Whether the addresses of a connection are like any other to a kernel. */
export function isSendable({ family, source, destination }: Connection): boolean {
  return isPlain({ family, bits: source }) && isPlain({ family, bits: destination });
}
