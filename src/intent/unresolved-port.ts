/**
 * Finds names of ports that no destination resolves.
 */
import { type Cluster, podId } from "../../models/kubernetes/cluster.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest-name.ts";
import type { PortSelection, PortTerm } from "./ast.ts";
import type { ResolvedClaim, ResolvedEndpoint, ResolvedFlow } from "./resolved.ts";

/** An error for each name of a port in `claim` that none of the destinations it is used with has. */
export function unresolvedNames(claim: ResolvedClaim, cluster: Cluster): readonly Diagnostic[] {
  return uses(claim).flatMap(({ to, ports }) =>
    ports === "any"
      ? []
      : ports.flatMap((term) => (term.kind === "name" ? unresolved(term, to, cluster) : [])),
  );
}

interface Use {
  readonly to: ResolvedEndpoint;
  readonly ports: PortSelection;
}

function uses(claim: ResolvedClaim): readonly Use[] {
  const flowUses = (flows: readonly ResolvedFlow[], to: ResolvedEndpoint): readonly Use[] =>
    flows.map((flow) => ({ to: flow.to ?? to, ports: flow.ports }));
  switch (claim.kind) {
    case "allow":
      return [{ to: claim.to, ports: claim.ports }];
    case "deny":
      return [{ to: claim.to, ports: claim.ports }, ...flowUses(claim.except, claim.to)];
    case "only":
      return flowUses(claim.flows, claim.target);
  }
}

function unresolved(
  term: PortTerm & { readonly kind: "name" },
  to: ResolvedEndpoint,
  cluster: Cluster,
): readonly Diagnostic[] {
  const declared = cluster.pods
    .filter((pod) => to.set.pods.has(podId(pod)))
    .flatMap((pod) => pod.containers.flatMap((container) => container.ports));
  const known = [...declared, ...to.set.services.map((frontend) => frontend.port)];
  if (known.some((port) => port.name === term.name && port.protocol === term.protocol)) return [];
  const names = known.map((port) => port.name).filter((name) => name !== undefined);
  const word = term.protocol.toLowerCase();
  return [
    {
      code: "NQ4033",
      severity: "error",
      message: `${to.spec.text} has no ${word} port named ${term.name}: expected a name that it declares`,
      at: term.at,
      ...didYouMean(term.name, names),
    },
  ];
}
