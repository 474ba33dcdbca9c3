/**
 * The exemption of a pod's own node: traffic between a pod and the node that it runs on is not judged by
 * policies, when the profile says so. Where it is assumed on which node the pod, or a host-network pod at
 * the other end, runs, it is uncertain whether the exemption applies.
 */
import { addressSets } from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import type { Provenance } from "../../models/base/origin.ts";
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Match } from "../../models/network/match.ts";
import { inherent, uncertainly } from "./because.ts";
import { type FilterRules, NO_RULES, uncertainAction } from "./bounds.ts";
import { type Ground, type Place, placeOf } from "./ground.ts";
import {
  OUTSIDE_SWITCH,
  containerProcess,
  daemonProcess,
  linkBetween,
  nodeSwitch,
  overlayBetween,
  podName,
  podSwitch,
  uplink,
} from "./names.ts";
import { declarations, onePort, otherPorts } from "./ports.ts";

/** Matches that certainly are traffic with the own node, and such that may be. */
interface Exempt {
  readonly certain: readonly Match[];
  readonly uncertain: readonly Doubt[];
}

interface Doubt {
  readonly match: Match;
  readonly code: keyof typeof DOUBTS;
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

const DOUBTS = {
  NQ3004: "it is assumed on which node the pods are, so their nodes may differ",
  NQ3005: "policies may or may not apply to host-network pods",
} as const;

function rules(ground: Ground, because: Provenance, exempt: Exempt): FilterRules {
  const pass = { kind: "pass" } as const;
  return {
    certain: exempt.certain.filter(isMatchable).map((match) => ({ match, action: pass, because })),
    uncertain: exempt.uncertain
      .filter(({ match }) => isMatchable(match))
      .map(({ match, code }) => ({
        match,
        action: uncertainAction(ground),
        because: uncertainly(inherent(DOUBTS[code]), code),
      })),
  };
}

function ingressMatches(ground: Ground, pod: Pod, place: Place): Exempt {
  if (isMovable(ground, pod)) return open({ sources: ground.allNodes });
  const own = { sources: place.own };
  if (ground.bound === "assumed") return { certain: [own], uncertain: [] };
  const elsewhere = ground.places
    .filter((other) => other !== place && other.hostPods.some((p) => isMovable(ground, p)))
    .map((other): Doubt => ({ match: { sources: other.own }, code: "NQ3004" }));
  const doubtful = place.hostPods.filter((other) => isDoubtful(ground, other));
  if (doubtful.length === 0) return { certain: [own], uncertain: elsewhere };
  const links = linksBut(ground, place, doubtful);
  const here = doubtful.map(
    (other): Doubt => ({
      match: { ...own, links: uplinksOf(other) },
      code: codeOf(ground, other),
    }),
  );
  return { certain: [{ ...own, links }], uncertain: [...here, ...elsewhere] };
}

/** The links into the node of `place` except those of `doubtful` pods: also what the node masquerades. */
function linksBut(ground: Ground, place: Place, doubtful: readonly Pod[]): readonly LinkId[] {
  const to = nodeSwitch(place.node);
  const sure = place.hostPods.filter((other) => !doubtful.includes(other));
  return [
    uplink(daemonProcess(place.node)),
    ...sure.flatMap(uplinksOf),
    ...place.pods.map((pod) => linkBetween(podSwitch(pod), to)),
    ...ground.places
      .filter((other) => other !== place)
      .flatMap(({ node }) => [
        linkBetween(nodeSwitch(node), to),
        ...(ground.profile.overlay === "vxlan" ? [overlayBetween(nodeSwitch(node), to)] : []),
      ]),
    linkBetween(OUTSIDE_SWITCH, to),
  ];
}

function egressMatches(ground: Ground, pod: Pod, place: Place): Exempt {
  if (isMovable(ground, pod)) return open({ destinations: ground.allNodes });
  const own = { destinations: place.own };
  if (ground.bound === "assumed") return { certain: [own], uncertain: [] };
  const doubtful = place.hostPods.filter((other) => isDoubtful(ground, other));
  const uncertain = ground.places.flatMap((other) =>
    (other === place ? doubtful : other.hostPods.filter((p) => isMovable(ground, p))).flatMap((p) =>
      declarations(p).map(
        ({ port: { protocol, number } }): Doubt => ({
          match: { destinations: other.own, ...onePort(protocol, number) },
          code: codeOf(ground, p),
        }),
      ),
    ),
  );
  if (doubtful.length === 0) return { certain: [own], uncertain };
  const taken = doubtful.flatMap(declarations).map(({ port }) => port);
  const certain = PROTOCOLS.map((protocol): Match => {
    const numbers = taken.filter((p) => p.protocol === protocol).map((p) => p.number);
    return { ...own, protocols: [protocol], destinationPorts: otherPorts(numbers) };
  });
  return { certain, uncertain };
}

function open(match: Match): Exempt {
  return { certain: [], uncertain: [{ match, code: "NQ3004" }] };
}

/** Whether something can satisfy `match`: a node may have no address, a pod no container. */
function isMatchable({ sources, destinations, links }: Match): boolean {
  return (
    !(sources !== undefined && addressSets.isEmpty(sources)) &&
    !(destinations !== undefined && addressSets.isEmpty(destinations)) &&
    links?.length !== 0
  );
}

/**
 * Whether it is assumed on which node `pod` is; or, where every connection is masqueraded, on which nodes
 * its clients are: it sees their nodes.
 */
function isMovable(ground: Ground, pod: Pod): boolean {
  const { bound, profile, unknowns } = ground;
  if (bound === "assumed") return false;
  return (
    unknowns.placements.has(podId(pod)) || (profile.masqueradeAll && unknowns.placements.size > 0)
  );
}

/** Whether it is open if traffic of `pod`, a host-network pod, counts as its node's. */
function isDoubtful(ground: Ground, pod: Pod): boolean {
  const undecided = ground.profile.hostNetworkPods === "undecided" && ground.bound !== "assumed";
  return undecided || isMovable(ground, pod);
}

function codeOf(ground: Ground, pod: Pod): keyof typeof DOUBTS {
  return isMovable(ground, pod) ? "NQ3004" : "NQ3005";
}

function uplinksOf(pod: Pod): readonly LinkId[] {
  return pod.containers.map((container) => uplink(containerProcess(pod, container)));
}
