/**
 * How the bounds read what is not known. A filter admits what certainly passes by its certain rules;
 * what may pass is a second list of rules after them: `most` lets it pass, `least` ends it as unmodelled,
 * so that in `least` the fate of a packet is known exactly when it does not depend on the unknown.
 * In the assumed reading nothing is uncertain.
 */
import type { HookAction } from "../../models/network/action.ts";
import type { Rule } from "../../models/network/fib.ts";
import { type Bits, addBit, noBits, withoutBits } from "./bits.ts";
import type { Ground } from "./ground.ts";

/** A rule of a hook. */
export type HookRule = Rule<HookAction>;

/** The rules of a filter: what certainly passes, and what passes or not depending on the unknown. */
export interface FilterRules {
  readonly certain: readonly HookRule[];
  readonly uncertain: readonly HookRule[];
}

/** No rules. */
export const NO_RULES: FilterRules = { certain: [], uncertain: [] };

/** What a rule does whose match is uncertain. Only asked for in `least` and `most`. */
export function uncertainAction(ground: Ground): HookAction {
  return ground.bound === "most" ? { kind: "pass" } : { kind: "discard", reason: "unmodelled" };
}

/** The namespaces of which only the name is known; none in the assumed reading. */
export function unknownNamespaces(ground: Ground): Bits {
  const { cluster, unknowns, bound } = ground;
  const bits = noBits(cluster.namespaces.length);
  if (bound === "assumed") return bits;
  cluster.namespaces.forEach((namespace, i) => {
    if (unknowns.namespaceLabels.has(namespace.name)) addBit(bits, i);
  });
  return bits;
}

/** The host-network pods for which it is open whether policies apply to them. */
export function undecidedHostPods(ground: Ground): Bits {
  const { cluster, profile, bound, policyPods } = ground;
  const open = bound !== "assumed" && profile.hostNetworkPods === "undecided";
  return open ? withoutBits(ground.podIndex.everyone, policyPods) : noBits(cluster.pods.length);
}
