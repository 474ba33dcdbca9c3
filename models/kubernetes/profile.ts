/**
 * Where the documentation leaves a choice to the installation, the choice is a switch here: never
 * hidden, listed in every report.
 */
import type { Prefix } from "../base/address.ts";

/** The choices of an installation that can change an answer. */
export interface Profile {
  /** Host-network pods: `ignored` by policies and treated as their node, or left undecided (S6.21). */
  readonly hostNetworkPods: "ignored" | "undecided";
  /** Traffic from a pod's own node into it: always allowed, or judged by policy (S6.20). */
  readonly ownNodeIngress: "allowed" | "policed";
  /** Traffic from a pod to its own node: always allowed, or judged by policy (S6.20). */
  readonly ownNodeEgress: "allowed" | "policed";
  /** A pod that reaches itself through a service: always allowed, or judged by policy (S6.23). */
  readonly hairpin: "allowed" | "policed";
  /** A service without endpoints rejects before egress policy is asked, or after (S4.12). */
  readonly endpointlessService: "reject-first" | "policy-first";
  /** What a port that a service does not define does at its address (S4.14). */
  readonly undefinedServicePort: "dropped" | "rejected";
  /** Whether the outside has routes to pod addresses. */
  readonly outsideRoutesToPods: boolean;
  /**
   * Whose address ingress policy sees of a packet that the pod's own node masquerades on its way into the
   * pod: that of the node, or still the client's. What another node has masqueraded comes from that node
   * in any case (S4.21, S6.41).
   */
  readonly policySeesSource: "translated" | "original";
  /** Whether every connection to a cluster address of a service is masqueraded (S4.20 f). */
  readonly masqueradeAll: boolean;
  /**
   * Which sources the service proxy of a node takes for pods, whose connections it need not masquerade:
   * any of the pods' blocks, pods of its own node, or none at all (S4.20a).
   */
  readonly detectLocalMode: "ClusterCIDR" | "NodeCIDR" | "none";
  /** Whether nodes put their own address in place of a pod's in what leaves the cluster (S4.24). */
  readonly masqueradeOutside: boolean;
  /** Destinations outside to which pods go with their own addresses (S4.24). */
  readonly nonMasqueradeCIDRs: readonly Prefix[];
}

/**
 * The documented defaults.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S1.17, S6.20, S6.21, S6.23)
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.12, S4.14)
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (masqueradeAll, detectLocalMode; S4.20, S4.20a)
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
export const DEFAULT_PROFILE: Profile = {
  hostNetworkPods: "ignored",
  ownNodeIngress: "allowed",
  ownNodeEgress: "allowed",
  hairpin: "allowed",
  endpointlessService: "reject-first",
  undefinedServicePort: "dropped",
  outsideRoutesToPods: true,
  policySeesSource: "translated",
  masqueradeAll: false,
  detectLocalMode: "ClusterCIDR",
  masqueradeOutside: true,
  nonMasqueradeCIDRs: [],
};
