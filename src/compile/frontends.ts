/**
 * Addresses and ports that frontends claim which are not modelled: what happens there is not known.
 */
import { type AddressSet, LOOPBACK, NO_ADDRESSES, addressSets } from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { Discard } from "../../models/network/action.ts";
import type { Match } from "../../models/network/match.ts";
import { stated, uncertainly } from "./because.ts";
import type { HookRule } from "./bounds.ts";
import type { Ground } from "./ground.ts";
import { loopbackNodePorts } from "./node-ports.ts";

/** A rule that ends packets for a frontend. */
export interface FrontendRule {
  readonly match: Required<Pick<Match, "destinations" | "protocols" | "destinationPorts">>;
  readonly action: Discard;
  readonly because: Provenance;
}

/** One rule for each frontend, in the order of the cluster; loopback is left out. */
export function frontendRules(ground: Ground): readonly FrontendRule[] {
  return rulesFor(ground, (addresses) => addressSets.subtract(addresses, LOOPBACK));
}

/** Like `frontendRules`, for loopback of nodes, as far as nodes take node ports there. */
export function loopbackRules(ground: Ground): readonly FrontendRule[] {
  const taken = loopbackNodePorts(ground.profile);
  if (addressSets.isEmpty(taken)) return [];
  return rulesFor(ground, (addresses) => addressSets.intersect(addresses, taken)).filter(
    ({ match }) => !addressSets.isEmpty(match.destinations),
  );
}

function rulesFor(
  ground: Ground,
  part: (addresses: AddressSet) => AddressSet,
): readonly FrontendRule[] {
  return ground.cluster.frontends.map((frontend) => ({
    match: {
      destinations: part(frontend.addresses),
      protocols: [frontend.protocol],
      destinationPorts: frontend.ports,
    },
    action: { kind: "discard", reason: "unmodelled" },
    because: uncertainly(
      stated(`${frontend.text} is not modelled`, [frontend.origin]),
      frontend.code,
    ),
  }));
}

/**
 * The rules of frontends to which some of `translations` leads: an endpoint of a service can itself be such
 * a frontend, on another node. For packets that egress policy has let pass.
 */
export function frontendsBehind(
  ground: Ground,
  translations: readonly HookRule[],
): readonly FrontendRule[] {
  const claimed = ground.cluster.frontends.map((frontend) => frontend.addresses);
  const anywhere = claimed.reduce(addressSets.union, NO_ADDRESSES);
  const targets = translations.flatMap(({ action, match }) =>
    action.kind !== "translate"
      ? []
      : action.rewrites
          .filter((r) => r.destination && addressSets.contains(anywhere, r.destination))
          .map((rewrite) => ({ rewrite, protocols: match.protocols ?? PROTOCOLS })),
  );
  return frontendRules(ground).filter(({ match: { destinations, destinationPorts, protocols } }) =>
    targets.some(
      ({ rewrite, protocols: carried }) =>
        carried.some((protocol) => protocols.includes(protocol)) &&
        rewrite.destination !== undefined &&
        addressSets.contains(destinations, rewrite.destination) &&
        rewrite.destinationPort !== undefined &&
        portSets.contains(destinationPorts, rewrite.destinationPort),
    ),
  );
}
