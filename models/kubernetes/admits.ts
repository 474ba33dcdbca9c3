/**
 * What the documentation says becomes of a connection. The definition against which the compiler is
 * held: written at the level of pods, services and policies, without switches and tables.
 */
import { type Address, LOOPBACK, addressSets, sameAddress } from "../base/address.ts";
import { type Connection, type Outcome, outcomeKey } from "../base/connection.ts";
import type { Protocol } from "../base/family.ts";
import { portSets } from "../base/interval-set.ts";
import {
  type Cluster,
  type Node,
  OUTSIDE,
  type Pod,
  nodeEndpoint,
  podEndpoint,
} from "./cluster.ts";
import { type End, endOf, has, inClusterBlocks, nodeAt, podAt, serviceAt } from "./ends.ts";
import { exemptWithOwnNode, hairpinSource } from "./exemption.ts";
import { judge, passes } from "./judgement.ts";
import { declares } from "./named-port.ts";
import type { Profile } from "./profile.ts";
import { calledPort, endpoints } from "./service.ts";

/** Where a connection goes: at first whom it calls, after translation the endpoint that was chosen. */
interface Call {
  readonly source: Address;
  readonly protocol: Protocol;
  readonly address: Address;
  readonly port: number;
}

/** The cluster and the choices of its installation: what every step reads. */
interface World {
  readonly cluster: Cluster;
  readonly profile: Profile;
}

/**
 * Every outcome that `connection` can have, without repetition: one for each endpoint that a service can
 * choose, otherwise exactly one. In the order of the endpoints. The steps are those of S0.4: traffic
 * that stays with its sender, frontends, translation, egress policy on the translated destination,
 * source of a hairpin, ingress policy. `profile.hostNetworkPods` is not read: what it leaves undecided is
 * no matter of one concrete cluster.
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
  const found = staysWithSender(sender, call)
    ? [deliveredAtSender(world, sender, call)]
    : sender.kind === "outside"
      ? [fromOutside(world, call)]
      : fromInside(world, sender, call);
  return distinct(found);
}

/**
 * Loopback never leaves a pod or node, and a pod that calls its own address stays in the pod. Neither is
 * subject to policy.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S1.4, S1.17, S6.23, S6.24)
 */
function staysWithSender(sender: End, { address }: Call): boolean {
  if (addressSets.contains(LOOPBACK, address)) return true;
  return sender.kind === "pod" && has(sender.pod, address);
}

function deliveredAtSender({ cluster }: World, sender: End, call: Call): Outcome {
  switch (sender.kind) {
    case "pod":
      return delivered(podEndpoint(sender.pod), call);
    case "node":
      return delivered(listenerOn(cluster, sender.node, call), call);
    case "outside":
      return deliveredOutside(call);
  }
}

/** A connection that a pod, or a process on a node's network, opens to another address. */
function fromInside(
  world: World,
  sender: Exclude<End, { kind: "outside" }>,
  call: Call,
): readonly Outcome[] {
  const { cluster, profile } = world;
  const service = serviceAt(cluster, call.address);
  const port = service === undefined ? undefined : calledPort(service, call.protocol, call.port);
  if (service !== undefined && port !== undefined) {
    const candidates = endpoints(cluster, service, port, call.address.family);
    if (candidates.length === 0) {
      const asked = profile.endpointlessService === "policy-first";
      return [
        asked && !mayLeave(world, sender, call) ? ended("dropped", call) : ended("rejected", call),
      ];
    }
    return candidates.map((candidate) => arrival(world, sender, { ...call, ...candidate }));
  }
  if (isUnmodelledFrontend(cluster, call)) return [ended("undecided", call)];
  return [arrival(world, sender, call)];
}

/** What becomes of `call` once no service translates it any more. */
function arrival(world: World, sender: Exclude<End, { kind: "outside" }>, call: Call): Outcome {
  const { cluster, profile } = world;
  if (!mayLeave(world, sender, call)) return ended("dropped", call);
  // An endpoint can itself be such a frontend, on another node; what is there is not known.
  if (isUnmodelledFrontend(cluster, call)) return ended("undecided", call);
  const pod = podAt(cluster, call.address);
  if (pod !== undefined) {
    const hairpin = sender.kind === "pod" && has(sender.pod, call.address);
    return hairpin ? hairpinArrival(world, pod, call) : podArrival(world, pod, call);
  }
  const node = nodeAt(cluster, call.address);
  if (node !== undefined) return delivered(listenerOn(cluster, node, call), call);
  if (serviceAt(cluster, call.address) !== undefined) {
    return ended(profile.undefinedServicePort, call);
  }
  return inClusterBlocks(cluster, call.address) ? ended("dropped", call) : deliveredOutside(call);
}

/**
 * A connection from outside: it can reach nodes, pods if the installation routes to them, and no address
 * of a service.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types (v1.34: a ClusterIP is reachable only from within the cluster)
 */
function fromOutside(world: World, call: Call): Outcome {
  const { cluster, profile } = world;
  if (isUnmodelledFrontend(cluster, call)) return ended("undecided", call);
  const pod = podAt(cluster, call.address);
  if (pod !== undefined) {
    if (!profile.outsideRoutesToPods) return ended("no-route", call);
    const outcome = podArrival(world, pod, call);
    return outcome.fate === "delivered" ? { ...outcome, reply: "unclaimed" } : outcome;
  }
  const node = nodeAt(cluster, call.address);
  if (node !== undefined) {
    return { ...delivered(listenerOn(cluster, node, call), call), reply: "unclaimed" };
  }
  if (serviceAt(cluster, call.address) !== undefined) return ended("no-route", call);
  return inClusterBlocks(cluster, call.address) ? ended("dropped", call) : deliveredOutside(call);
}

/**
 * Whether egress policy lets `sender` open `call`. It is asked about the translated destination, and only
 * for a pod with a network of its own.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/test/e2e/network/netpol/network_policy.go (np-34: policies are enforced on the pods behind a service; S6.25, S6.33, S6.41)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20, S6.23)
 */
function mayLeave({ cluster, profile }: World, sender: End, call: Call): boolean {
  if (sender.kind !== "pod") return true;
  const { pod } = sender;
  if (profile.hairpin === "allowed" && has(pod, call.address)) return true;
  if (exemptWithOwnNode(cluster, profile, pod, "egress", call.address)) return true;
  return passes(judge(cluster, pod, "egress", { ...call, peer: call.address }));
}

/** `call` at the pod that has its destination, sent by somebody else. */
function podArrival({ cluster, profile }: World, pod: Pod, call: Call): Outcome {
  const admitted =
    exemptWithOwnNode(cluster, profile, pod, "ingress", call.source) ||
    passes(judge(cluster, pod, "ingress", { ...call, peer: call.source }));
  return admitted ? delivered(podEndpoint(pod), call) : ended("dropped", call);
}

/**
 * A pod that reached itself through a service. Where the installation polices that, policy sees the pod
 * itself as the source. The pod then sees its node's address, or its own when the node has none of the
 * family: then it answers itself directly, and the answer is not from the address that was called.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/proxier.go (S4.20 a, S4.25)
 * @source https://github.com/kubernetes/kubernetes/issues/95879 (S6.23)
 */
function hairpinArrival({ cluster, profile }: World, pod: Pod, call: Call): Outcome {
  const admitted =
    profile.hairpin === "allowed" ||
    passes(judge(cluster, pod, "ingress", { ...call, peer: call.source }));
  const sourceSeen = hairpinSource(cluster, pod, call.source);
  if (!admitted) return ended("dropped", call);
  const reply = sameAddress(sourceSeen, call.source) ? "altered" : "returned";
  return { ...delivered(podEndpoint(pod), call), sourceSeen, reply };
}

/**
 * Who receives `call` on `node`: the first host-network pod there that declares the port, else the node.
 *
 * @source https://github.com/kubernetes/api/blob/master/core/v1/types.go (PodSpec.hostNetwork; S1.8)
 */
function listenerOn(cluster: Cluster, node: Node, { protocol, port }: Call): string {
  const pod = cluster.pods.find(
    (p) => p.hostNetwork && p.node === node.name && declares(p, protocol, port),
  );
  return pod === undefined ? nodeEndpoint(node) : podEndpoint(pod);
}

/** Whether `call` is addressed to a frontend that the model does not explain. */
function isUnmodelledFrontend(cluster: Cluster, call: Call): boolean {
  return cluster.frontends.some(
    (frontend) =>
      frontend.protocol === call.protocol &&
      portSets.contains(frontend.ports, call.port) &&
      addressSets.contains(frontend.addresses, call.address),
  );
}

/** Delivery inside the cluster. Replies of what is admitted come back (S6.35). */
function delivered(to: string, { address, port, source }: Call): Outcome {
  return { fate: "delivered", to, candidate: address, port, sourceSeen: source, reply: "returned" };
}

/** Delivery outside: of the source seen there, and of the reply, nothing is claimed. */
function deliveredOutside({ address, port }: Call): Outcome {
  return { fate: "delivered", to: OUTSIDE, candidate: address, port, reply: "unclaimed" };
}

function ended(fate: Exclude<Outcome["fate"], "delivered">, { address, port }: Call): Outcome {
  return { fate, candidate: address, port };
}

function distinct(all: readonly Outcome[]): readonly Outcome[] {
  const keys = all.map(outcomeKey);
  return all.filter((_, i) => keys.indexOf(keys[i] ?? "") === i);
}
