/**
 * Sends one packet through the engine and through the definition. What is shown to a user has passed
 * both; a disagreement is a fault of ours, never a finding.
 */
import { isDeepStrictEqual } from "node:util";
import type { Bound } from "../../models/kubernetes/unknowns.ts";
import type { Packet } from "../../models/network/network.ts";
import { run } from "../../models/network/run.ts";
import type { Trace } from "../../models/network/trace.ts";
import { assert } from "../base/assert.ts";
import type { Subject } from "./subject.ts";

/**
 * Every trace of `packet` in the network of `bound`, found by the engine and confirmed by the definition.
 *
 * @throws InternalError when the two disagree
 */
export function replay(subject: Subject, bound: Bound, packet: Packet): readonly Trace[] {
  const traces = subject.engine(bound).run(packet);
  const defined = run(subject.network(bound), packet);
  assert(
    isDeepStrictEqual(traces, defined),
    `the engine and the definition disagree about a packet from ${packet.from}`,
  );
  return traces;
}
