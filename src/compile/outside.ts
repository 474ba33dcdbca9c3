/**
 * Everything outside the cluster, as one process behind one switch.
 */
import {
  ALL_ADDRESSES,
  type AddressSet,
  LOOPBACK,
  addressSets,
} from "../../models/base/address.ts";
import { OUTSIDE } from "../../models/kubernetes/cluster.ts";
import { ANY } from "../../models/network/match.ts";
import type { Process, Switch } from "../../models/network/network.ts";
import { inherent, stated } from "./because.ts";
import type { FibRule } from "./delivery.ts";
import { frontendRules } from "./frontends.ts";
import type { Ground, Place } from "./ground.ts";
import { OUTSIDE_PROCESS, OUTSIDE_SWITCH, linkBetween, nodeSwitch, uplink } from "./names.ts";
import { type SharedRules, serviceReason } from "./node-switch.ts";
import { NO_ROUTE } from "./pod-switch.ts";

/**
 * The switch of the outside. It has routes to nodes, and to pods when the profile says so; never to
 * service addresses, which exist only inside.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#type-clusterip (v1.34: reachable only from within the cluster)
 */
export function outsideSwitchOf(ground: Ground, shared: SharedRules): Switch {
  const rules = [
    ...frontendRules(ground),
    ...ground.places.flatMap((place) => podRoute(ground, place)),
    ...ground.places.flatMap(nodeRoute),
    ...serviceRules(ground),
    shared.unassigned,
    {
      match: ANY,
      action: { kind: "deliver", to: OUTSIDE_PROCESS },
      because: inherent("an address outside the cluster"),
    } as const,
  ];
  return { id: OUTSIDE_SWITCH, name: "outside", fib: { rules, otherwise: NO_ROUTE } };
}

function podRoute(ground: Ground, place: Place): readonly FibRule[] {
  if (place.pods.length === 0) return [];
  const match = { destinations: place.podAddresses };
  if (!ground.profile.outsideRoutesToPods) {
    const because = inherent("the outside has no route to pods");
    return [{ match, action: { kind: "discard", reason: "no-route" }, because }];
  }
  const because = stated(`a pod on ${place.node.name}`, [place.node.origin]);
  return [{ match, action: inward(place), because }];
}

function nodeRoute(place: Place): readonly FibRule[] {
  if (addressSets.isEmpty(place.own)) return [];
  const because = stated(`the address of ${place.node.name}`, [place.node.origin]);
  return [{ match: { destinations: place.own }, action: inward(place), because }];
}

function inward(place: Place): FibRule["action"] {
  return { kind: "forward", via: linkBetween(OUTSIDE_SWITCH, nodeSwitch(place.node)) };
}

function serviceRules(ground: Ground): readonly FibRule[] {
  return ground.cluster.services
    .filter((service) => service.addresses.length > 0)
    .map(
      (service): FibRule => ({
        match: { destinations: addressSets.ofAddresses(service.addresses) },
        action: { kind: "discard", reason: "no-route" },
        because: serviceReason(service, "has an address that is reachable only from inside"),
      }),
    );
}

/** The process that stands for everything outside: it has every address that nothing inside has. */
export function outsideProcessOf(ground: Ground): Process {
  const inside: readonly AddressSet[] = [
    LOOPBACK,
    ground.blocks,
    ground.allPods,
    ground.allNodes,
    ground.allServices,
  ];
  return {
    id: OUTSIDE_PROCESS,
    name: "outside",
    endpoint: OUTSIDE,
    addresses: inside.reduce(addressSets.subtract, ALL_ADDRESSES),
    uplink: uplink(OUTSIDE_PROCESS),
    declared: true,
    origins: [],
  };
}
