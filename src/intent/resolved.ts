/**
 * Properties whose endpoints are resolved against a cluster.
 */
import type { EndpointSpec, IntentProperty, PortSelection } from "./ast.ts";
import type { EndpointSet } from "./endpoint-set.ts";

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
