/**
 * What leaves a pod, judged on the node's end of its link and after translation of the destination.
 */
import type { Pod } from "../../models/kubernetes/cluster.ts";
import type { Hook } from "../../models/network/fib.ts";
import { inherent } from "./because.ts";
import type { FilterRules } from "./bounds.ts";
import { filterHook } from "./filters.ts";
import { type Ground, ownAddresses } from "./ground.ts";
import { podName } from "./names.ts";
import { ownNodeEgress } from "./own-node.ts";
import type { PolicyTable } from "./policy-rules.ts";

/**
 * The egress filter of the pod at `position`: a pod reaches itself and its own node as the profile says.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20, S6.23)
 */
export function egressHook(
  ground: Ground,
  policies: PolicyTable,
  pod: Pod,
  position: number,
): Hook {
  const exempt = (): FilterRules => {
    const node = ownNodeEgress(ground, pod);
    return { ...node, certain: [...self(ground, pod), ...node.certain] };
  };
  return filterHook(ground, policies, pod, position, "egress", exempt);
}

function self(ground: Ground, pod: Pod): FilterRules["certain"] {
  if (ground.profile.hairpin === "policed") return [];
  return [
    {
      match: { destinations: ownAddresses(ground, pod) },
      action: { kind: "pass" },
      because: inherent(`${podName(pod)} cannot be kept from itself`),
    },
  ];
}
