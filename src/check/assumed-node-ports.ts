/**
 * Node ports that a question names by number, where which number they have is assumed.
 */
import { portSets } from "../../models/base/interval-set.ts";
import type { PortSelection } from "../intent/ast.ts";
import type { EndpointSet } from "../intent/endpoint-set.ts";
import type { ResolvedClaim } from "../intent/resolve-claim.ts";
import type { Subject } from "./subject.ts";
import type { UndecidedReason } from "./types.ts";

/** An end, and the ports of it that are meant. */
export interface CalledPorts {
  readonly to: EndpointSet;
  readonly ports: PortSelection;
}

/** The ends of `claim` with the ports of each. */
export function portsOfClaim(claim: ResolvedClaim): readonly CalledPorts[] {
  const main = claim.kind === "only" ? claim.target : claim.to;
  const own: readonly CalledPorts[] =
    claim.kind === "only" ? [] : [{ to: main.set, ports: claim.ports }];
  const flows = claim.kind === "allow" ? [] : claim.kind === "deny" ? claim.except : claim.flows;
  return [...own, ...flows.map(({ to, ports }) => ({ to: (to ?? main).set, ports }))];
}

/**
 * One reason for each of `called` that means a node by the number of a node port which is assumed: it could as
 * well be another. All numbers that it could be together mean what they mean whichever it is.
 */
export function assumedNodePorts(
  { unknowns: { nodePorts } }: Subject,
  called: readonly CalledPorts[],
): readonly UndecidedReason[] {
  if (nodePorts === undefined) return [];
  const { assumed, among } = nodePorts;
  return called.flatMap(({ to, ports }): readonly UndecidedReason[] => {
    if (to.nodes.size === 0 || ports === "any") return [];
    return ports.flatMap((term): readonly UndecidedReason[] => {
      if (term.kind === "name") return [];
      const named = portSets.intersect(term.ports, assumed);
      if (named.length === 0 || portSets.subtract(among, term.ports).length === 0) return [];
      const texts = named
        .map(([low, high]) => (low === high ? String(low) : `${String(low)}-${String(high)}`))
        .join(", ");
      const text = `node port ${texts} is assumed, since the input states none: it could be another`;
      return [{ code: "NQ3006", text, origins: [term.at] }];
    });
  });
}
