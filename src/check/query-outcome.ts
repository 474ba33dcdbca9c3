/**
 * A trace as the outcome of a question.
 */
import { destinationOf, sourceOf } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import { lostReply } from "./connects.ts";
import { endpointName } from "./naming.ts";
import type { Subject } from "./subject.ts";
import type { QueryOutcome } from "./types.ts";

const REPLY = {
  returned: "delivered",
  altered: "altered",
  lost: "lost",
} as const;

/** What `trace`, a trace of the assumed network, says about a question. */
export function queryOutcome(subject: Subject, trace: Trace): QueryOutcome {
  const network = subject.network("assumed");
  const { verdict } = trace;
  const { header } = verdict;
  const engine = subject.engine("assumed");
  const outcome = engine.outcomeOf(trace);
  const base = {
    verdict: outcome.fate,
    address: destinationOf(header),
    port: header.destinationPort,
    trace,
    undeclared: false,
  };
  if (verdict.kind !== "delivered") return base;
  const receiver = network.processes.get(verdict.to);
  const lost = lostReply(engine, network, trace);
  return {
    ...base,
    undeclared: receiver?.declared === false,
    receiver: endpointName(outcome.to ?? verdict.to),
    ...(outcome.sourceSeen === undefined ? {} : { sourceSeen: sourceOf(header) }),
    ...(outcome.reply === undefined ? {} : { reply: REPLY[outcome.reply] }),
    ...(lost === undefined ? {} : { lostReply: lost }),
  };
}
