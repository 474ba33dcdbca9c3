/**
 * Lowers a cluster to the network of switches, processes and links that it makes.
 */
import { type Address, LOOPBACK } from "../../models/base/address.ts";
import { type Cluster, OUTSIDE, type Pod } from "../../models/kubernetes/cluster.ts";
import { DEFAULT_PROFILE, type Profile } from "../../models/kubernetes/profile.ts";
import { type Bound, NO_UNKNOWNS, type Unknowns } from "../../models/kubernetes/unknowns.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { SwitchId } from "../../models/network/ids.ts";
import type { Link, Network, Process } from "../../models/network/network.ts";
import { inherent } from "./because.ts";
import { footprintReason, footprintsOn } from "./footprints.ts";
import { type ServiceHooks, serviceHooks } from "./dnat.ts";
import { egressHook } from "./egress.ts";
import { type Ground, type Place, groundOf, placeOf } from "./ground.ts";
import { ingressHook } from "./ingress.ts";
import { masqueradeHook } from "./masquerade.ts";
import { OUTSIDE_SWITCH, linkBetween, nodeSwitch, podSwitch } from "./names.ts";
import { daemonOf, nodeSwitchOf, sharedRules } from "./node-switch.ts";
import { outsideProcessOf, outsideSwitchOf } from "./outside.ts";
import { podProcesses, podSwitchOf } from "./pod-switch.ts";
import { policyTable } from "./policy-rules.ts";

/**
 * The network of `cluster` under `profile`, with what is `unknown` read as `bound` says: the cluster as
 * assumed, the least that it can admit, or the most. Every outcome of the assumed network is what the
 * documentation's definition says of the cluster; deliveries of `least` happen whatever the unknown is,
 * and none happens that `most` has not. The three are equal when nothing is unknown.
 *
 * Order of members: pods as in the cluster, then nodes, then the outside. Policy rules, service rules and
 * address sets that are equal are mostly the same objects.
 *
 * @law lowering: the outcomes of the assumed network are those that `admits` defines
 * @law bounds: least, then assumed, then most
 * @cost pods × rules of the policies that select them, plus nodes × (nodes + services)
 * @throws InternalError when a pod is on a node that the cluster does not have
 */
export function compile(
  cluster: Cluster,
  profile: Profile = DEFAULT_PROFILE,
  unknowns: Unknowns = NO_UNKNOWNS,
  bound: Bound = "assumed",
): Network {
  const ground = groundOf(cluster, profile, unknowns, bound);
  const services = serviceHooks(ground);
  const shared = sharedRules(ground);
  const attached = attachments(ground, services);
  const switches = [
    ...ownPods(ground).map((pod) => podSwitchOf(ground, pod)),
    ...ground.places.map((place) => nodeSwitchOf(ground, place, shared)),
    outsideSwitchOf(ground, shared),
  ];
  const links = [
    ...attached.map(uplinkOf),
    ...podLinks(ground, services),
    ...nodeLinks(ground.places),
  ];
  return {
    processes: new Map(attached.map(({ process }) => [process.id, process])),
    switches: new Map(switches.map((place) => [place.id, place])),
    links: new Map(links.map((link) => [link.id, link])),
    outside: OUTSIDE,
  };
}

/** A process, the switch at which it is, and what its packets pass on entering that switch. */
interface Attachment {
  readonly process: Process;
  readonly at: SwitchId;
  readonly onEnter: readonly Hook[];
}

function attachments(ground: Ground, services: ServiceHooks): readonly Attachment[] {
  const onNode = [...services.before, ...services.after];
  const ofPod = (pod: Pod): readonly Attachment[] => {
    const processes = podProcesses(ground, pod);
    if (!pod.hostNetwork) {
      return processes.map((process) => ({ process, at: podSwitch(pod), onEnter: [] }));
    }
    const at = nodeSwitch(placeOf(ground, pod).node);
    const onEnter = [...onNode, ...defined([hostPodEgress(ground, pod)])];
    return processes.map((process) => ({ process, at, onEnter }));
  };
  return [
    ...ground.cluster.pods.flatMap(ofPod),
    ...ground.places.map((place) => ({
      process: daemonOf(place),
      at: nodeSwitch(place.node),
      onEnter: onNode,
    })),
    { process: outsideProcessOf(ground), at: OUTSIDE_SWITCH, onEnter: [] },
  ];
}

function uplinkOf({ process, at, onEnter }: Attachment): Link {
  return { id: process.uplink, from: process.id, to: at, onLeave: [], onEnter };
}

/** In `least`, what a host-network pod sends ends where something unmodelled may refuse it. */
function hostPodEgress(ground: Ground, pod: Pod): Hook | undefined {
  const [footprint] = ground.bound === "least" ? footprintsOn(ground, pod, "egress") : [];
  if (footprint === undefined) return undefined;
  return {
    stage: "egress",
    rules: [
      {
        match: { destinations: LOOPBACK },
        action: { kind: "pass" },
        because: inherent("policies do not concern loopback"),
      },
    ],
    otherwise: {
      action: { kind: "discard", reason: "unmodelled" },
      because: footprintReason(footprint),
    },
  };
}

/** The two links of each pod with a network of its own: filters are on the node's end. */
function podLinks(ground: Ground, services: ServiceHooks): readonly Link[] {
  const policies = policyTable(ground);
  const translated = translationTargets(services);
  return ground.cluster.pods.flatMap((pod, position): readonly Link[] => {
    if (pod.hostNetwork) return [];
    const [from, to] = [podSwitch(pod), nodeSwitch(placeOf(ground, pod).node)];
    const egress = egressHook(ground, policies, pod, position);
    const ingress = ingressHook(ground, policies, pod, position);
    const isEndpoint = pod.addresses.some((address) => translated.has(addressKey(address)));
    const masquerade = isEndpoint ? masqueradeHook(ground, pod) : undefined;
    const { hairpin } = ground.profile;
    const onLeave = hairpin === "allowed" ? [masquerade, ingress] : [ingress, masquerade];
    return [
      {
        id: linkBetween(from, to),
        from,
        to,
        onLeave: [],
        onEnter: [...services.before, egress, ...services.after],
      },
      { id: linkBetween(to, from), from: to, to: from, onLeave: defined(onLeave), onEnter: [] },
    ];
  });
}

/** The addresses to which some service sends: only there can a pod reach itself through a service. */
function translationTargets(services: ServiceHooks): ReadonlySet<string> {
  const actions = services.before.flatMap((hook) => hook.rules.map((rule) => rule.action));
  const rewrites = actions.flatMap((a) => (a.kind === "translate" ? a.rewrites : []));
  return new Set(rewrites.flatMap((r) => (r.destination ? [addressKey(r.destination)] : [])));
}

function addressKey(address: Address): string {
  return `${address.family} ${String(address.bits)}`;
}

/** Links between nodes, and between nodes and the outside: both ways, without hooks. */
function nodeLinks(places: readonly Place[]): readonly Link[] {
  const ends = [...places.map(({ node }) => nodeSwitch(node)), OUTSIDE_SWITCH];
  return ends.flatMap((from) =>
    ends
      .filter((to) => to !== from)
      .map((to) => ({ id: linkBetween(from, to), from, to, onLeave: [], onEnter: [] })),
  );
}

function ownPods(ground: Ground): readonly Pod[] {
  return ground.cluster.pods.filter((pod) => !pod.hostNetwork);
}

function defined(hooks: readonly (Hook | undefined)[]): readonly Hook[] {
  return hooks.filter((hook) => hook !== undefined);
}
