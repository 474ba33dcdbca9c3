/**
 * Addresses and ports that frontends claim which are not modelled: what happens there is not known.
 */
import type { Provenance } from "../../models/base/origin.ts";
import type { Discard } from "../../models/network/action.ts";
import type { Match } from "../../models/network/match.ts";
import { stated, uncertainly } from "./because.ts";
import type { Ground } from "./ground.ts";

/** A rule that ends packets for a frontend. */
export interface FrontendRule {
  readonly match: Match;
  readonly action: Discard;
  readonly because: Provenance;
}

/** One rule for each frontend, in the order of the cluster. */
export function frontendRules(ground: Ground): readonly FrontendRule[] {
  return ground.cluster.frontends.map((frontend) => ({
    match: {
      destinations: frontend.addresses,
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
