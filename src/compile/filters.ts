/**
 * The filters of a pod: what its policies let out and in, with the exemptions that precede them.
 */
import type { Provenance } from "../../models/base/origin.ts";
import type { Pod } from "../../models/kubernetes/cluster.ts";
import type { Direction, NetworkPolicy } from "../../models/kubernetes/policy.ts";
import type { HookAction } from "../../models/network/action.ts";
import type { Hook, Otherwise } from "../../models/network/fib.ts";
import { inherent, stated } from "./because.ts";
import type { FilterRules, HookRule } from "./bounds.ts";
import { footprintOtherwise, footprintsOn } from "./footprints.ts";
import type { Ground } from "./ground.ts";
import { podName, policyObject } from "./names.ts";
import type { PolicyTable } from "./policy-rules.ts";

/**
 * The filter of a direction of the pod at `position`: passes what `exempt` or a policy admits, and
 * refuses the rest iff some policy isolates the pod in that direction.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.3, S6.7)
 */
export function filterHook(
  ground: Ground,
  policies: PolicyTable,
  pod: Pod,
  position: number,
  direction: Direction,
  exempt: () => FilterRules,
): Hook {
  const instead = footprintOtherwise(ground, footprintsOn(ground, pod, direction), direction);
  if (instead !== undefined) return { stage: direction, rules: [], otherwise: instead };
  const isolating = policies.isolating(position, direction);
  if (isolating.length === 0) {
    const isIgnored = ground.profile.networkPolicy === "ignored";
    const because = inherent(
      isIgnored ? "nobody enforces policies" : `no policy selects ${podName(pod)} for ${direction}`,
    );
    return { stage: direction, rules: [], otherwise: { action: { kind: "pass" }, because } };
  }
  const admitted = isolating.map((policy) => policies.rules(policy, position, direction));
  const certain = admitted.flatMap((rules) => rules.certain);
  const uncertain = admitted.flatMap((rules) => rules.uncertain);
  const { certain: first, uncertain: doubtful } = exempt();
  const rules: readonly HookRule[] = [...first, ...certain, ...doubtful, ...uncertain];
  return { stage: direction, rules, otherwise: refusal(pod, isolating, direction) };
}

function refusal(
  pod: Pod,
  isolating: readonly NetworkPolicy[],
  direction: Direction,
): Otherwise<HookAction> {
  return {
    action: { kind: "discard", reason: "filtered" },
    because: isolation(pod, isolating, direction),
  };
}

function isolation(
  pod: Pod,
  isolating: readonly NetworkPolicy[],
  direction: Direction,
): Provenance {
  const objects = isolating.map(policyObject);
  const text = `${direction} of ${podName(pod)} is isolated by ${objects.join(", ")}; no rule admits it`;
  const origins = isolating.map((policy) => policy.isolationOrigin[direction]);
  return stated(text, origins, objects.length === 1 ? objects[0] : undefined);
}
