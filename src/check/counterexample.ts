/**
 * Words for a packet that breaks something.
 */
import type { Expectation } from "../../models/kubernetes/property.ts";
import type { Header } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import { becauseOf } from "./because.ts";
import { becauseLost, lostReply } from "./connects.ts";
import { endpointName, podsByEndpoint, workloadName } from "./naming.ts";
import type { Subject } from "./subject.ts";
import type { Because, Counterexample } from "./types.ts";

/** What is wrong when `expectation` is broken, as the end of a sentence that begins with a packet. */
const WRONG: Readonly<Record<Expectation, string>> = {
  delivered: "is not delivered there",
  "header-unchanged": "arrives with another header than was sent",
  "source-is-sender": "arrives as from an address that its sender does not have",
  "own-source-untranslated": "arrives as from an address that its sender does not have",
  "source-as-documented": "arrives with another source than the service is documented to show",
  "reply-returns": "arrives, and its reply does not return as from the address that was called",
  "endpoints-only": "is led to something that is no endpoint of the service",
  "no-loop": "is forwarded in a loop",
  "discards-explained": "is lost, and no line of a manifest asks for it",
  "delivered-iff-admitted": "does not fare as the policies say",
};

/** The counterexample that `trace` is: it was to go to `to` and breaks `expectation`. */
export function packetCounterexample(
  subject: Subject,
  trace: Trace,
  expectation: Expectation,
  to: string,
): Counterexample {
  const from = senderName(subject, trace);
  const called = portText(trace.packet.header);
  const lost =
    expectation === "reply-returns"
      ? lostReply(subject.engine("assumed"), subject.network("assumed"), trace)
      : undefined;
  const target = to.includes(":") && !to.startsWith("svc:") ? endpointName(to) : to;
  return {
    summary: `what ${from} sends to ${target} on ${called} ${WRONG[expectation]}`,
    trace,
    ...(lost === undefined ? {} : { lostReply: lost }),
    because: [
      ...translatedBy(trace),
      ...becauseOf(trace),
      ...receivedBy(subject, trace),
      ...(lost === undefined ? [] : [becauseLost(lost)]),
    ],
  };
}

/** `tcp/5432`. */
export function portText(header: Header): string {
  return `${header.protocol.toLowerCase()}/${String(header.destinationPort)}`;
}

/** The workload, node or outside that sent the packet of `trace`. */
export function senderName(subject: Subject, trace: Trace): string {
  const { from } = trace.packet;
  const endpoint = subject.network("assumed").processes.get(from)?.endpoint ?? from;
  const pod = podsByEndpoint(subject.cluster).get(endpoint);
  return pod === undefined ? endpointName(endpoint) : workloadName(pod);
}

/** Who led it elsewhere, and where that is written. */
function translatedBy({ hops }: Trace): readonly Because[] {
  return hops
    .filter(({ action, because }) => action.kind === "translate" && because.origins.length > 0)
    .map(({ because: { text, origins } }) => {
      return { direction: "route", effect: "allowed", text, origins };
    });
}

/** Who received it, and where that is written. */
function receivedBy(subject: Subject, { verdict }: Trace): readonly Because[] {
  if (verdict.kind !== "delivered") return [];
  const receiver = subject.network("assumed").processes.get(verdict.to);
  if (receiver === undefined) return [];
  const text = `received by ${receiver.name}`;
  return [{ direction: "route", effect: "allowed", text, origins: receiver.origins }];
}
