/**
 * API groups and kinds that are known to matter to the network but are not modelled, and kinds of those
 * groups that are known not to. What is in no group here is assumed to create no pods, services or
 * policies; it is counted and named.
 */

/**
 * `policy`: may allow and forbid connections of the pods that it selects. `narrows`: can only forbid more.
 * `frontend`: gives addresses from which connections are handed on. `workload`: makes pods. `harmless`:
 * has no say by itself.
 */
export type KindRole = "policy" | "narrows" | "frontend" | "workload" | "harmless";

/** One API group. */
interface KnownGroup {
  readonly kinds: Readonly<Record<string, KindRole>>;
  /** The role of the group's other kinds. */
  readonly otherwise: KindRole;
}

/**
 * Kinds with several roles have the one that says least about what is safe.
 *
 * @source https://network-policy-api.sigs.k8s.io/api-overview/ (policy.networking.k8s.io; S7.1)
 * @source https://docs.cilium.io/en/stable/network/kubernetes/policy/ (cilium.io; S9.1)
 * @source https://docs.tigera.io/calico/latest/reference/resources/ (projectcalico.org; S9.20)
 * @source https://antrea.io/docs/main/docs/antrea-network-policy/ (crd.antrea.io)
 * @source https://ovn-kubernetes.io/features/network-security-controls/egress-firewall/ (k8s.ovn.org)
 * @source https://docs.redhat.com/en/documentation/openshift_container_platform/4.14/html/network_apis/index (network.openshift.io)
 * @source https://istio.io/latest/docs/reference/config/security/ (security.istio.io; S9.40)
 * @source https://linkerd.io/2/reference/authorization-policy/ (policy.linkerd.io)
 * @source https://kuma.io/docs/latest/policies/introduction/ (kuma.io)
 * @source https://developer.hashicorp.com/consul/docs/connect/config-entries/service-intentions (consul.hashicorp.com)
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/ (networking.k8s.io)
 * @source https://gateway-api.sigs.k8s.io/reference/spec/ (gateway.networking.k8s.io)
 * @source https://cloud.google.com/kubernetes-engine/docs/how-to/fqdn-network-policies (networking.gke.io)
 * @source https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html (vpcresources.k8s.aws)
 * @source https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html (networking.k8s.aws)
 * @source https://docs.redhat.com/en/documentation/openshift_container_platform/4.14/html/workloads_apis/index (apps.openshift.io)
 * @source https://argo-rollouts.readthedocs.io/en/stable/features/specification/ (argoproj.io)
 * @source https://openkruise.io/docs/user-manuals/cloneset (apps.kruise.io)
 * @source https://knative.dev/docs/serving/services/ (serving.knative.dev)
 * @source https://kubevirt.io/user-guide/user_workloads/virtual_machine_instances/ (kubevirt.io)
 * @source https://kubeovn.github.io/docs/stable/en/guide/security-group/ (kubeovn.io)
 */
const KNOWN_GROUPS: Readonly<Record<string, KnownGroup>> = {
  "policy.networking.k8s.io": { kinds: {}, otherwise: "policy" },
  "cilium.io": {
    kinds: {
      CiliumEndpoint: "harmless",
      CiliumEndpointSlice: "harmless",
      CiliumIdentity: "harmless",
      CiliumNode: "harmless",
      CiliumCIDRGroup: "harmless",
      CiliumLoadBalancerIPPool: "harmless",
      CiliumL2AnnouncementPolicy: "harmless",
      CiliumPodIPPool: "harmless",
      CiliumBGPPeeringPolicy: "harmless",
      CiliumBGPClusterConfig: "harmless",
      CiliumBGPPeerConfig: "harmless",
      CiliumBGPAdvertisement: "harmless",
      CiliumBGPNodeConfig: "harmless",
      CiliumBGPNodeConfigOverride: "harmless",
      CiliumGatewayClassConfig: "harmless",
      CiliumNodeConfig: "harmless",
    },
    otherwise: "policy",
  },
  "projectcalico.org": calicoGroup(),
  "crd.projectcalico.org": calicoGroup(),
  "crd.antrea.io": antreaGroup(),
  "security.antrea.tanzu.vmware.com": antreaGroup(),
  "k8s.ovn.org": {
    kinds: { EgressIP: "harmless", EgressQoS: "harmless", EgressService: "harmless" },
    otherwise: "policy",
  },
  "network.openshift.io": {
    kinds: { HostSubnet: "harmless", ClusterNetwork: "harmless" },
    otherwise: "policy",
  },
  "security.istio.io": { kinds: {}, otherwise: "narrows" },
  "policy.linkerd.io": { kinds: { HTTPRoute: "policy" }, otherwise: "narrows" },
  "linkerd.io": { kinds: {}, otherwise: "policy" },
  "kuma.io": { kinds: { MeshTrafficPermission: "narrows" }, otherwise: "policy" },
  "consul.hashicorp.com": { kinds: { ServiceIntentions: "narrows" }, otherwise: "policy" },
  "networking.k8s.io": { kinds: {}, otherwise: "harmless" },
  "gateway.networking.k8s.io": gatewayGroup(),
  "gateway.networking.x-k8s.io": gatewayGroup(),
  "networking.gke.io": { kinds: { FQDNNetworkPolicy: "policy" }, otherwise: "harmless" },
  "vpcresources.k8s.aws": { kinds: { CNINode: "harmless" }, otherwise: "narrows" },
  "networking.k8s.aws": { kinds: { PolicyEndpoint: "harmless" }, otherwise: "policy" },
  "kubeovn.io": { kinds: {}, otherwise: "policy" },
  "crd.nsx.vmware.com": { kinds: {}, otherwise: "policy" },
  "apps.openshift.io": { kinds: { DeploymentConfig: "workload" }, otherwise: "harmless" },
  "argoproj.io": { kinds: { Rollout: "workload" }, otherwise: "harmless" },
  "apps.kruise.io": kruiseGroup(),
  "serving.knative.dev": { kinds: { Service: "workload" }, otherwise: "harmless" },
  "kubevirt.io": {
    kinds: { VirtualMachine: "workload", VirtualMachineInstance: "workload" },
    otherwise: "harmless",
  },
};

/** Staged policies are previews: nothing enforces them. Sets and tiers matter through policies only. */
function calicoGroup(): KnownGroup {
  return {
    kinds: {
      StagedNetworkPolicy: "harmless",
      StagedGlobalNetworkPolicy: "harmless",
      StagedKubernetesNetworkPolicy: "harmless",
      NetworkSet: "harmless",
      GlobalNetworkSet: "harmless",
      Tier: "harmless",
      IPPool: "harmless",
      IPReservation: "harmless",
      IPAMBlock: "harmless",
      IPAMHandle: "harmless",
      IPAMConfig: "harmless",
      IPAMConfiguration: "harmless",
      BlockAffinity: "harmless",
      BGPConfiguration: "harmless",
      BGPFilter: "harmless",
      BGPPeer: "harmless",
      CalicoNodeStatus: "harmless",
      ClusterInformation: "harmless",
      FelixConfiguration: "harmless",
      KubeControllersConfiguration: "harmless",
    },
    otherwise: "policy",
  };
}

function antreaGroup(): KnownGroup {
  return {
    kinds: {
      Tier: "harmless",
      Group: "harmless",
      ClusterGroup: "harmless",
      IPPool: "harmless",
      ExternalIPPool: "harmless",
      AntreaAgentInfo: "harmless",
      AntreaControllerInfo: "harmless",
      Traceflow: "harmless",
      NodeLatencyMonitor: "harmless",
      SupportBundleCollection: "harmless",
    },
    otherwise: "policy",
  };
}

function kruiseGroup(): KnownGroup {
  return {
    kinds: {
      CloneSet: "workload",
      StatefulSet: "workload",
      DaemonSet: "workload",
      AdvancedCronJob: "workload",
      BroadcastJob: "workload",
    },
    otherwise: "harmless",
  };
}

/** Grants and policies matter through the routes and gateways that they are about. */
function gatewayGroup(): KnownGroup {
  return {
    kinds: {
      GatewayClass: "harmless",
      ReferenceGrant: "harmless",
      BackendTLSPolicy: "harmless",
      XBackendTrafficPolicy: "harmless",
      XMesh: "harmless",
    },
    otherwise: "frontend",
  };
}

/**
 * What a kind that is not modelled has to say; undefined for groups that are not known. What calls itself a
 * network policy is one, whatever group it is in.
 */
export function kindRole(group: string, kind: string): KindRole | undefined {
  const known = Object.hasOwn(KNOWN_GROUPS, group) ? KNOWN_GROUPS[group] : undefined;
  if (known === undefined) return kind.endsWith("NetworkPolicy") ? "policy" : undefined;
  return (Object.hasOwn(known.kinds, kind) ? known.kinds[kind] : undefined) ?? known.otherwise;
}

/** The group of an apiVersion: empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}
