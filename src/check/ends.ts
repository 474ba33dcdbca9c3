/**
 * The ends of a question as senders and destinations, one for each class that rules tell apart.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import type { Protocol } from "../../models/base/family.ts";
import {
  type Node,
  OUTSIDE,
  innerAddressesOf,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { ServiceFrontend, EndpointSet } from "../intent/endpoint-set.ts";
import { endOf, isPublished, nodeAt } from "../../models/kubernetes/ends.ts";
import { takesNodePorts } from "../../models/kubernetes/translation.ts";
import { mayChoose } from "./chosen-source.ts";
import { outsideAddresses } from "./outside-parts.ts";
import { speakers } from "./processes.ts";
import type { Subject } from "./subject.ts";

/** Who sends, and from which address. */
export interface Sender {
  readonly endpoint: EndpointId;
  readonly process: ProcessId;
  readonly source: Address;
  /** The node whose kernel chooses the source by the way out; absent: the source is its only one. */
  readonly chooses?: Node;
}

/**
 * What is called. `owner` has the address; absent for services and the outside. `side`: a service that is
 * published has addresses for those inside and others for those outside; absent: for both.
 */
export interface Destination {
  readonly owner?: EndpointId;
  readonly side?: "inside" | "outside";
  readonly address: Address;
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * The node at whose addresses `endpoint` is, if it has several of a family and `addresses` are not only some
 * of them.
 */
function choosingNode(
  { cluster }: Subject,
  endpoint: EndpointId,
  addresses: readonly Address[],
): Node | undefined {
  const end = cluster.nodes.some((node) => innerAddressesOf(node).length > 0)
    ? endOf(cluster, endpoint)
    : undefined;
  if (end?.kind !== "node") return undefined;
  const { node, pod } = end;
  const meant = pod === undefined ? ownAddressesOf(node) : node.addresses;
  return innerAddressesOf(node).length > 0 && meant.length === addresses.length ? node : undefined;
}

/**
 * The senders of `set`: pods, nodes, and one for each part of the outside addresses that the network or one
 * of `cuts` tells apart.
 */
export function sendersOf(
  subject: Subject,
  set: EndpointSet,
  cuts: readonly AddressSet[] = [],
): readonly Sender[] {
  const speaker = speakers(subject.network("assumed"));
  const owners = [...owned(set)].flatMap(({ endpoint, addresses }): readonly Sender[] => {
    const process = speaker.get(endpoint)?.id;
    if (process === undefined) return [];
    const chooses = choosingNode(subject, endpoint, addresses);
    if (chooses === undefined) return addresses.map((source) => ({ endpoint, process, source }));
    return ownAddressesOf(chooses).map((source) => ({ endpoint, process, source, chooses }));
  });
  const outside = speaker.get(OUTSIDE)?.id;
  if (outside === undefined) return owners;
  const beyond = outsideAddresses(subject, set.outside, cuts).map((source) => ({
    endpoint: OUTSIDE,
    process: outside,
    source,
  }));
  return [...owners, ...beyond];
}

/** The destinations of `set` at `port`; services at their own ports, whatever `port` says. */
export function destinationsOf(
  subject: Subject,
  set: EndpointSet,
  protocol: Protocol,
  port: number | undefined,
): readonly Destination[] {
  const services = set.services.flatMap((frontend) =>
    entrancesOf(subject, frontend).map(
      (entrance): Destination => ({ ...entrance, protocol: frontend.port.protocol }),
    ),
  );
  if (port === undefined) return services;
  const owners = [...owned(set)].flatMap(({ endpoint, addresses }) => {
    // Who calls a node calls it by the addresses by which it is known.
    const known = choosingNode(subject, endpoint, addresses)?.addresses ?? addresses;
    return known.map((address) => ({ owner: endpoint, address, protocol, port }));
  });
  const beyond = outsideAddresses(subject, set.outside, []).map((address) => ({
    address,
    protocol,
    port,
  }));
  return [...owners, ...services, ...beyond];
}

/**
 * Where the service of `frontend` is called: from inside at its own addresses; from outside, if it is
 * published, at the addresses of its load balancer, else at external ones and at its node port.
 */
export function entrancesOf(
  subject: Subject,
  { addresses, port: { port }, published }: ServiceFrontend,
): readonly Omit<Destination, "protocol">[] {
  const own = addresses.map((address) => ({ address, port }));
  const open = published.filter(({ address }) => !isShut(subject, address));
  if (open.length === 0) return own;
  return [
    ...own.map((entrance) => ({ ...entrance, side: "inside" as const })),
    ...open.map((entrance) => ({ ...entrance, side: "outside" as const })),
  ];
}

/** Whether `address` is only a node's, which takes no node ports there. */
function isShut({ cluster, profile }: Subject, address: Address): boolean {
  const node = nodeAt(cluster, address);
  if (node === undefined || isPublished(cluster, address)) return false;
  return !takesNodePorts(profile, node, address);
}

/**
 * Whether `sender` calls `destination` from its source: `destination` may have other addresses for others,
 * and a node another address on the side of it.
 */
export function calls(
  subject: Subject,
  sender: Sender,
  { side, address }: Pick<Destination, "side" | "address">,
): boolean {
  const { chooses, source, endpoint } = sender;
  if (side !== undefined && (endpoint === OUTSIDE) !== (side === "outside")) return false;
  if (chooses === undefined || address.family !== source.family) return true;
  return mayChoose(subject, chooses, source, address);
}

/** Pods and nodes of `set` with the addresses that are meant. */
function* owned(
  set: EndpointSet,
): Generator<{ readonly endpoint: EndpointId; readonly addresses: readonly Address[] }> {
  for (const [pod, addresses] of set.pods) yield { endpoint: `pod:${pod}`, addresses };
  for (const [node, addresses] of set.nodes) yield { endpoint: `node:${node}`, addresses };
}
