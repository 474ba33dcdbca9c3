/**
 * Lowers a cluster to the network of switches, processes and links that it makes.
 */
import { type Address, LOOPBACK } from "../../models/base/address.ts";
import { type Cluster, OUTSIDE, type Pod } from "../../models/kubernetes/cluster.ts";
import { DEFAULT_PROFILE, type Profile } from "../../models/kubernetes/profile.ts";
import { type Bound, NO_UNKNOWNS, type Unknowns } from "../../models/kubernetes/unknowns.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { Rewrite } from "../../models/network/action.ts";
import type { SwitchId } from "../../models/network/ids.ts";
import type { Link, Network, Process } from "../../models/network/network.ts";
import { inherent } from "./because.ts";
import { footprintReason, footprintsOn } from "./footprints.ts";
import { type ServiceProxy, serviceProxy } from "./dnat.ts";
import { egressHook } from "./egress.ts";
import { type Ground, type Place, groundOf, placeOf } from "./ground.ts";
import { ingressHook } from "./ingress.ts";
import { doubtHook, masqueradedDoubt, nodePortDoubt } from "./node-port-doubt.ts";
import { hostPortDoubt, neighbourDoubt } from "./host-ports.ts";
import { hairpinHook, markedHook, ownMarkedHook } from "./masquerade.ts";
import { OUTSIDE_SWITCH, linkBetween, nodeSwitch, podSwitch } from "./names.ts";
import { daemonOf, nodeSwitchOf, sharedRules } from "./node-switch.ts";
import { nodeLinks } from "./node-links.ts";
import { outsideProcessOf, outsideSwitchOf } from "./outside.ts";
import { podProcesses, podSwitchOf } from "./pod-switch.ts";
import type { Entry } from "./proxy-clients.ts";
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
  const proxy = serviceProxy(ground);
  const shared = sharedRules(ground);
  const attached = attachments(ground, proxy);
  const switches = [
    ...ownPods(ground).map((pod) => podSwitchOf(ground, pod)),
    ...ground.places.map((place) => nodeSwitchOf(ground, place, shared)),
    outsideSwitchOf(ground, shared),
  ];
  const links = [
    ...attached.map(uplinkOf),
    ...podLinks(ground, proxy),
    ...nodeLinks(ground, {
      entering: (place, from) => {
        const { before, after } = proxy(place, from);
        return [...before, ...after];
      },
      marks: (place) => marks(place, proxy),
    }),
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

function attachments(ground: Ground, proxy: ServiceProxy): readonly Attachment[] {
  const onNode = (place: Place): readonly Hook[] => {
    const { before, after } = proxy(place, "host");
    const own = marks(place, proxy, ["host"]) ? ownMarkedHook(place) : undefined;
    return defined([...before, ...after, own]);
  };
  const ofPod = (pod: Pod): readonly Attachment[] => {
    const processes = podProcesses(ground, pod);
    if (!pod.hostNetwork) {
      return processes.map((process) => ({ process, at: podSwitch(pod), onEnter: [] }));
    }
    const place = placeOf(ground, pod);
    const at = nodeSwitch(place.node);
    const onEnter = [...onNode(place), ...defined([hostPodEgress(ground, pod)])];
    return processes.map((process) => ({ process, at, onEnter }));
  };
  return [
    ...ground.cluster.pods.flatMap(ofPod),
    ...ground.places.map((place) => ({
      process: daemonOf(place),
      at: nodeSwitch(place.node),
      onEnter: onNode(place),
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
function podLinks(ground: Ground, proxy: ServiceProxy): readonly Link[] {
  const policies = policyTable(ground);
  const translated = translationTargets(ground, proxy);
  const markedAt = new Map(
    ground.places.map((place) => [
      place.node.name,
      marks(place, proxy) ? markedHook(place.node, "pods") : undefined,
    ]),
  );
  const { hairpin, policySeesSource } = ground.profile;
  return ground.cluster.pods.flatMap((pod, position): readonly Link[] => {
    if (pod.hostNetwork) return [];
    const place = placeOf(ground, pod);
    const [from, to] = [podSwitch(pod), nodeSwitch(place.node)];
    const egress = egressHook(ground, policies, pod, position);
    const ingress = ingressHook(ground, policies, pod, position);
    const isEndpoint = pod.addresses.some((address) => translated.has(addressKey(address)));
    const itself = isEndpoint ? hairpinHook(ground, pod) : undefined;
    const marked = isEndpoint ? markedAt.get(place.node.name) : undefined;
    const onLeave =
      policySeesSource === "original"
        ? [ingress, marked, itself]
        : hairpin === "allowed"
          ? [marked, itself, ingress]
          : [marked, ingress, itself];
    return [
      {
        id: linkBetween(from, to),
        from,
        to,
        onLeave: [],
        onEnter: outOfPod(ground, proxy, pod, egress),
      },
      { id: linkBetween(to, from), from: to, to: from, onLeave: defined(onLeave), onEnter: [] },
    ];
  });
}

/**
 * What packets pass on their way out of `pod`: translation, then policy. Where it is assumed on which node the
 * pod is, it is not known which node ports are translated before policy is asked and which after it.
 */
function outOfPod(ground: Ground, proxy: ServiceProxy, pod: Pod, egress: Hook): readonly Hook[] {
  const place = placeOf(ground, pod);
  const first = masqueradedDoubt(ground, pod);
  const open = first.length === 0 ? [] : [doubtHook(first)];
  const doubt = isIsolating(egress)
    ? [...nodePortDoubt(ground, pod), ...hostPortDoubt(ground, pod)]
    : [];
  if (ground.bound !== "most" || doubt.length === 0) {
    const { before, after } = proxy(place, "pods");
    const all = [...doubt, ...neighbourDoubt(ground, pod)];
    const doubts: readonly Hook[] = all.length === 0 ? [] : [doubtHook(all)];
    return [...open, ...doubts, ...before, egress, ...after];
  }
  const { before, after } = proxy(place, "pods", "without node ports");
  const late = proxy(place, "node");
  const lenient: Hook = { ...egress, rules: [...egress.rules, ...doubt] };
  return [...open, ...before, lenient, ...after, ...late.before, ...late.after];
}

/** Whether `hook` judges: what none of its rules lets pass ends there. */
function isIsolating({ otherwise }: Hook): boolean {
  return otherwise.action.kind === "discard";
}

const ENTRIES = ["pods", "host", "node", "outside"] as const;

function translations(
  place: Place,
  proxy: ServiceProxy,
  entries: readonly Entry[] = ENTRIES,
): readonly Rewrite[] {
  const hooks = entries.flatMap((entry) => proxy(place, entry).before);
  const actions = [...new Set(hooks)].flatMap((hook) => hook.rules.map((rule) => rule.action));
  return actions.flatMap((a) => (a.kind === "translate" ? a.rewrites : []));
}

/** Whether the service proxy of `place` marks anything of what comes by `entries`. */
function marks(place: Place, proxy: ServiceProxy, entries?: readonly Entry[]): boolean {
  return translations(place, proxy, entries).some((rewrite) => rewrite.marks === true);
}

/** The addresses to which some service sends: only there can a pod reach itself through a service. */
function translationTargets(ground: Ground, proxy: ServiceProxy): ReadonlySet<string> {
  const targets = new Set<string>();
  const seen = new Set<Hook>();
  for (const place of ground.places) {
    for (const hook of ENTRIES.flatMap((entry) => proxy(place, entry).before)) {
      if (seen.has(hook)) continue;
      seen.add(hook);
      for (const { action } of hook.rules) {
        for (const { destination } of action.kind === "translate" ? action.rewrites : []) {
          if (destination !== undefined) targets.add(addressKey(destination));
        }
      }
    }
  }
  return targets;
}

function addressKey(address: Address): string {
  return `${address.family} ${String(address.bits)}`;
}

function ownPods(ground: Ground): readonly Pod[] {
  return ground.cluster.pods.filter((pod) => !pod.hostNetwork);
}

function defined(hooks: readonly (Hook | undefined)[]): readonly Hook[] {
  return hooks.filter((hook) => hook !== undefined);
}
