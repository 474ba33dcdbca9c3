/**
 * Pods of which it is assumed on which node they are, where only some nodes have an address of a family to put
 * in place of theirs: whether the gateway lets them through is not known.
 */
import { type AddressSet, NO_ADDRESSES, addressSets } from "../../models/base/address.ts";
import { FAMILIES } from "../../models/base/family.ts";
import { podId } from "../../models/kubernetes/cluster.ts";
import { inherent, uncertainly } from "./because.ts";
import { type HookRule, uncertainAction } from "./bounds.ts";
import { type Ground, ownAddresses } from "./ground.ts";

/**
 * A rule for what such pods send outside: in `least` it ends as not known, in `most` it passes. Empty where
 * there is nothing to doubt.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
export function gatewayDoubt(ground: Ground): readonly HookRule[] {
  const { bound, profile } = ground;
  if (bound === "assumed" || profile.outsideRoutesToPods || !profile.masqueradeOutside) return [];
  const sources = doubtfulSources(ground);
  if (addressSets.isEmpty(sources)) return [];
  const because = uncertainly(
    inherent("it is assumed on which node the pod is, and not every node can masquerade it"),
    "NQ3004",
  );
  return [{ match: { sources }, action: uncertainAction(ground), because }];
}

function doubtfulSources(ground: Ground): AddressSet {
  const { cluster, places, unknowns } = ground;
  const mixed = FAMILIES.filter((family) => {
    const having = places.filter(({ node }) => node.addresses.some((a) => a.family === family));
    return having.length > 0 && having.length < places.length;
  });
  if (mixed.length === 0) return NO_ADDRESSES;
  const movable = cluster.pods
    .filter((pod) => !pod.hostNetwork && unknowns.placements.has(podId(pod)))
    .map((pod) => ownAddresses(ground, pod))
    .reduce(addressSets.union, NO_ADDRESSES);
  return {
    IPv4: mixed.includes("IPv4") ? movable.IPv4 : [],
    IPv6: mixed.includes("IPv6") ? movable.IPv6 : [],
  };
}
