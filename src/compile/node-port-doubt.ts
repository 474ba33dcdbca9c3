/**
 * Node ports and pods of which it is assumed on which node they are: the node that a pod runs on translates
 * before egress policy is asked, every other node after it.
 */
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { Hook } from "../../models/network/fib.ts";
import { inherent, uncertainly } from "./because.ts";
import { type HookRule, uncertainAction } from "./bounds.ts";
import type { Ground } from "./ground.ts";

/**
 * Rules for what `pod` sends to node ports, where its node is assumed and the bounds are asked: in `least` it
 * ends as not known, in `most` policy lets it pass. Empty where there is nothing to doubt. For pods that
 * egress policy isolates.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.32, S4.2)
 */
export function nodePortDoubt(ground: Ground, pod: Pod): readonly HookRule[] {
  const { bound, unknowns, places, nodePorts, nodePortAddresses } = ground;
  const isOpen = bound !== "assumed" && places.length > 1 && unknowns.placements.has(podId(pod));
  if (!isOpen) return [];
  const because = uncertainly(
    inherent("it is assumed on which node the pod is: on its own, policy sees the endpoint"),
    "NQ3004",
  );
  return [...nodePorts].map(([protocol, destinationPorts]): HookRule => {
    const match = { destinations: nodePortAddresses, protocols: [protocol], destinationPorts };
    return { match, action: uncertainAction(ground), because };
  });
}

/**
 * Rules for what `pod` sends to ports of nodes that lead to pods there, where its node is assumed and nodes put
 * their own addresses in place of those of pods that call other nodes: whether that happens decides whom policies
 * see. Both bounds leave it open, since neither outcome is the lesser one. (What the policy Local of a service does
 * with it is left open where services are published.)
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34; S3.32, S6.41)
 */
export function masqueradedDoubt(ground: Ground, pod: Pod): readonly HookRule[] {
  const { bound, profile, places, unknowns, cluster, nodePorts, hostPorts } = ground;
  if (!profile.masqueradeOutside || !profile.masqueradeToNodes) return [];
  const isOpen = bound !== "assumed" && places.length > 1 && unknowns.placements.has(podId(pod));
  if (!isOpen || cluster.policies.length === 0) return [];
  const because = uncertainly(
    inherent("it is assumed on which node the pod is: policy may see that node in its place"),
    "NQ3004",
  );
  const seen = profile.policySeesSource === "original" ? [nodePorts, hostPorts] : [hostPorts];
  return seen.flatMap((numbers) =>
    [...numbers].map(([protocol, destinationPorts]): HookRule => {
      const match = { destinations: ground.allNodes, protocols: [protocol], destinationPorts };
      return { match, action: { kind: "discard", reason: "unmodelled" }, because };
    }),
  );
}

/** `rules` as a hook of their own. */
export function doubtHook(rules: readonly HookRule[]): Hook {
  const pass = { action: { kind: "pass" }, because: inherent("not a node port") } as const;
  return { stage: "dnat", rules, otherwise: pass };
}
