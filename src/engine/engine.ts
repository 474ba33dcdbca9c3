/**
 * Concrete forwarding, fast: what `run`, `replies` and `outcomes` of models/network define, by indexes
 * of the tables that are built as packets meet them.
 */
import type { Outcome, ReplyFate } from "../../models/base/connection.ts";
import { FATE_OF_DISCARD } from "../../models/network/connection.ts";
import type { SwitchId } from "../../models/network/ids.ts";
import type { Network, Packet } from "../../models/network/network.ts";
import { destinationOf, sameHeader, sourceOf, swapEnds } from "../../models/network/packet.ts";
import type { Hop, Trace } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import { createTables } from "./tables.ts";
import { memoryOf } from "./tracking.ts";
import { walk } from "./walk.ts";

/** Answers about one network, which must be well-formed and must not change. */
export interface Engine {
  /**
   * Every trace of `packet`, one for each combination of choices that it meets, in the order of the
   * choices. Not empty. Equals `run(network, packet)`.
   *
   * @throws InternalError when the sender does not exist
   */
  readonly run: (packet: Packet) => readonly Trace[];
  /** Every life of the reply to `trace`; empty iff it was not delivered. Equals `replies`. */
  readonly replies: (trace: Trace) => readonly Trace[];
  /** The outcome that `trace` shows, the reply included. Equals `outcomeOf`. */
  readonly outcomeOf: (trace: Trace) => Outcome;
  /** The outcome of each trace of `packet`. Equals `outcomes`. */
  readonly outcomes: (packet: Packet) => readonly Outcome[];
}

/**
 * An engine for `network`.
 *
 * @cost nothing now; a table's index when a packet first meets it, then a few microseconds for each hop
 * @law a2-engine
 */
export function createEngine(network: Network): Engine {
  const tables = createTables();

  const run = (packet: Packet): readonly Trace[] => {
    const sender = present(network.processes.get(packet.from), `no process ${packet.from}`);
    return walk(network, tables, packet, sender.uplink);
  };

  const replies = (trace: Trace): readonly Trace[] => {
    const { verdict } = trace;
    if (verdict.kind !== "delivered") return [];
    const receiver = present(network.processes.get(verdict.to), `no process ${verdict.to}`);
    const packet: Packet = { from: receiver.id, header: swapEnds(verdict.header) };
    return walk(network, tables, packet, receiver.uplink, memoryOf(trace));
  };

  const homeOf = ({ packet }: Trace): SwitchId | undefined =>
    network.links.get(network.processes.get(packet.from)?.uplink ?? "")?.to;

  const outcomeOf = (trace: Trace): Outcome => {
    const { verdict } = trace;
    const { header } = verdict;
    const base = { candidate: destinationOf(header), port: header.destinationPort };
    switch (verdict.kind) {
      case "looped":
        return { fate: "looped", ...base };
      case "discarded":
        return { fate: FATE_OF_DISCARD[verdict.reason], ...base };
      case "delivered": {
        const to = network.processes.get(verdict.to)?.endpoint ?? verdict.to;
        const reply = replyFate(homeOf(trace), trace, replies(trace));
        return to === network.outside
          ? { fate: "delivered", to, ...base, reply }
          : { fate: "delivered", to, ...base, sourceSeen: sourceOf(header), reply };
      }
    }
  };

  return { run, replies, outcomeOf, outcomes: (packet) => run(packet).map(outcomeOf) };
}

/** What becomes of the reply to `trace`, which was opened at the switch `home`, given its `lives`. */
function replyFate(home: SwitchId | undefined, trace: Trace, lives: readonly Trace[]): ReplyFate {
  const asked = swapEnds(trace.packet.header);
  let fate: ReplyFate = lives.length === 0 ? "lost" : "returned";
  for (const { verdict, hops } of lives) {
    if (verdict.kind !== "delivered" || verdict.to !== trace.packet.from) return "lost";
    // Known at home, or it is no reply to anybody there.
    const isKnown = ({ at, stage, after }: Hop): boolean =>
      at === home && stage === "conntrack" && sameHeader(after, verdict.header);
    if (!hops.some(isKnown)) return "lost";
    if (!sameHeader(verdict.header, asked)) fate = "altered";
  }
  return fate;
}
