/**
 * The definition of forwarding: every possible life of a packet.
 */
import type { Network, Packet } from "./network.ts";
import { type State, type Successor, step } from "./step.ts";
import type { Trace } from "./trace.ts";

/**
 * Every trace of `packet`, one for each combination of choices that it can meet, in the order of the
 * choices. Not empty. A packet that comes back to the same link with the same header has `looped`;
 * since headers only take values that rules write, every run ends.
 *
 * @cost product of the choices met, times the hops, times the rules of each table
 * @throws when the sender or a link does not exist: the network is not well-formed
 */
export function run(network: Network, packet: Packet): readonly Trace[] {
  const sender = network.processes.get(packet.from);
  if (sender === undefined) throw new Error(`no process ${packet.from}`);
  const first: State = { link: sender.uplink, header: packet.header, hops: [], choices: {} };
  return follow(network, packet, first, [], (state) => step(network, state));
}

/** Follows `state` to every end, `seen` being the places (link and header) already visited. */
export function follow(
  network: Network,
  packet: Packet,
  state: State,
  seen: readonly string[],
  successors: (state: State) => readonly Successor[],
): readonly Trace[] {
  const place = placeKey(state);
  if (seen.includes(place)) {
    const at = network.links.get(state.link)?.to ?? state.link;
    const verdict = { kind: "looped", at, header: state.header } as const;
    return [{ packet, hops: state.hops, verdict, choices: state.choices }];
  }
  return successors(state).flatMap((next): readonly Trace[] =>
    next.kind === "ended"
      ? [{ packet, ...next.ended }]
      : follow(network, packet, next.state, [...seen, place], successors),
  );
}

function placeKey(state: State): string {
  const h = state.header;
  return [
    state.link,
    h.family,
    h.protocol,
    h.source,
    h.sourcePort,
    h.destination,
    h.destinationPort,
  ].join(" ");
}
