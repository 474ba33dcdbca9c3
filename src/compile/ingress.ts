/**
 * What enters a pod, judged at the node's end of its link and last of all.
 */
import type { Pod } from "../../models/kubernetes/cluster.ts";
import type { Hook } from "../../models/network/fib.ts";
import { inherent } from "./because.ts";
import type { FilterRules } from "./bounds.ts";
import { filterHook } from "./filters.ts";
import { type Ground, placeOf } from "./ground.ts";
import { linkBetween, nodeSwitch, podName, podSwitch } from "./names.ts";
import { ownNodeIngress } from "./own-node.ts";
import type { PolicyTable } from "./policy-rules.ts";

/**
 * The ingress filter of the pod at `position`: a pod admits itself and its own node as the profile says.
 * What comes back to a pod is told by the link by which it entered the node, since its source has been
 * masqueraded.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S6.20, S6.23)
 */
export function ingressHook(
  ground: Ground,
  policies: PolicyTable,
  pod: Pod,
  position: number,
): Hook {
  const exempt = (): FilterRules => {
    const node = ownNodeIngress(ground, pod);
    return { ...node, certain: [...self(ground, pod), ...node.certain] };
  };
  return filterHook(ground, policies, pod, position, "ingress", exempt);
}

function self(ground: Ground, pod: Pod): FilterRules["certain"] {
  if (ground.profile.hairpin === "policed") return [];
  const out = linkBetween(podSwitch(pod), nodeSwitch(placeOf(ground, pod).node));
  return [
    {
      match: { links: [out] },
      action: { kind: "pass" },
      because: inherent(`${podName(pod)} cannot be kept from itself`),
    },
  ];
}
