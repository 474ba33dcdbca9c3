/**
 * What the documentation says becomes of a connection. The definition against which the compiler is
 * held: written at the level of pods, nodes, services and policies, without switches and tables.
 */
import { LOOPBACK, addressSets, sameAddress } from "../base/address.ts";
import type { Connection, Outcome } from "../base/connection.ts";
import { type Cluster, type Node, OUTSIDE, nodeEndpoint, podEndpoint } from "./cluster.ts";
import {
  type End,
  endOf,
  has,
  inClusterBlocks,
  isBalancer,
  isInner,
  isPublished,
  nodeAt,
  nodeOf,
  podAt,
  serviceAt,
} from "./ends.ts";
import { intoPod, mayLeave } from "./at-pod.ts";
import { delivered, distinct, ended, isUnmodelledFrontend, listenerOn } from "./ending.ts";
import { type Mapped, mappedAt, mayBeMasqueraded } from "./host-port.ts";
import {
  type Journey,
  type World,
  leave,
  nodeOfSender,
  replyOf,
  toItself,
  travelling,
} from "./journey.ts";
import { leavesMasqueraded, masqueradedToNode, wayTo } from "./masquerade.ts";
import type { Profile } from "./profile.ts";
import { escapesRejection, isMartian, isRefusedFirst } from "./refusal.ts";
import {
  type Call,
  entryNodes,
  frontendAt,
  lead,
  takesNodePorts,
  virtualFrontend,
} from "./translation.ts";

/**
 * Every outcome that `connection` can have, without repetition: one for each way in which load balancers
 * and services can choose. The steps are those of S0.4: traffic that stays with its sender, frontends,
 * translation, egress policy on the translated destination, masquerade, ingress policy. What a node hands
 * on to another node is looked at there again, since each node answers for its own node ports.
 * `profile.hostNetworkPods` is not read: what it leaves undecided is no matter of one concrete cluster.
 *
 * @throws when the cluster has no endpoint `connection.from`
 * @source https://kubernetes.io/docs/concepts/services-networking/ (v1.34; S0.4, S1.2, S1.3)
 * @law both levels of meaning agree (A1)
 */
export function admits(
  cluster: Cluster,
  profile: Profile,
  connection: Connection,
): readonly Outcome[] {
  const { from, family, protocol, destinationPort: port } = connection;
  const sender = endOf(cluster, from);
  if (sender === undefined) throw new Error(`the cluster has no endpoint ${from}`);
  const call: Call = {
    source: { family, bits: connection.source },
    protocol,
    address: { family, bits: connection.destination },
    port,
  };
  const world: World = { cluster, profile };
  const journey: Journey = {
    sender,
    source: call.source,
    comesBack: false,
    hasTravelled: false,
  };
  const home = nodeOfSender(world, sender);
  const found = staysWithSender(world, sender, call)
    ? [deliveredAtSender(world, journey, call)]
    : home === undefined
      ? outside(world, journey, call)
      : atNode(world, journey, home, call, true);
  return distinct(found);
}

/**
 * Loopback never leaves a pod, and leaves a node only for what a node port there leads to; a pod that calls
 * its own address stays in the pod. Neither is subject to policy.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S1.4, S1.17, S6.23, S6.24)
 */
function staysWithSender({ cluster, profile }: World, sender: End, call: Call): boolean {
  const { address } = call;
  if (addressSets.contains(LOOPBACK, address)) {
    if (sender.kind !== "node" || !takesNodePorts(profile, sender.node, address)) return true;
    const isTaken = frontendAt(cluster, profile, sender.node, call) !== undefined;
    return !isTaken && !isUnmodelledFrontend(cluster, call);
  }
  return sender.kind === "pod" && has(sender.pod, address);
}

function deliveredAtSender({ cluster }: World, { sender }: Journey, call: Call): Outcome {
  switch (sender.kind) {
    case "pod":
      return delivered(podEndpoint(sender.pod), call, "returned");
    case "node":
      return delivered(listenerOn(cluster, sender.node, call), call, "returned");
    case "outside":
      return delivered(OUTSIDE, call, "returned");
  }
}

/**
 * A connection that enters `node`: the service proxy there translates it, and where it comes from the
 * node's own (`isFirst`), egress policy is asked about what it has become.
 */
function atNode(
  world: World,
  journey: Journey,
  node: Node,
  call: Call,
  isFirst: boolean,
): readonly Outcome[] {
  const { cluster, profile } = world;
  if (!isFirst && isMartian(node, call)) return [ended("dropped", call)];
  const refused = (to: Call): boolean =>
    isFirst && !isRefusedFirst(world, to) && !mayLeave(world, journey.sender, to);
  const frontend = frontendAt(cluster, profile, node, call);
  if (frontend === undefined) {
    if (isUnmodelledFrontend(cluster, call)) return [ended("undecided", call)];
    const mapped = mappedAt(cluster, profile, node, call);
    if (mapped !== undefined) return throughHostPort(world, journey, node, call, mapped, refused);
    return refused(call) ? [ended("dropped", call)] : onwards(world, journey, node, call, false);
  }
  const led = lead(cluster, profile, node, frontend, call);
  switch (led.kind) {
    case "dropped":
      return [ended("dropped", call)];
    case "rejected": {
      if (isFirst && escapesRejection(world, journey.sender, frontend, call)) {
        return onwards(world, journey, node, call, false);
      }
      const isAsked = profile.endpointlessService === "policy-first";
      return [ended(isAsked && refused(call) ? "dropped" : "rejected", call)];
    }
    case "endpoints":
      return led.endpoints.flatMap((endpoint): readonly Outcome[] => {
        const next: Call = { ...call, ...endpoint };
        if (refused(next)) return [ended("dropped", next)];
        // An endpoint can itself be a frontend of which nothing is known.
        if (isUnmodelledFrontend(cluster, next)) return [ended("undecided", next)];
        const translated: Journey = { ...journey, translatedAt: node.name };
        // What is led back to where it came from would not find its way here.
        const isReflected = !isFirst && sameAddress(next.address, next.source);
        return onwards(world, translated, node, next, led.masquerade || isReflected);
      });
  }
}

/**
 * `call` as a host port of `node` leads it on to a pod there. What comes from the pod's neighbours is
 * masqueraded or not, as the plugin is set up: both are possible.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (S1.10)
 */
function throughHostPort(
  world: World,
  journey: Journey,
  node: Node,
  call: Call,
  { address, port }: Mapped,
  refused: (to: Call) => boolean,
): readonly Outcome[] {
  const { cluster } = world;
  const next: Call = { ...call, address, port };
  if (refused(next)) return [ended("dropped", next)];
  if (isUnmodelledFrontend(cluster, next)) return [ended("undecided", next)];
  if (isRejectedLate(world, node, next)) return [ended("rejected", next)];
  const translated: Journey = { ...journey, translatedAt: node.name };
  const marks = mayBeMasqueraded(cluster, node, call.source) ? [false, true] : [false];
  return marks.flatMap((marked) => onwards(world, translated, node, next, marked));
}

/**
 * Whether `node` refuses `to`, where a host port leads, after egress policy: a service publishes it and has no
 * endpoints.
 */
function isRejectedLate({ cluster, profile }: World, node: Node, to: Call): boolean {
  if (profile.endpointlessService !== "policy-first") return false;
  const frontend = frontendAt(cluster, profile, node, to);
  return frontend !== undefined && lead(cluster, profile, node, frontend, to).kind === "rejected";
}

/** What becomes of `call` at `node` once no service there translates it any more. */
function onwards(
  world: World,
  journey: Journey,
  node: Node,
  call: Call,
  marked: boolean,
): readonly Outcome[] {
  const { cluster, profile } = world;
  const pod = podAt(cluster, call.address);
  if (pod !== undefined && pod.node === node.name) {
    return [intoPod(world, journey, node, pod, call, marked)];
  }
  const owner = pod === undefined ? nodeAt(cluster, call.address) : nodeOf(cluster, pod);
  if (owner === node) {
    const to = listenerOn(cluster, node, call);
    const seen = toItself(journey, node, call, marked);
    const reply = replyOf(world, seen.journey, nodeEndpoint(node), node.name, seen.call);
    return [delivered(to, seen.call, reply)];
  }
  if (owner !== undefined) {
    const way = wayTo(profile, owner, call.address, pod);
    const isMasqueraded =
      marked || (pod === undefined && masqueradedToNode(cluster, profile, call));
    const left = leave(journey, node, way, isMasqueraded, call);
    return atNode(world, travelling(left.journey), owner, left.call, false);
  }
  if (serviceAt(cluster, call.address) !== undefined) {
    return [ended(profile.undefinedServicePort, call)];
  }
  if (profile.kubeProxyMode === "ipvs" && isPublished(cluster, call.address)) {
    return [ended(profile.undefinedServicePort, call)];
  }
  if (inClusterBlocks(cluster, call.address)) return [ended("dropped", call)];
  const isMasqueraded = marked || leavesMasqueraded(cluster, profile, call);
  const left = leave(journey, node, "wire", isMasqueraded, call);
  return throughGateway(world, travelling(left.journey), left.call);
}

/**
 * Out to the gateway, which knows nodes, and pods and what nodes have towards them only where the
 * installation says so.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
function throughGateway(world: World, journey: Journey, call: Call): readonly Outcome[] {
  const { cluster, profile } = world;
  const isPods =
    podAt(cluster, call.source) !== undefined ||
    inClusterBlocks(cluster, call.source) ||
    isInner(cluster, call.source);
  if (isPods && !profile.outsideRoutesToPods) return [ended("no-route", call)];
  return outside(world, journey, call);
}

/**
 * A connection that is outside: it can go to nodes, to what load balancers and external addresses lead to,
 * to pods if the installation routes to them, and to no cluster address of a service.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types (v1.34: a ClusterIP is reachable only from within the cluster)
 */
function outside(world: World, journey: Journey, call: Call): readonly Outcome[] {
  const { cluster, profile } = world;
  const enter = (node: Node): readonly Outcome[] =>
    atNode(world, travelling(journey), node, call, false);
  const published = virtualFrontend(cluster, call);
  if (published !== undefined && published.kind !== "cluster") {
    return entryNodes(cluster, published, call.address).flatMap(enter);
  }
  const pod = podAt(cluster, call.address);
  const place = pod === undefined ? nodeAt(cluster, call.address) : nodeOf(cluster, pod);
  const isOfPods = pod !== undefined || isInner(cluster, call.address);
  const isRouted = profile.outsideRoutesToPods || !isOfPods;
  if (place !== undefined && isRouted && frontendAt(cluster, profile, place, call) !== undefined) {
    return enter(place);
  }
  if (isUnmodelledFrontend(cluster, call)) return [ended("undecided", call)];
  if (place !== undefined) return isRouted ? enter(place) : [ended("no-route", call)];
  if (serviceAt(cluster, call.address) !== undefined) return [ended("no-route", call)];
  // A load balancer drops what none of its ports is for.
  if (isBalancer(cluster, call.address)) return [ended("dropped", call)];
  if (inClusterBlocks(cluster, call.address)) return [ended("dropped", call)];
  return [delivered(OUTSIDE, call, replyOf(world, journey, OUTSIDE, OUTSIDE, call))];
}
