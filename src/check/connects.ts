/**
 * What becomes of a call for the one who calls: a request that arrives opens a connection only where its reply
 * comes back.
 */
import type { Address } from "../../models/base/address.ts";
import { EXPECTS_REPLY } from "../../models/base/connection.ts";
import { tracked } from "../../models/network/connection.ts";
import type { Network } from "../../models/network/network.ts";
import {
  type Header,
  destinationOf,
  sameHeader,
  sourceOf,
  swapEnds,
} from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import { formatAddress } from "../base/ip.ts";
import type { Engine } from "../engine/engine.ts";
import { endpointName } from "./naming.ts";
import type { Because, LostReply } from "./types.ts";

/**
 * `connects`: the request arrives, and so does the reply where it is needed; `unanswered`: only the request does;
 * `missed`: the request does not; `open`: something on the way there or back is not modelled.
 */
export type CallFate = "connects" | "unanswered" | "missed" | "open";

/** What becomes of the call that `trace` is. A reply is needed by `needsReply`, else as its protocol says. */
export function callFate(engine: Engine, trace: Trace, needsReply = needsReplyTo(trace)): CallFate {
  const { verdict } = trace;
  if (verdict.kind !== "delivered") return isUnmodelled(trace) ? "open" : "missed";
  if (!needsReply || isAnswered(engine, trace)) return "connects";
  return engine.replies(trace).some((life) => isUnmodelled(life) && !isKnownAtEnd(life))
    ? "open"
    : "unanswered";
}

/** Whether every life of the reply returns as it should, but for what takes no replies of known connections. */
function isAnswered(engine: Engine, trace: Trace): boolean {
  if (engine.outcomeOf(trace).reply === "returned") return true;
  const lives = engine.replies(trace);
  return lives.length > 0 && lives.every((life) => isUnmodelled(life) && isKnownAtEnd(life));
}

/**
 * Whether the switch at which `life` ends knew its connection: connection tracking comes before whatever is not
 * modelled there.
 *
 * @source https://wiki.nftables.org/wiki-nftables/index.php/Netfilter_hooks (conntrack before dstnat)
 */
function isKnownAtEnd({ hops }: Trace): boolean {
  return hops.at(-2)?.stage === "conntrack" && hops.at(-2)?.at === hops.at(-1)?.at;
}

function needsReplyTo({ packet }: Trace): boolean {
  return EXPECTS_REPLY[packet.header.protocol];
}

/** Whether something that is not modelled discards what `trace` follows. */
function isUnmodelled({ verdict }: Trace): boolean {
  return verdict.kind === "discarded" && verdict.reason === "unmodelled";
}

/** The life of the reply to `trace` that does not return as it should, and why; undefined where all do. */
export function lostReply(engine: Engine, network: Network, trace: Trace): LostReply | undefined {
  if (trace.verdict.kind !== "delivered") return undefined;
  if (engine.outcomeOf(trace).reply === "returned") return undefined;
  const lives = engine.replies(trace);
  const asked = swapEnds(trace.packet.header);
  const life = lives.find((one) => !isReturned(network, trace, one, asked)) ?? lives[0];
  if (life === undefined) return undefined;
  return { trace: life, ...lossOf(network, trace, life) };
}

/** Whether this life of the reply comes back to whoever sent the request, as from what was called. */
function isReturned(network: Network, request: Trace, life: Trace, asked: Header): boolean {
  const { verdict } = life;
  const home = network.links.get(network.processes.get(request.packet.from)?.uplink ?? "")?.to;
  return (
    verdict.kind === "delivered" &&
    verdict.to === request.packet.from &&
    sameHeader(verdict.header, asked) &&
    life.hops.some(({ at, stage }) => at === home && stage === "conntrack")
  );
}

function lossOf(network: Network, request: Trace, life: Trace): Omit<LostReply, "trace"> {
  const { verdict } = life;
  const passed = new Set(life.hops.map(({ at }) => at));
  const [missed] = tracked(request)
    .filter(({ original, translated }) => !sameHeader(original, translated))
    .filter(({ at }) => !passed.has(at));
  const bypass =
    missed === undefined
      ? ""
      : `: it does not come by ${placeName(missed.at)}, which translated the request`;
  switch (verdict.kind) {
    case "looped": {
      const at = placeName(verdict.at);
      return { at, text: `it is forwarded in a loop at ${at}${bypass}`, origins: [] };
    }
    case "discarded": {
      const at = placeName(verdict.at);
      const { text, origins } = verdict.because;
      return { at, text: `it is discarded at ${at} (${text})${bypass}`, origins };
    }
    case "delivered": {
      const endpoint = endpointOf(network, verdict.to);
      const at = endpointName(endpoint);
      const isSender = endpoint === endpointOf(network, request.packet.from);
      if (!isSender) {
        return { at, text: `it arrives at ${at}, which did not call${bypass}`, origins: [] };
      }
      const { header } = request.packet;
      const from = socket(sourceOf(verdict.header), verdict.header.sourcePort);
      const called = socket(destinationOf(header), header.destinationPort);
      const what = from === called ? "where nobody waits for it" : `not ${called} that was called`;
      return { at, text: `it arrives at ${at} as from ${from}, ${what}${bypass}`, origins: [] };
    }
  }
}

function endpointOf(network: Network, process: string): string {
  return network.processes.get(process)?.endpoint ?? process;
}

/** Switches have the names of the ends behind them. */
function placeName(at: string): string {
  return endpointName(at);
}

function socket(address: Address, port: number): string {
  const text = formatAddress(address);
  return `${address.family === "IPv6" ? `[${text}]` : text}:${String(port)}`;
}

/** Why a request that arrives is not answered, as a line of a report. */
export function becauseLost({ text, origins }: LostReply): Because {
  return { direction: "reply", effect: "denied", text, origins };
}
