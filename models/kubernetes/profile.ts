/**
 * Where the documentation leaves a choice to the installation, the choice is a switch here: never
 * hidden, listed in every report.
 */
import type { Prefix } from "../base/address.ts";

/** The kinds of service proxy. */
export const KUBE_PROXY_MODES = ["iptables", "nftables", "ipvs"] as const;

/** A kind of service proxy. */
export type KubeProxyMode = (typeof KUBE_PROXY_MODES)[number];

/** The choices of an installation that can change an answer. */
export interface Profile {
  /** Whether the network plugin enforces NetworkPolicy at all (S6.1). */
  readonly networkPolicy: "enforced" | "ignored";
  /** Host-network pods: `ignored` by policies and treated as their node, or left undecided (S6.21). */
  readonly hostNetworkPods: "ignored" | "undecided";
  /** Traffic from a pod's own node into it: always allowed, or judged by policy (S6.20). */
  readonly ownNodeIngress: "allowed" | "policed";
  /** Traffic from a pod to its own node: always allowed, or judged by policy (S6.20). */
  readonly ownNodeEgress: "allowed" | "policed";
  /** A pod that reaches itself through a service: always allowed, or judged by policy (S6.23). */
  readonly hairpin: "allowed" | "policed";
  /**
   * Which addresses an ipBlock of a policy can match: any in it, all but those of pods, or only those outside the
   * cluster, so neither pods' nor nodes' (S6.16, S9.8).
   */
  readonly ipBlocks: "any" | "not-pods" | "outside";
  /** A service without endpoints rejects before egress policy is asked, or after (S4.12). */
  readonly endpointlessService: "reject-first" | "policy-first";
  /**
   * Which service proxy the nodes run; it has its own defaults for the three switches that follow. In the
   * mode ipvs external and load balancer addresses are local on every node, too, and policy Local knows no
   * short cut but uses all endpoints where the node has none (S4.27).
   */
  readonly kubeProxyMode: KubeProxyMode;
  /** What a port that a service does not define does at its address (S4.14). */
  readonly undefinedServicePort: "dropped" | "rejected";
  /**
   * At which addresses a node takes node ports: all its own, those by which the cluster knows it, or those in
   * these blocks, which speak for the families that they have (S4.3).
   */
  readonly nodePortAddresses: "all" | "primary" | readonly Prefix[];
  /** Whether a node takes node ports at IPv4 loopback; only the mode iptables can (S4.3). */
  readonly localhostNodePorts: boolean;
  /**
   * How nodes hand on what is for pods of other nodes: by routes, or wrapped in packets of their own. The
   * wrapping shows as hops, and what a node masquerades into it has the address of its end of the tunnels.
   */
  readonly overlay: "none" | "vxlan";
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
  /** Whether the network plugin leads host ports of nodes to pods (S1.10). */
  readonly hostPorts: "portmap" | "none";
  /** Whether nodes put their own address in place of a pod's in what leaves the cluster (S4.24). */
  readonly masqueradeOutside: boolean;
  /**
   * Whether other nodes count as outside in that: a pod that calls the address of another node is then seen with
   * that of its own node (S3.32).
   */
  readonly masqueradeToNodes: boolean;
  /** Destinations, there, to which pods go with their own addresses (S4.24). */
  readonly nonMasqueradeCIDRs: readonly Prefix[];
}

/**
 * What each kind of service proxy does where nothing else is said.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (nodePortAddresses, localhostNodePorts; S4.3)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (undefined ports of cluster addresses are rejected; S4.14)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/ipvs/proxier.go (KUBE-IPVS-FILTER rejects; S4.14, S4.27)
 */
export const KUBE_PROXY_DEFAULTS: Readonly<
  Record<
    KubeProxyMode,
    Pick<Profile, "undefinedServicePort" | "nodePortAddresses" | "localhostNodePorts">
  >
> = {
  iptables: {
    undefinedServicePort: "dropped",
    nodePortAddresses: "all",
    localhostNodePorts: true,
  },
  nftables: {
    undefinedServicePort: "rejected",
    nodePortAddresses: "primary",
    localhostNodePorts: false,
  },
  ipvs: {
    undefinedServicePort: "rejected",
    nodePortAddresses: "all",
    localhostNodePorts: false,
  },
};

/**
 * The documented defaults.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet (v1.34; S1.17, S6.20, S6.21, S6.23)
 * @source https://github.com/kubernetes/kubernetes/blob/master/test/e2e/network/netpol/network_policy.go (np-34 to np-36: an ipBlock of a pod's address; S6.16)
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.12, S4.14)
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (masqueradeAll, detectLocalMode; S4.20, S4.20a)
 * @source https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/#support-hostport (v1.34; S1.10)
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md (vxlan, host-gw)
 */
export const DEFAULT_PROFILE: Profile = {
  networkPolicy: "enforced",
  hostNetworkPods: "ignored",
  ownNodeIngress: "allowed",
  ownNodeEgress: "allowed",
  hairpin: "allowed",
  ipBlocks: "any",
  endpointlessService: "reject-first",
  kubeProxyMode: "iptables",
  ...KUBE_PROXY_DEFAULTS.iptables,
  overlay: "none",
  outsideRoutesToPods: true,
  policySeesSource: "translated",
  masqueradeAll: false,
  detectLocalMode: "ClusterCIDR",
  hostPorts: "portmap",
  masqueradeOutside: true,
  masqueradeToNodes: false,
  nonMasqueradeCIDRs: [],
};
