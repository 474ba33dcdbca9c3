/**
 * A property against a cluster: who is meant, and an error wherever nobody is.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import type { Claim, EndpointSpec, Flow, IntentProperty } from "./ast.ts";
import { emptyEndpoints } from "./empty-endpoint.ts";
import { type EndpointResolver, endpointResolver } from "./resolve.ts";
import type {
  ResolvedClaim,
  ResolvedEndpoint,
  ResolvedFlow,
  ResolvedProperty,
} from "./resolved.ts";
import { unresolvedNames } from "./unresolved-port.ts";

export type {
  ResolvedClaim,
  ResolvedEndpoint,
  ResolvedFlow,
  ResolvedProperty,
} from "./resolved.ts";

/**
 * `properties` against `cluster`. Endpoints and names of ports that select nothing are errors, and the
 * property that has them is left out, unless it says `allowEmpty`.
 */
export function resolveProperties(
  properties: readonly IntentProperty[],
  cluster: Cluster,
): Checked<readonly ResolvedProperty[]> {
  const resolve = endpointResolver(cluster);
  const diagnostics: Diagnostic[] = [];
  const value = properties.flatMap((property): readonly ResolvedProperty[] => {
    const claim = resolveClaim(property.claim, resolve);
    const problems = [
      ...endpointsOf(property.claim).flatMap((spec) => emptyEndpoints(spec, cluster, resolve)),
      ...unresolvedNames(claim, cluster),
    ].filter((problem) => !(property.allowEmpty && EMPTY_CODES.has(problem.code)));
    diagnostics.push(...problems);
    return problems.length === 0 ? [{ ...property, claim }] : [];
  });
  return { value, diagnostics };
}

/** What `allowEmpty` excuses. */
const EMPTY_CODES: ReadonlySet<string> = new Set(["NQ4030", "NQ4033"]);

/**
 * One endpoint of a query against `cluster`, with an error for each part of it that selects nothing. The
 * value is always present.
 */
export function resolveEndpoint(
  spec: EndpointSpec,
  cluster: Cluster,
): Checked<ResolvedEndpoint> & { readonly value: ResolvedEndpoint } {
  const resolve = endpointResolver(cluster);
  return {
    value: { spec, set: resolve(spec.expression) },
    diagnostics: emptyEndpoints(spec, cluster, resolve),
  };
}

function resolveClaim(claim: Claim, resolve: EndpointResolver): ResolvedClaim {
  const resolved = (spec: EndpointSpec): ResolvedEndpoint => ({
    spec,
    set: resolve(spec.expression),
  });
  const flow = ({ from, to, ports }: Flow): ResolvedFlow => ({
    ...(from === undefined ? {} : { from: resolved(from) }),
    ...(to === undefined ? {} : { to: resolved(to) }),
    ports,
  });
  switch (claim.kind) {
    case "allow":
      return {
        kind: "allow",
        from: { ...resolved(claim.from.endpoint), quantifier: claim.from.quantifier },
        to: { ...resolved(claim.to.endpoint), quantifier: claim.to.quantifier },
        ports: claim.ports,
      };
    case "deny":
      return {
        kind: "deny",
        from: resolved(claim.from),
        to: resolved(claim.to),
        ports: claim.ports,
        except: claim.except.map(flow),
      };
    case "only":
      return {
        kind: "only",
        direction: claim.direction,
        target: resolved(claim.target),
        flows: claim.flows.map(flow),
      };
  }
}

function endpointsOf(claim: Claim): readonly EndpointSpec[] {
  const ends = (flows: readonly Flow[]): readonly EndpointSpec[] =>
    flows.flatMap(({ from, to }) => [from, to].filter((spec) => spec !== undefined));
  switch (claim.kind) {
    case "allow":
      return [claim.from.endpoint, claim.to.endpoint];
    case "deny":
      return [claim.from, claim.to, ...ends(claim.except)];
    case "only":
      return [claim.target, ...ends(claim.flows)];
  }
}
