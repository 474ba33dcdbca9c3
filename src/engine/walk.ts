/**
 * Follows a packet to every end. The same lives in the same order as `follow` and `step` of
 * models/network, found depth first, with what came before kept as shared lists.
 */
import { rewritten } from "../../models/network/action.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Link, Network, Packet } from "../../models/network/network.ts";
import { type Header, sameHeader } from "../../models/network/packet.ts";
import type { Choices, Hop, Trace, Verdict } from "../../models/network/trace.ts";
import { present } from "../base/assert.ts";
import type { Tables } from "./tables.ts";

/** What is remembered of the connection that the packet replies to. */
export interface Memory {
  /** `header` translated back where `at` knows the connection, else undefined. */
  readonly restored: (at: SwitchId, header: Header) => Header | undefined;
  /** The switch of the process that opened the connection. */
  readonly home: SwitchId | undefined;
  readonly opener: ProcessId;
}

/** What has happened to a packet; `hops` has the latest first. */
interface Progress {
  readonly header: Header;
  readonly hops: HopList | undefined;
  readonly choices: Choices;
  /** Whether a hook at this switch has marked the packet. */
  readonly marked: boolean;
}

interface HopList {
  readonly hop: Hop;
  readonly earlier: HopList | undefined;
}

/** The links that a packet has travelled on, and its header there; latest first. */
interface Visited {
  readonly link: LinkId;
  readonly header: Header;
  readonly earlier: Visited | undefined;
}

const REPLY_PASSES = {
  stage: "conntrack",
  action: { kind: "pass" },
  because: { text: "reply of a known connection", origins: [] },
} as const;

/** One walk: what it goes through, whose, and the traces that have ended so far. */
interface Walk {
  readonly network: Network;
  readonly tables: Tables;
  readonly packet: Packet;
  readonly memory: Memory | undefined;
  readonly traces: Trace[];
}

/** An end of a link: its hooks, the switch there, and the link by which the packet entered that. */
interface LinkEnd {
  readonly hooks: readonly Hook[];
  readonly at: SwitchId;
  readonly link: LinkId;
  readonly entered: LinkId;
}

/**
 * Every trace of `packet` from `link` on, in the order of the choices; `memory` when it is a reply.
 *
 * @cost of each trace: its hops, each a look-up in an index
 * @law a2-engine
 */
export function walk(
  network: Network,
  tables: Tables,
  packet: Packet,
  link: LinkId,
  memory?: Memory,
): readonly Trace[] {
  const traces: Trace[] = [];
  const start: Progress = { header: packet.header, hops: undefined, choices: {}, marked: false };
  travel({ network, tables, packet, memory, traces }, link, start, undefined);
  return traces;
}

function end({ packet, traces }: Walk, verdict: Verdict, { hops, choices }: Progress): void {
  traces.push({ packet, hops: inOrder(hops), verdict, choices });
}

/** Along the link with `id`, into the switch at its end, where no mark of another switch is seen. */
function travel(walk: Walk, id: LinkId, left: Progress, visited: Visited | undefined): void {
  const progress = left.marked ? { ...left, marked: false } : left;
  const { header } = progress;
  const link = linkOf(walk, id);
  const at = link.to;
  if (wasAt(visited, id, header)) {
    end(walk, { kind: "looped", at, header }, progress);
    return;
  }
  const now: Visited = { link: id, header, earlier: visited };
  const restored = walk.memory?.restored(at, header);
  if (restored !== undefined) {
    const hop: Hop = { at, link: id, ...REPLY_PASSES, before: header, after: restored };
    const known = { ...progress, header: restored, hops: later(progress, hop) };
    decide(walk, link, known, now, true);
  } else {
    const enter: LinkEnd = { hooks: link.onEnter, at, link: id, entered: id };
    pass(walk, enter, 0, progress, (entered) => decide(walk, link, entered, now, false));
  }
}

/** Through the hooks of `side` from `index` on, and `onward` in each way that is not discarded. */
function pass(
  walk: Walk,
  side: LinkEnd,
  index: number,
  progress: Progress,
  onward: (progress: Progress) => void,
): void {
  const hook = side.hooks[index];
  if (hook === undefined) {
    onward(progress);
    return;
  }
  const { at, link } = side;
  const { stage } = hook;
  const { header, choices, marked } = progress;
  const { action, because } = walk.tables.lookup(hook, header, side.entered, marked);
  if (action.kind === "translate") {
    const { choice, rewrites } = action;
    eachChoice(progress, choice, rewrites, (rewrite, chosen) => {
      const after = rewritten(header, rewrite);
      const hop: Hop = { at, stage, link, action, because: rewrite.because, before: header, after };
      const next: Progress = {
        header: after,
        hops: later(progress, hop),
        choices: chosen,
        marked: marked || rewrite.marks === true,
      };
      pass(walk, side, index + 1, next, onward);
    });
    return;
  }
  const hop: Hop = { at, stage, link, action, because, before: header, after: header };
  const next: Progress = { header, hops: later(progress, hop), choices, marked };
  if (action.kind === "discard") {
    end(walk, { kind: "discarded", at, reason: action.reason, because, header }, next);
  } else {
    pass(walk, side, index + 1, next, onward);
  }
}

/** Each of `offers` that the choices made so far allow, with the choices then made. */
function eachChoice<T>(
  { choices }: Progress,
  choice: string,
  offers: readonly T[],
  visit: (offer: T, chosen: Choices) => void,
): void {
  const taken = Object.hasOwn(choices, choice) ? choices[choice] : undefined;
  offers.forEach((offer, i) => {
    if (taken !== undefined && taken !== i) return;
    visit(offer, taken === undefined ? { ...choices, [choice]: i } : choices);
  });
}

/** By the FIB of the switch at the end of `entered`; a `known` reply passes all hooks. */
function decide(
  walk: Walk,
  entered: Link,
  progress: Progress,
  visited: Visited,
  known: boolean,
): void {
  const { header, choices, marked } = progress;
  const at = entered.to;
  const { fib } = present(walk.network.switches.get(at), `no switch ${at}`);
  const { action, because } = walk.tables.lookup(fib, header, entered.id, marked);
  const link = entered.id;
  const hop: Hop = { at, stage: "fib", link, action, because, before: header, after: header };
  const hops = later(progress, hop);
  const next: Progress = { header, hops, choices, marked };
  const leave = (id: LinkId, made: Choices): void => {
    const via = linkOf(walk, id);
    const hooks = known ? [] : via.onLeave;
    const side: LinkEnd = { hooks, at, link: via.id, entered: entered.id };
    const leaving: Progress = { header, hops, choices: made, marked };
    pass(walk, side, 0, leaving, (left) => travel(walk, via.id, left, visited));
  };
  switch (action.kind) {
    case "deliver": {
      const to = known && walk.memory?.home === at ? walk.memory.opener : action.to;
      end(walk, { kind: "delivered", to, header }, next);
      break;
    }
    case "discard": {
      end(walk, { kind: "discarded", at, reason: action.reason, because, header }, next);
      break;
    }
    case "forward":
      leave(action.via, choices);
      break;
    case "multipath":
      eachChoice(next, action.choice, action.vias, leave);
      break;
  }
}

function later({ hops }: Progress, hop: Hop): HopList {
  return { hop, earlier: hops };
}

function inOrder(latest: HopList | undefined): readonly Hop[] {
  const hops: Hop[] = [];
  for (let list = latest; list !== undefined; list = list.earlier) hops.push(list.hop);
  return hops.reverse();
}

function wasAt(visited: Visited | undefined, link: LinkId, header: Header): boolean {
  for (let list = visited; list !== undefined; list = list.earlier) {
    if (list.link === link && sameHeader(list.header, header)) return true;
  }
  return false;
}

function linkOf({ network }: Walk, id: LinkId): Link {
  return present(network.links.get(id), `no link ${id}`);
}
