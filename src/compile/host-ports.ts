/**
 * Host ports: what a node leads from its own ports to pods on it.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import type { Provenance } from "../../models/base/origin.ts";
import { type HostPort, type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { Rewrite } from "../../models/network/action.ts";
import type { Match } from "../../models/network/match.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent, stated, uncertainly } from "./because.ts";
import { type HookRule, uncertainAction } from "./bounds.ts";
import type { Ground, Place } from "./ground.ts";
import { podName } from "./names.ts";
import { onePort } from "./ports.ts";

/**
 * The rules of the host ports of pods on `place`. The plugin masquerades what comes from the pod's neighbours,
 * or it does not: both are offered. Where it is assumed who the neighbours are, everybody who could be is.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (S1.10)
 */
export function hostPortRules(ground: Ground, place: Place): readonly HookRule[] {
  if (ground.profile.hostPorts === "none") return [];
  const mapping = place.pods.filter((pod) => (pod.hostPorts ?? []).length > 0);
  if (mapping.length === 0) return [];
  const near = neighbours(ground, place);
  return mapping.flatMap((pod) =>
    (pod.hostPorts ?? []).flatMap((mapped) =>
      pod.addresses.flatMap((address) => mappingRules(place, near, pod, mapped, address)),
    ),
  );
}

/** Whose packets may be masqueraded: those of the pods of `place` and of their block. */
function neighbours(ground: Ground, place: Place): AddressSet {
  const known = addressSets.union(place.podAddresses, addressSets.ofPrefixes(place.node.podCidrs));
  if (!isOpen(ground)) return known;
  const movable = ground.cluster.pods.filter((pod) => isMovable(ground, pod));
  return addressSets.union(known, addressSets.ofAddresses(movable.flatMap((p) => p.addresses)));
}

function mappingRules(
  place: Place,
  near: AddressSet,
  pod: Pod,
  mapped: HostPort,
  address: Address,
): readonly HookRule[] {
  const { family } = address;
  if (mapped.family !== undefined && mapped.family !== family) return [];
  const own = addressSets.onlyFamily(place.own, family);
  const destinations =
    mapped.address === undefined
      ? own
      : addressSets.intersect(own, addressSets.ofAddresses([mapped.address]));
  if (addressSets.isEmpty(destinations)) return [];
  const called = `${String(mapped.number)}/${mapped.protocol}`;
  const match: Match = { destinations, ...onePort(mapped.protocol, mapped.number) };
  const shown = formatAddress(address);
  const text = `host port ${called} of ${place.node.name} leads to ${podName(pod)}`;
  const because = stated(text, [mapped.origin, pod.origin]);
  const rewrite: Rewrite = {
    destination: address,
    destinationPort: mapped.target,
    because: stated(
      `the pod is at ${family === "IPv6" ? `[${shown}]` : shown}:${String(mapped.target)}`,
      [mapped.origin, pod.origin],
    ),
  };
  const marked: Rewrite = { ...rewrite, marks: true };
  const choice = `dnat:host ${place.node.name} ${called}/${family}${mapped.address === undefined ? "" : ` ${formatAddress(mapped.address)}`}`;
  const rule = (at: Match, variant: string, rewrites: readonly Rewrite[]): HookRule => ({
    match: at,
    action: { kind: "translate", choice: `${choice}${variant}`, rewrites },
    because,
  });
  const sources = addressSets.onlyFamily(near, family);
  return [
    ...(addressSets.isEmpty(sources)
      ? []
      : [rule({ ...match, sources }, " near", [rewrite, marked])]),
    rule(match, "", [rewrite]),
  ];
}

/**
 * Rules for what `pod` sends to host ports where its node is assumed: whether the node's address takes the place
 * of its own depends on that, and so may what policy says. Empty where nothing depends on it.
 */
export function neighbourDoubt(ground: Ground, pod: Pod): readonly HookRule[] {
  if (ground.bound !== "least" || !isOpen(ground) || !isMovable(ground, pod)) return [];
  const because = uncertainly(
    inherent("it is assumed on which node the pod is: on its own, policy may see the node"),
    "NQ3004",
  );
  return doubts(ground, because);
}

/**
 * Rules for what `pod` sends to host ports, where its node is assumed, as `nodePortDoubt` for node ports: its own
 * node translates before egress policy is asked, every other after it.
 */
export function hostPortDoubt(ground: Ground, pod: Pod): readonly HookRule[] {
  const isAsked = ground.bound !== "assumed" && ground.places.length > 1;
  if (!isAsked || !isMovable(ground, pod)) return [];
  const because = uncertainly(
    inherent("it is assumed on which node the pod is: on its own, policy sees the other pod"),
    "NQ3004",
  );
  return doubts(ground, because);
}

function doubts(ground: Ground, because: Provenance): readonly HookRule[] {
  return [...ground.hostPorts].map(([protocol, destinationPorts]): HookRule => {
    const match = { destinations: ground.allNodes, protocols: [protocol], destinationPorts };
    return { match, action: uncertainAction(ground), because };
  });
}

/** Whether some policy could read on which nodes pods are that the bounds leave open. */
function isOpen({ bound, cluster, places, unknowns }: Ground): boolean {
  return (
    bound !== "assumed" &&
    places.length > 1 &&
    unknowns.placements.size > 0 &&
    cluster.policies.length > 0
  );
}

function isMovable({ unknowns }: Ground, pod: Pod): boolean {
  return !pod.hostNetwork && unknowns.placements.has(podId(pod));
}
