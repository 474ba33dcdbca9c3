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
    return { ...node, certain: [...self(ground, pod), ...undefinedPorts(ground), ...node.certain] };
  };
  return filterHook(ground, policies, pod, position, "egress", exempt);
}

/**
 * What is still addressed to a service calls a port that it does not define. Where it is rejected, that is so
 * before policy is asked, as for a service without endpoints.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (cluster-ips-check; S4.12, S4.14)
 */
function undefinedPorts({ profile, allServices }: Ground): FilterRules["certain"] {
  const { endpointlessService, undefinedServicePort } = profile;
  if (endpointlessService !== "reject-first" || undefinedServicePort !== "rejected") return [];
  return [
    {
      match: { destinations: allServices },
      action: { kind: "pass" },
      because: inherent("rejected before policy is asked"),
    },
  ];
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
