/**
 * What a model says of a packet, as the life of it.
 */
import type { ReplyFate } from "../../models/base/connection.ts";
import { FATE_OF_DISCARD } from "../../models/network/connection.ts";
import type { SwitchId } from "../../models/network/ids.ts";
import type { Header } from "../../models/network/packet.ts";
import type { Trace, Verdict } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import { formatAddress } from "../base/ip.ts";
import type { End, Life, Pass, ReplyEnd } from "./life.ts";

/** Who is asked: an engine fits. */
export interface Oracle {
  readonly replies: (trace: Trace) => readonly Trace[];
  readonly outcomeOf: (trace: Trace) => { readonly reply?: ReplyFate };
}

/** A life as a model expects it; the reply has several where it can choose. */
export interface Expected {
  readonly life: Life;
  readonly replyPasses: readonly (readonly Pass[])[];
  /** Why it ends, for people. */
  readonly because: string;
  /** Whether the model ends it for want of a route, which a kernel may find a hop later. */
  readonly leaks: boolean;
}

/** What `trace` lets expect; `spaceOf` says how the namespaces of the switches are called. */
export function expected(
  oracle: Oracle,
  spaceOf: ReadonlyMap<SwitchId, string>,
  trace: Trace,
): Expected {
  const space = (at: SwitchId): string => present(spaceOf.get(at), `no namespace for ${at}`);
  const { verdict } = trace;
  const at = trace.hops.at(-1)?.at;
  const life: Life = { passes: passesOf(trace, space), end: endOf(verdict, at, space) };
  const because = verdict.kind === "discarded" ? verdict.because.text : verdict.kind;
  const leaks =
    verdict.kind === "discarded" &&
    (verdict.reason === "undefined-port" || verdict.reason === "unassigned");
  if (verdict.kind !== "delivered") return { life, replyPasses: [], because, leaks };
  const lives = oracle.replies(trace).map((reply) => passesOf(reply, space, true));
  const fate = oracle.outcomeOf(trace).reply ?? "lost";
  const reply = { passes: lives[0] ?? [], end: REPLY_END[fate] };
  return { life: { ...life, reply }, replyPasses: lives, because, leaks };
}

const REPLY_END: Readonly<Record<ReplyFate, ReplyEnd>> = {
  returned: "returned",
  altered: "elsewhere",
  lost: "lost",
};

function endOf(verdict: Verdict, at: SwitchId | undefined, space: (at: SwitchId) => string): End {
  switch (verdict.kind) {
    case "delivered":
      return { kind: "delivered", at: space(at ?? verdict.to), ...ends(verdict.header) };
    case "discarded":
      return { kind: FATE_OF_DISCARD[verdict.reason] === "rejected" ? "rejected" : "lost" };
    case "looped":
      return { kind: "lost" };
  }
}

function ends(header: Header, isReply = false): Omit<Pass, "from" | "to"> {
  const { family, source, destination, sourcePort, destinationPort } = header;
  return {
    source: formatAddress({ family, bits: source }),
    destination: formatAddress({ family, bits: destination }),
    port: isReply ? sourcePort : destinationPort,
  };
}

/** One pass for each switch after the first, with the header with which it was entered. */
function passesOf(
  { hops }: Trace,
  space: (at: SwitchId) => string,
  isReply = false,
): readonly Pass[] {
  return hops.flatMap((hop, i): readonly Pass[] => {
    const before = hops[i - 1];
    if (before === undefined || before.at === hop.at) return [];
    return [{ from: space(before.at), to: space(hop.at), ...ends(hop.before, isReply) }];
  });
}
