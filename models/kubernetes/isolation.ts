/**
 * Which pods a policy is about.
 */
import type { Cluster, Pod } from "./cluster.ts";
import type { Direction, NetworkPolicy } from "./policy.ts";
import { selects } from "./selector.ts";

/**
 * Whether `policy` selects `pod`: it is of the policy's namespace and its labels fit. Pods on their
 * node's network are selected by none.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource (v1.34; S6.2)
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods (v1.34; S6.21)
 */
function selectsPod(policy: NetworkPolicy, pod: Pod): boolean {
  return (
    policy.namespace === pod.namespace &&
    !pod.hostNetwork &&
    selects(policy.podSelector, pod.labels)
  );
}

/**
 * The policies that isolate `pod` in `direction`. Empty iff everything is allowed there. Directions are
 * independent of each other.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.3, S6.5)
 */
export function isolating(
  cluster: Cluster,
  pod: Pod,
  direction: Direction,
): readonly NetworkPolicy[] {
  return cluster.policies.filter(
    (policy) => policy.isolates.includes(direction) && selectsPod(policy, pod),
  );
}
