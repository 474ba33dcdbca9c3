/**
 * Addresses and ports that frontends claim which are not modelled: what happens there is not known.
 */
import type { Provenance } from "../../models/base/origin.ts";
import type { Match } from "../../models/network/match.ts";
import { stated, uncertainly } from "./because.ts";
import type { Ground } from "./ground.ts";

/** What a frontend claims, and why packets end there as unmodelled. */
export interface FrontendMatch {
  readonly match: Match;
  readonly because: Provenance;
}

/** One match for each frontend, in the order of the cluster. */
export function frontendMatches(ground: Ground): readonly FrontendMatch[] {
  return ground.cluster.frontends.map((frontend) => ({
    match: {
      destinations: frontend.addresses,
      protocols: [frontend.protocol],
      destinationPorts: frontend.ports,
    },
    because: uncertainly(
      stated(`${frontend.text} is not modelled`, [frontend.origin]),
      frontend.code,
    ),
  }));
}
