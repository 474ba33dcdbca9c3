/**
 * The ends of a question as senders and destinations, one for each class that rules tell apart.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import type { Protocol } from "../../models/base/family.ts";
import { OUTSIDE } from "../../models/kubernetes/cluster.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { ServiceFrontend, EndpointSet } from "../intent/endpoint-set.ts";
import { isPublished, nodeAt } from "../../models/kubernetes/ends.ts";
import { takesNodePorts } from "../../models/kubernetes/translation.ts";
import { outsideAddresses } from "./outside-parts.ts";
import { speakers } from "./processes.ts";
import type { Subject } from "./subject.ts";

/** Who sends, and from which address. */
export interface Sender {
  readonly endpoint: EndpointId;
  readonly process: ProcessId;
  readonly source: Address;
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
    return addresses.map((source) => ({ endpoint, process, source }));
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
  const owners = [...owned(set)].flatMap(({ endpoint, addresses }) =>
    addresses.map((address) => ({ owner: endpoint, address, protocol, port })),
  );
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

/** Whether `sender` calls `destination`, which may have other addresses for others. */
export function calls(sender: Sender, { side }: Pick<Destination, "side">): boolean {
  if (side === undefined) return true;
  return (sender.endpoint === OUTSIDE) === (side === "outside");
}

/** Pods and nodes of `set` with the addresses that are meant. */
function* owned(
  set: EndpointSet,
): Generator<{ readonly endpoint: EndpointId; readonly addresses: readonly Address[] }> {
  for (const [pod, addresses] of set.pods) yield { endpoint: `pod:${pod}`, addresses };
  for (const [node, addresses] of set.nodes) yield { endpoint: `node:${node}`, addresses };
}
