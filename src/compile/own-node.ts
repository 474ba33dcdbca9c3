/**
 * The exemption of a pod's own node: traffic between a pod and the node that it runs on is not judged by
 * policies, when the profile says so. Where it is assumed on which node the pod, or a host-network pod at
 * the other end, runs, it is uncertain whether the exemption applies.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import type { Provenance } from "../../models/base/origin.ts";
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Match } from "../../models/network/match.ts";
import { inherent, uncertainly } from "./because.ts";
import { type FilterRules, NO_RULES, uncertainAction } from "./bounds.ts";
import { type Ground, type Place, placeOf } from "./ground.ts";
import { containerProcess, daemonProcess, podName, uplink } from "./names.ts";
import { declarations, otherPorts, singlePort } from "./ports.ts";

/** Matches that certainly are traffic with the own node, and such that may be. */
interface Exempt {
  readonly certain: readonly Match[];
  readonly uncertain: readonly Match[];
}

/**
 * What passes into `pod` because it comes from the pod's own node.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20)
 */
export function ownNodeIngress(ground: Ground, pod: Pod): FilterRules {
  if (ground.profile.ownNodeIngress === "policed") return NO_RULES;
  const place = placeOf(ground, pod);
  const because = inherent(`${place.node.name} is the node of ${podName(pod)}`);
  return rules(ground, because, ingressMatches(ground, pod, place));
}

/**
 * What passes out of `pod` because it goes to the pod's own node.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20)
 */
export function ownNodeEgress(ground: Ground, pod: Pod): FilterRules {
  if (ground.profile.ownNodeEgress === "policed") return NO_RULES;
  const place = placeOf(ground, pod);
  const because = inherent(`${place.node.name} is the node of ${podName(pod)}`);
  return rules(ground, because, egressMatches(ground, pod, place));
}

function rules(ground: Ground, because: Provenance, exempt: Exempt): FilterRules {
  const pass = { kind: "pass" } as const;
  const perhaps = inherent("it is assumed on which node the pods are, so their nodes may differ");
  return {
    certain: exempt.certain.map((match) => ({ match, action: pass, because })),
    uncertain: exempt.uncertain.map((match) => ({
      match,
      action: uncertainAction(ground),
      because: uncertainly(perhaps, "NQ3004"),
    })),
  };
}

function ingressMatches(ground: Ground, pod: Pod, place: Place): Exempt {
  if (isPlacementOpen(ground, pod)) return open({ sources: ground.allNodes });
  const here = openHostPods(ground, place);
  const elsewhere = ground.places.filter((p) => p !== place && openHostPods(ground, p).length > 0);
  const own = { sources: place.own };
  const uncertain = sourcesIn(elsewhere);
  if (here.length === 0) return { certain: matchable([own]), uncertain };
  const openLinks = here.flatMap(uplinksOf);
  const fixed = place.hostPods.filter((other) => !here.includes(other));
  const fixedLinks = [uplink(daemonProcess(place.node)), ...fixed.flatMap(uplinksOf)];
  return {
    certain: matchable([{ ...own, links: fixedLinks }]),
    uncertain: [...matchable([{ ...own, links: openLinks }]), ...uncertain],
  };
}

function egressMatches(ground: Ground, pod: Pod, place: Place): Exempt {
  if (isPlacementOpen(ground, pod)) return open({ destinations: ground.allNodes });
  const uncertain = ground.places.flatMap((p) =>
    PROTOCOLS.flatMap((protocol) =>
      openPorts(ground, p, protocol).map(
        (port): Match => ({
          destinations: p.own,
          protocols: [protocol],
          destinationPorts: singlePort(port),
        }),
      ),
    ),
  );
  if (openHostPods(ground, place).length === 0) {
    return { certain: matchable([{ destinations: place.own }]), uncertain: matchable(uncertain) };
  }
  const certain = PROTOCOLS.map(
    (protocol): Match => ({
      destinations: place.own,
      protocols: [protocol],
      destinationPorts: otherPorts(openPorts(ground, place, protocol)),
    }),
  );
  return { certain: matchable(certain), uncertain: matchable(uncertain) };
}

function open(match: Match): Exempt {
  return { certain: [], uncertain: matchable([match]) };
}

function sourcesIn(places: readonly Place[]): readonly Match[] {
  const none: AddressSet = { IPv4: [], IPv6: [] };
  const sources = places.reduce((all, place) => addressSets.union(all, place.own), none);
  return matchable([{ sources }]);
}

/** Leaves out matches that nothing satisfies: a node may have no address. */
function matchable(matches: readonly Match[]): readonly Match[] {
  return matches.filter(
    ({ sources, destinations }) =>
      !(sources !== undefined && addressSets.isEmpty(sources)) &&
      !(destinations !== undefined && addressSets.isEmpty(destinations)),
  );
}

function isPlacementOpen(ground: Ground, pod: Pod): boolean {
  return ground.bound !== "assumed" && ground.unknowns.placements.has(podId(pod));
}

function openHostPods(ground: Ground, place: Place): readonly Pod[] {
  return place.hostPods.filter((pod) => isPlacementOpen(ground, pod));
}

function openPorts(ground: Ground, place: Place, protocol: string): readonly number[] {
  return openHostPods(ground, place)
    .flatMap(declarations)
    .filter(({ port }) => port.protocol === protocol)
    .map(({ port }) => port.number);
}

function uplinksOf(pod: Pod): readonly LinkId[] {
  return pod.containers.map((container) => uplink(containerProcess(pod, container)));
}
