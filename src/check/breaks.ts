/**
 * Whether a concrete packet breaks an expectation: read from its traces alone, independently of the
 * condition that found it.
 */
import { type Address, sameAddress } from "../../models/base/address.ts";
import { bitSets, portSets } from "../../models/base/interval-set.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import { admitted } from "../../models/kubernetes/admitted.ts";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import type { Expectation } from "../../models/kubernetes/property.ts";
import { replyFate } from "../../models/network/connection.ts";
import type { Network, Packet } from "../../models/network/network.ts";
import { destinationOf, type Header, sameHeader, sourceOf } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";

/** What a packet is held against. */
export interface Judged {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly packet: Packet;
  readonly receiver?: EndpointId;
  readonly senderAddresses: readonly Address[];
  readonly shown?: "client" | "node";
  readonly mayDrop?: boolean;
  /** Whether the installation puts the address of the sender's node in place of the sender's. */
  readonly isReplaced?: boolean;
  readonly endpoints?: readonly { readonly address: Address; readonly port: number }[];
}

/** The first of `traces` that breaks `expectation`; undefined when none does. */
export function breakingTrace(
  expectation: Expectation,
  traces: readonly Trace[],
  judged: Judged,
): Trace | undefined {
  if (expectation === "delivered-iff-admitted") {
    const arrives = traces.some((trace) => reaches(trace, judged));
    return arrives === isAdmitted(judged) ? undefined : traces[0];
  }
  return traces.find((trace) => breaks(expectation, trace, judged));
}

/**
 * Whether the definition admits the packet, sent directly to an address of the receiver. By the ends, not
 * by who is found at the address: in a broken cluster two pods may have it.
 */
export function isAdmitted({ cluster, profile, packet, network, receiver }: Judged): boolean {
  const from = network.processes.get(packet.from)?.endpoint ?? packet.from;
  if (receiver === undefined) return false;
  const { header } = packet;
  return admitted(cluster, profile, from, receiver).some(
    (box) =>
      box.family === header.family &&
      box.protocol === header.protocol &&
      bitSets.contains(box.sources, header.source) &&
      bitSets.contains(box.destinations, header.destination) &&
      portSets.contains(box.ports, header.destinationPort),
  );
}

function reaches(trace: Trace, { network, receiver }: Judged): boolean {
  const { verdict } = trace;
  return verdict.kind === "delivered" && network.processes.get(verdict.to)?.endpoint === receiver;
}

function breaks(
  expectation: Exclude<Expectation, "delivered-iff-admitted">,
  trace: Trace,
  judged: Judged,
): boolean {
  const { verdict } = trace;
  const arrived = verdict.kind === "delivered";
  switch (expectation) {
    case "delivered":
      return !reaches(trace, judged);
    case "header-unchanged":
      return arrived && !sameHeader(verdict.header, judged.packet.header);
    case "source-is-sender":
    case "own-source-untranslated":
    case "source-as-documented":
      return arrived && hasWrongSource(expectation, verdict.header, judged);
    case "reply-returns":
      return arrived && replyFate(judged.network, trace) !== "returned";
    case "endpoints-only":
      return !atEndpoint(trace, judged);
    case "no-loop":
      return verdict.kind === "looped";
    case "discards-explained":
      return (
        verdict.kind === "discarded" &&
        verdict.reason !== "unmodelled" &&
        verdict.because.origins.length === 0
      );
  }
}

type SourceExpectation = "source-is-sender" | "own-source-untranslated" | "source-as-documented";

function hasWrongSource(expectation: SourceExpectation, header: Header, judged: Judged): boolean {
  switch (expectation) {
    case "source-is-sender":
      return !isSenders(judged, sourceOf(header));
    case "own-source-untranslated":
      return isForeign(header, judged);
    case "source-as-documented":
      return !asShown(header, judged);
  }
}

/** Whether what was not translated on the way comes from somebody else than its sender. */
function isForeign(header: Header, judged: Judged): boolean {
  const { destination, destinationPort } = judged.packet.header;
  const isUntranslated =
    header.destination === destination && header.destinationPort === destinationPort;
  return isUntranslated && judged.isReplaced !== true && !isSenders(judged, sourceOf(header));
}

function isSenders({ senderAddresses }: Judged, address: Address): boolean {
  return senderAddresses.some((own) => sameAddress(own, address));
}

function asShown(header: Header, judged: Judged): boolean {
  const own = isSenders(judged, sourceOf(header));
  if (judged.shown === undefined) return true;
  return judged.shown === "client" ? own || isSenders(judged, destinationOf(header)) : !own;
}

function atEndpoint({ verdict }: Trace, { endpoints = [], mayDrop }: Judged): boolean {
  if (mayDrop === true && verdict.kind === "discarded" && verdict.reason === "filtered")
    return true;
  if (verdict.kind === "discarded" && verdict.reason === "rejected") return endpoints.length === 0;
  return endpoints.some(
    ({ address, port }) =>
      sameAddress(address, destinationOf(verdict.header)) &&
      port === verdict.header.destinationPort,
  );
}
