/**
 * Connection tracking: a switch remembers the first packet of a connection as it entered and as it
 * left, lets the reply pass, and translates it back.
 */
import type { Fate, Outcome, ReplyFate } from "../base/connection.ts";
import type { DiscardReason } from "./action.ts";
import type { SwitchId } from "./ids.ts";
import type { Network, Packet } from "./network.ts";
import { type Header, destinationOf, sameHeader, sourceOf, swapEnds } from "./packet.ts";
import { follow, run } from "./run.ts";
import { type Ended, type State, type Successor, decide, linkOf, step } from "./step.ts";
import type { Hop, Trace, Verdict } from "./trace.ts";

/** What a switch remembers of a connection: its first packet on entering and on leaving. */
export interface Tracked {
  readonly at: SwitchId;
  readonly original: Header;
  readonly translated: Header;
}

/** What each switch remembers of the connection that `trace` opened, in the order of the hops. */
export function tracked(trace: Trace): readonly Tracked[] {
  const entries: Tracked[] = [];
  for (const hop of trace.hops) {
    const last = entries.at(-1);
    if (last !== undefined && last.at === hop.at) {
      entries[entries.length - 1] = { ...last, translated: hop.after };
    } else {
      entries.push({ at: hop.at, original: hop.before, translated: hop.after });
    }
  }
  return entries;
}

/**
 * Every life of the reply to a delivered `trace`: sent by the receiver with the ends exchanged. At a
 * switch that remembers the connection it is translated back, passes all hooks, and, where the FIB
 * delivers it at the opener's own switch, goes to the process that opened the connection (its socket).
 * Elsewhere it is judged like any first packet. Empty iff `trace` was not delivered.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34: replies of allowed connections are allowed)
 */
export function replies(network: Network, trace: Trace): readonly Trace[] {
  const { verdict } = trace;
  if (verdict.kind !== "delivered") return [];
  const receiver = network.processes.get(verdict.to);
  if (receiver === undefined) throw new Error(`no process ${verdict.to}`);
  const memory = tracked(trace);
  const packet: Packet = { from: receiver.id, header: swapEnds(verdict.header) };
  const first: State = { link: receiver.uplink, header: packet.header, hops: [], choices: {} };
  return follow(network, packet, first, [], (state) => replyStep(network, trace, memory, state));
}

function replyStep(
  network: Network,
  opened: Trace,
  memory: readonly Tracked[],
  state: State,
): readonly Successor[] {
  const at = linkOf(network, state.link).to;
  const entry = memory.find((m) => m.at === at && sameHeader(swapEnds(m.translated), state.header));
  if (entry === undefined) return step(network, state);
  const after = swapEnds(entry.original);
  const hop: Hop = {
    at,
    stage: "conntrack",
    link: state.link,
    action: { kind: "pass" },
    because: { text: "reply of a known connection", origins: [] },
    before: state.header,
    after,
  };
  const progress = { header: after, hops: [...state.hops, hop], choices: state.choices };
  const home = memory[0]?.at === at;
  return decide(network, at, state.link, progress, true).map((next) =>
    home && next.kind === "ended" && next.ended.verdict.kind === "delivered"
      ? toOpener(next.ended, opened)
      : next,
  );
}

function toOpener(ended: Ended, opened: Trace): Successor {
  const { header } = ended.verdict;
  const verdict: Verdict = { kind: "delivered", to: opened.packet.from, header };
  return { kind: "ended", ended: { ...ended, verdict } };
}

/**
 * What becomes of the reply: `returned` iff every life of it reaches the process that opened the
 * connection, carrying as its source the address and port that were called; `altered` iff all reach it
 * but some as from elsewhere; `lost` iff some does not reach it. A reply that the opener's switch does not
 * know as one when it comes in reaches nobody who waits for it, whoever listens there.
 */
export function replyFate(network: Network, trace: Trace): ReplyFate {
  const home = network.links.get(network.processes.get(trace.packet.from)?.uplink ?? "")?.to;
  const lives = replies(network, trace);
  const reached = (life: Trace): boolean =>
    life.verdict.kind === "delivered" &&
    life.verdict.to === trace.packet.from &&
    life.hops.some(
      ({ at, stage, after }) =>
        at === home && stage === "conntrack" && sameHeader(after, life.verdict.header),
    );
  if (lives.length === 0 || !lives.every(reached)) return "lost";
  const asked = swapEnds(trace.packet.header);
  return lives.every((life) => sameHeader(life.verdict.header, asked)) ? "returned" : "altered";
}

/** How a sender perceives each way of ending without delivery. */
export const FATE_OF_DISCARD: Readonly<Record<DiscardReason, Fate>> = {
  "no-route": "no-route",
  filtered: "dropped",
  rejected: "rejected",
  unassigned: "dropped",
  "undefined-port": "dropped",
  unmodelled: "undecided",
};

/** The outcome that `trace` shows, the reply included. */
export function outcomeOf(network: Network, trace: Trace): Outcome {
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
      const reply = replyFate(network, trace);
      return to === network.outside
        ? { fate: "delivered", to, ...base, reply }
        : { fate: "delivered", to, ...base, sourceSeen: sourceOf(header), reply };
    }
  }
}

/** Every outcome of `packet`, one per trace (so not necessarily distinct). */
export function outcomes(network: Network, packet: Packet): readonly Outcome[] {
  return run(network, packet).map((trace) => outcomeOf(network, trace));
}
