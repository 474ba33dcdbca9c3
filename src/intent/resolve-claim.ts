/**
 * A property against a cluster: who is meant, and an error wherever nobody is.
 */
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import type { Claim, EndpointSpec, Flow, IntentProperty, PortSelection } from "./ast.ts";
import { emptyEndpoints } from "./empty-endpoint.ts";
import type { EndpointSet } from "./endpoint-set.ts";
import { type EndpointResolver, endpointResolver } from "./resolve.ts";
import { unresolvedNames } from "./unresolved-port.ts";

/** An endpoint and whom it selects. */
export interface ResolvedEndpoint {
  readonly spec: EndpointSpec;
  readonly set: EndpointSet;
}

/** A flow and whom its ends select; an absent end is every end that the claim speaks about. */
export interface ResolvedFlow {
  readonly from?: ResolvedEndpoint;
  readonly to?: ResolvedEndpoint;
  readonly ports: PortSelection;
}

/** A claim whose endpoints are resolved. */
export type ResolvedClaim =
  | {
      readonly kind: "allow";
      readonly from: ResolvedEndpoint & { readonly quantifier: "all" | "any" };
      readonly to: ResolvedEndpoint & { readonly quantifier: "all" | "any" };
      readonly ports: PortSelection;
    }
  | {
      readonly kind: "deny";
      readonly from: ResolvedEndpoint;
      readonly to: ResolvedEndpoint;
      readonly ports: PortSelection;
      readonly except: readonly ResolvedFlow[];
    }
  | {
      readonly kind: "only";
      readonly direction: "into" | "outOf";
      readonly target: ResolvedEndpoint;
      readonly flows: readonly ResolvedFlow[];
    };

/** A property whose claim is resolved. */
export interface ResolvedProperty extends Omit<IntentProperty, "claim"> {
  readonly claim: ResolvedClaim;
}

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
