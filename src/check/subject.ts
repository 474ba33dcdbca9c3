/**
 * What is analysed: a cluster as read, and the networks that stand for its bounds. Each is built once,
 * when it is first asked for: a query must not pay for a proof.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { type Bound, NO_UNKNOWNS, type Unknowns } from "../../models/kubernetes/unknowns.ts";
import type { Network } from "../../models/network/network.ts";
import { memo } from "../base/memo.ts";
import { compile } from "../compile/compile.ts";
import { type Engine, createEngine } from "../engine/engine.ts";
import { createPacketSets } from "../reach/packet-sets.ts";
import { type Reach, createReach } from "../reach/reach.ts";

/** How a cluster becomes the network for a bound. */
export type Lowering = typeof compile;

/** A cluster to analyse. */
export interface Subject {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly unknowns: Unknowns;
  /** How its networks are made. */
  readonly lowering: Lowering;
  /** Whether nothing is unknown, so that the networks of all bounds are one. */
  readonly settled: boolean;
  /** The network for `bound`. */
  readonly network: (bound: Bound) => Network;
  readonly engine: (bound: Bound) => Engine;
  readonly reach: (bound: Bound) => Reach;
  /** A subject for another cluster in which nothing is unknown, of the same profile, lowered alike. */
  readonly settledWith: (cluster: Cluster) => Subject;
}

/**
 * A subject for `stated`, of which policies are left out where the profile says that nobody enforces them. `lower` makes its networks; one that plants faults shows what they would break.
 *
 * @cost nothing until a network is asked for
 */
export function createSubject(
  stated: Cluster,
  profile: Profile,
  unknowns: Unknowns,
  lower: Lowering = compile,
): Subject {
  // What nobody enforces explains nothing either.
  const cluster = profile.networkPolicy === "ignored" ? { ...stated, policies: [] } : stated;
  const settled = profile.hostNetworkPods !== "undecided" && isCertain(unknowns);
  const network = boundedNetworks(cluster, profile, unknowns, settled, lower);
  const engine = memo((of: Network) => createEngine(of));
  // One pool, so that the sets of different bounds can be compared by identity.
  const sets = createPacketSets();
  const reach = memo((of: Network) => createReach(of, sets));
  return {
    cluster,
    profile,
    unknowns,
    lowering: lower,
    settled,
    network,
    engine: (bound) => engine(network(bound)),
    reach: (bound) => reach(network(bound)),
    settledWith: (other) => createSubject(other, profile, NO_UNKNOWNS, lower),
  };
}

/** Where nothing is unknown the three bounds are one network, and only that one is made. */
function boundedNetworks(
  cluster: Cluster,
  profile: Profile,
  unknowns: Unknowns,
  settled: boolean,
  lower: Lowering,
): (bound: Bound) => Network {
  const certain = memo((bound: Bound) => lower(cluster, profile, NO_UNKNOWNS, bound));
  const bounded = memo((bound: Bound) => lower(cluster, profile, unknowns, bound));
  return settled ? () => certain("assumed") : bounded;
}

function isCertain(unknowns: Unknowns): boolean {
  const { podAddresses, nodeAddresses, innerAddresses, placements, namespaceLabels, footprints } =
    unknowns;
  const facts = [podAddresses, nodeAddresses, innerAddresses, placements, namespaceLabels];
  return footprints.length === 0 && facts.every((fact) => fact.size === 0);
}
