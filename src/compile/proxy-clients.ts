/**
 * Whom the service proxy of a node takes its clients for, and how it serves them.
 */
import { type AddressSet, LOOPBACK, addressSets } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Service } from "../../models/kubernetes/cluster.ts";
import type { Ground, Place } from "./ground.ts";

/** The ways by which connections come to the service proxy of a node. */
export type Entry = "pods" | "host" | "node" | "outside";

/** How one sort of client is served. */
export interface Serving {
  readonly sources?: AddressSet;
  readonly local: boolean;
  readonly masquerade: boolean;
}

/**
 * How the clients that come by `entry` are served, the first that fits; those that cannot come that way
 * are left out.
 */
export function servings(
  ground: Ground,
  place: Place,
  entry: Entry,
  service: Service,
  isInternal: boolean,
  family: Family,
): readonly Serving[] {
  const { profile } = ground;
  const pods = takenForPods(ground, place, family);
  const own = addressSets.onlyFamily(entry === "host" ? ownSenders(place) : place.own, family);
  const isDetecting = profile.detectLocalMode !== "none";
  const isIpvs = profile.kubeProxyMode === "ipvs";
  const policy = isInternal ? service.internalTrafficPolicy : service.externalTrafficPolicy;
  const isLocal = policy === "Local";
  const forPods: Serving = {
    sources: pods,
    local: isLocal && (isInternal || isIpvs),
    masquerade: isInternal ? profile.masqueradeAll : !isLocal,
  };
  const forNode: Serving = {
    sources: own,
    local: isLocal && (isInternal || isIpvs),
    masquerade: isInternal ? profile.masqueradeAll || isDetecting : !isLocal || !isIpvs,
  };
  const forOthers: Serving = {
    local: isLocal,
    masquerade: isInternal ? profile.masqueradeAll || isDetecting : !isLocal,
  };
  return merged(sendersBy(ground, place, entry, family), [forPods, forNode, forOthers]);
}

/**
 * Of `servings`, of which the first that has the source counts, those that some of `senders` meets; those
 * that are like the last are one with it. Absent senders are anybody.
 */
function merged(senders: AddressSet | undefined, servings: readonly Serving[]): readonly Serving[] {
  const met: Serving[] = [];
  let left = senders;
  for (const serving of servings) {
    const { sources } = serving;
    if (sources === undefined || left === undefined) {
      if (sources === undefined || !addressSets.isEmpty(sources)) met.push(serving);
      continue;
    }
    if (addressSets.isEmpty(addressSets.intersect(left, sources))) continue;
    left = addressSets.subtract(left, sources);
    if (addressSets.isEmpty(left)) return withoutRepeats([...met, withoutSources(serving)]);
    met.push(serving);
  }
  return withoutRepeats(met);
}

function withoutSources({ local, masquerade }: Serving): Serving {
  return { local, masquerade };
}

function withoutRepeats(servings: readonly Serving[]): readonly Serving[] {
  const last = servings.at(-1);
  if (last === undefined) return servings;
  const isLikeLast = (s: Serving): boolean =>
    s.local === last.local && s.masquerade === last.masquerade;
  return servings.every(isLikeLast) ? [withoutSources(last)] : servings;
}

/** What processes of a node send from. */
function ownSenders(place: Place): AddressSet {
  return addressSets.union(place.own, LOOPBACK);
}

/** The sources of what comes by `entry`; undefined: whatever they may be. */
function sendersBy(
  ground: Ground,
  place: Place,
  entry: Entry,
  family: Family,
): AddressSet | undefined {
  switch (entry) {
    case "pods":
      // All that pods could have, so that nodes can share their tables.
      return addressSets.onlyFamily(
        addressSets.union(place.podAddresses, addressSets.ofPrefixes(ground.cluster.podCidrs)),
        family,
      );
    case "host":
      return addressSets.onlyFamily(ownSenders(place), family);
    case "node":
    case "outside":
      return undefined;
  }
}

/** @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (DetectLocalMode; S4.20a) */
function takenForPods(ground: Ground, place: Place, family: Family): AddressSet {
  const of = (prefixes: Ground["cluster"]["podCidrs"]): AddressSet =>
    addressSets.onlyFamily(addressSets.ofPrefixes(prefixes), family);
  switch (ground.profile.detectLocalMode) {
    case "ClusterCIDR":
      return of(ground.cluster.podCidrs);
    case "NodeCIDR":
      return of(place.node.podCidrs);
    case "none":
      return of([]);
  }
}
