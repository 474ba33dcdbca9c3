/**
 * The ends of a question as senders and destinations, one for each class that rules tell apart.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import type { Protocol } from "../../models/base/family.ts";
import { OUTSIDE } from "../../models/kubernetes/cluster.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { EndpointSet } from "../intent/endpoint-set.ts";
import { outsideAddresses } from "./outside-parts.ts";
import { speakers } from "./processes.ts";
import type { Subject } from "./subject.ts";

/** Who sends, and from which address. */
export interface Sender {
  readonly endpoint: EndpointId;
  readonly process: ProcessId;
  readonly source: Address;
}

/** What is called. `owner` has the address; absent for services and the outside. */
export interface Destination {
  readonly owner?: EndpointId;
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
    frontend.addresses.map((address) => ({
      address,
      protocol: frontend.port.protocol,
      port: frontend.port.port,
    })),
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

/** Pods and nodes of `set` with the addresses that are meant. */
function* owned(
  set: EndpointSet,
): Generator<{ readonly endpoint: EndpointId; readonly addresses: readonly Address[] }> {
  for (const [pod, addresses] of set.pods) yield { endpoint: `pod:${pod}`, addresses };
  for (const [node, addresses] of set.nodes) yield { endpoint: `node:${node}`, addresses };
}
