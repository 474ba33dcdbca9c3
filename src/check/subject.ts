/**
 * What is analysed: a cluster as read, and the networks that stand for its bounds. Each is built once,
 * when it is first asked for: a query must not pay for a proof.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { type Bound, NO_UNKNOWNS, type Unknowns } from "../../models/kubernetes/unknowns.ts";
import type { Network } from "../../models/network/network.ts";
import { compile } from "../compile/compile.ts";
import { type Engine, createEngine } from "../engine/engine.ts";
import { createPacketSets } from "../reach/packet-sets.ts";
import { type Reach, createReach } from "../reach/reach.ts";

/** A cluster to analyse. */
export interface Subject {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly unknowns: Unknowns;
  /** The network for `bound`. */
  readonly network: (bound: Bound) => Network;
  readonly engine: (bound: Bound) => Engine;
  readonly reach: (bound: Bound) => Reach;
}

/** A subject for `cluster`. @cost nothing until a network is asked for */
export function createSubject(cluster: Cluster, profile: Profile, unknowns: Unknowns): Subject {
  const network = boundedNetworks(cluster, profile, unknowns);
  // One pool, so that the sets of different bounds can be compared by identity.
  const sets = createPacketSets();
  return {
    cluster,
    profile,
    unknowns,
    network,
    engine: memo((bound: Bound) => createEngine(network(bound))),
    reach: memo((bound: Bound) => createReach(network(bound), sets)),
  };
}

/** Where nothing is unknown the three bounds are one network, and only that one is made. */
function boundedNetworks(
  cluster: Cluster,
  profile: Profile,
  unknowns: Unknowns,
): (bound: Bound) => Network {
  const certain = memo((bound: "assumed") => compile(cluster, profile, NO_UNKNOWNS, bound));
  const bounded = memo((bound: Bound) => compile(cluster, profile, unknowns, bound));
  const certainly = profile.hostNetworkPods !== "undecided" && isCertain(unknowns);
  return certainly ? () => certain("assumed") : bounded;
}

function isCertain(unknowns: Unknowns): boolean {
  const { podAddresses, nodeAddresses, placements, namespaceLabels, footprints } = unknowns;
  const facts = [podAddresses, nodeAddresses, placements, namespaceLabels];
  return footprints.length === 0 && facts.every((fact) => fact.size === 0);
}

function memo<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
