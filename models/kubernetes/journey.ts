/**
 * How a connection came to where it is, and what becomes of its reply.
 */
import { type Address, sameAddress } from "../base/address.ts";
import type { ReplyFate } from "../base/connection.ts";
import { type Cluster, type Node, OUTSIDE, nodeEndpoint, podEndpoint } from "./cluster.ts";
import { type End, isPublished, nodeOf } from "./ends.ts";
import { type WayOut, masqueraded } from "./masquerade.ts";
import type { Profile } from "./profile.ts";
import type { Call } from "./translation.ts";

/** The cluster and the choices of its installation: what every step reads. */
export interface World {
  readonly cluster: Cluster;
  readonly profile: Profile;
}

/** How a connection came to where it is. */
export interface Journey {
  readonly sender: End;
  /** The source with which it was sent. */
  readonly source: Address;
  /** The node that translated its destination, if one did. */
  readonly translatedAt?: string;
  /** Whether that node masqueraded it, so that the reply comes back there. */
  readonly comesBack: boolean;
  /** Whether it has left the node where it was sent. */
  readonly hasTravelled: boolean;
}

/** The node from which `sender` sends; undefined for the outside. */
export function nodeOfSender({ cluster }: World, sender: End): Node | undefined {
  switch (sender.kind) {
    case "pod":
      return nodeOf(cluster, sender.pod);
    case "node":
      return sender.node;
    case "outside":
      return undefined;
  }
}

/**
 * What becomes of the reply, which goes to the source that was seen. It is that of the address that was
 * called iff the node that translated the connection sees it: because it masqueraded it, because the
 * receiver is there, or because the sender is. A reply that never leaves the sender's own network comes
 * from elsewhere than was called, unless that network itself had translated; any other that misses its
 * translation belongs to no connection.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (S4.25)
 */
export function replyOf(
  world: World,
  { sender, source, translatedAt, comesBack, hasTravelled }: Journey,
  to: string,
  place: string,
  call: Call,
): ReplyFate {
  const isByNode = to !== OUTSIDE || comesBack;
  if (sender.kind === "outside" && isByNode && staysOnNodes(world, source)) return "lost";
  if (translatedAt === undefined) return "returned";
  if (placeOf(sender) === to && sameAddress(call.source, source)) {
    const isOwn = !hasTravelled && to === nodeEndpoint({ name: translatedAt });
    return isOwn ? "returned" : "altered";
  }
  const home = nodeOfSender(world, sender)?.name;
  const isSeen = comesBack || [place, home].includes(translatedAt);
  if (isSeen) return "returned";
  // A node that hands its own connection on to a pod takes the pod's answer for one.
  return sender.kind === "node" && home === place ? "altered" : "lost";
}

/**
 * Whether every node keeps what is for `address`: in the mode ipvs the addresses that services publish are its own,
 * so that nobody outside who has one gets an answer.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/ipvs/proxier.go (kube-ipvs0; S4.27)
 */
function staysOnNodes({ cluster, profile }: World, address: Address): boolean {
  return profile.kubeProxyMode === "ipvs" && isPublished(cluster, address);
}

/** The endpoint id of the network from which `sender` sends. */
function placeOf(sender: End): string {
  switch (sender.kind) {
    case "pod":
      return podEndpoint(sender.pod);
    case "node":
      return nodeEndpoint(sender.node);
    case "outside":
      return OUTSIDE;
  }
}

/**
 * What `node` receives: it does not leave the node and is not masqueraded, unless the node sent it itself.
 * That passes the masquerade on its way back, as what is marked, or as what was led to where it came from.
 * The address put in place of the sender's is, of IPv6, the one that is called.
 *
 * @source https://www.rfc-editor.org/rfc/rfc6724#section-5 (rule 1: prefer same address)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (POSTROUTING is passed on loopback as well; S4.20 a)
 */
export function toItself(
  journey: Journey,
  node: Node,
  call: Call,
  marked: boolean,
): { readonly journey: Journey; readonly call: Call } {
  const { sender, hasTravelled, translatedAt } = journey;
  const isFromItself = sender.kind === "node" && sender.node === node && !hasTravelled;
  const isReflected = translatedAt === node.name && sameAddress(call.source, call.address);
  const isMasqueraded = isFromItself && (marked || isReflected);
  const isFirst = call.address.family === "IPv4";
  const seen = isFirst ? node : { ...node, addresses: [call.address] };
  return leave(journey, seen, "wire", isMasqueraded, call);
}

/** `journey` once it has left the node where it was sent. */
export function travelling(journey: Journey): Journey {
  return { ...journey, hasTravelled: true };
}

/** Out of `node`: a packet that is to be masqueraded gets the node's address on that side, if it has one. */
export function leave(
  journey: Journey,
  node: Node,
  way: WayOut,
  masquerade: boolean,
  call: Call,
): { readonly journey: Journey; readonly call: Call } {
  const source = masquerade ? masqueraded(node, way, call.source) : call.source;
  if (sameAddress(source, call.source)) return { journey, call };
  const comesBack = journey.comesBack || journey.translatedAt === node.name;
  return { journey: { ...journey, comesBack }, call: { ...call, source } };
}
