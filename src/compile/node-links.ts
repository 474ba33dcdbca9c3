/**
 * The links between nodes, and between nodes and the outside.
 */
import { OUTSIDE } from "../../models/kubernetes/cluster.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { Link } from "../../models/network/network.ts";
import { ANY } from "../../models/network/match.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent } from "./because.ts";
import type { Ground, Place } from "./ground.ts";
import { betweenHook, leavingHook } from "./masquerade.ts";
import { OUTSIDE_SWITCH, linkBetween, nodeSwitch, overlayBetween } from "./names.ts";
import { gatewayHook } from "./outside.ts";

/** What nodes do with what comes by their links. */
export interface NodeServices {
  /** The hooks of the service proxy of `place` for what other nodes, or the outside, hand on to it. */
  readonly entering: (place: Place, from: "node" | typeof OUTSIDE) => readonly Hook[];
  /** Whether it marks anything for masquerade. */
  readonly marks: (place: Place) => boolean;
}

/**
 * Links between nodes, and between nodes and the outside: both ways. A node masquerades what it hands on,
 * and answers for its node ports whoever hands packets on to it. Where there is an overlay, it is a second
 * link between two nodes.
 */
export function nodeLinks(ground: Ground, services: NodeServices): readonly Link[] {
  const { places, profile } = ground;
  const ends = places.map((place) => {
    const isMarking = services.marks(place);
    return {
      id: nodeSwitch(place.node),
      place,
      wire: betweenHook(ground, place.node, "wire", isMarking),
      overlay: betweenHook(ground, place.node, "overlay", isMarking),
      leaving: leavingHook(ground, place.node, isMarking),
      entering: services.entering(place, "node"),
    };
  });
  const gateway = gatewayHook(ground);
  const between = ends.flatMap((from) => [
    ...ends
      .filter((to) => to !== from)
      .flatMap((to): readonly Link[] => {
        const direct: Link = {
          id: linkBetween(from.id, to.id),
          from: from.id,
          to: to.id,
          onLeave: defined([from.wire]),
          onEnter: to.entering,
        };
        if (profile.overlay === "none") return [direct];
        const wrapped: Link = {
          ...direct,
          id: overlayBetween(from.id, to.id),
          onLeave: defined([from.overlay, wrapping("encapsulate", from.place, to.place)]),
          onEnter: [wrapping("decapsulate", from.place, to.place), ...to.entering],
        };
        return [direct, wrapped];
      }),
    {
      id: linkBetween(from.id, OUTSIDE_SWITCH),
      from: from.id,
      to: OUTSIDE_SWITCH,
      onLeave: defined([from.leaving]),
      onEnter: defined([gateway]),
    },
  ]);
  const inward = ends.map(
    ({ id, place }): Link => ({
      id: linkBetween(OUTSIDE_SWITCH, id),
      from: OUTSIDE_SWITCH,
      to: id,
      onLeave: [],
      onEnter: services.entering(place, OUTSIDE),
    }),
  );
  return [...between, ...inward];
}

/**
 * The end of a tunnel: it changes nothing of the packet inside.
 *
 * @source https://www.rfc-editor.org/rfc/rfc7348#section-4 (VXLAN: the outer addresses are those of the tunnel endpoints)
 */
function wrapping(stage: "encapsulate" | "decapsulate", from: Place, to: Place): Hook {
  const because = inherent(wrappingText(stage, from, to));
  const pass = { action: { kind: "pass" }, because } as const;
  return { stage, rules: [{ match: ANY, ...pass }], otherwise: pass };
}

function wrappingText(stage: "encapsulate" | "decapsulate", from: Place, to: Place): string {
  const { node: sender } = from;
  const { node: receiver } = to;
  const outer = sender.addresses.flatMap((source) => {
    const destination = receiver.addresses.find(({ family }) => family === source.family);
    return destination === undefined ? [] : [[source, destination] as const];
  })[0];
  const ends =
    outer === undefined
      ? `from ${sender.name} to ${receiver.name}`
      : `from ${formatAddress(outer[0])} to ${formatAddress(outer[1])}`;
  return stage === "encapsulate" ? `in a VXLAN packet ${ends}` : `out of the VXLAN packet ${ends}`;
}

function defined(hooks: readonly (Hook | undefined)[]): readonly Hook[] {
  return hooks.filter((hook) => hook !== undefined);
}
