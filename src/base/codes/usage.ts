/** Codes NQ2017, NQ2018, NQ2046 and NQ206x: workloads and services that are accepted and hardly do what is meant. */
export const USAGE_CODES = {
  NQ2017: {
    title: "host network without the cluster's DNS",
    explanation:
      "A pod on the host network whose dnsPolicy is ClusterFirst, which is the default, asks the DNS of its node, so that it finds no service by name. Set dnsPolicy: ClusterFirstWithHostNet where it needs the names of services, or dnsPolicy: Default where it does not, which says what happens.",
  },
  NQ2018: {
    title: "StatefulSet without a headless service",
    explanation:
      "The pods of a StatefulSet have names of their own in DNS only below a headless service that spec.serviceName names and that is in the same namespace. Without one, such names do not resolve. Nothing else depends on it.",
  },
  NQ2046: {
    title: "endpoint at the address of a service",
    explanation:
      "An endpoint that was written by hand has the cluster address of a service. Proxies do not translate twice: the packet leaves the node for an address that nobody has. List the addresses of the pods, or use a service of type ExternalName.",
  },
  NQ2061: {
    title: "service selects pods of several workloads",
    explanation:
      "The selector of a service fits pods of more than one workload, and its connections are spread over all of them. That is meant in a canary release, and often a slip where workloads share a general label.",
  },
  NQ2062: {
    title: "policy Local with fewer pods than nodes",
    explanation:
      "With traffic policy Local a connection is led to a pod of the node that it came to, and dropped where there is none; in the mode ipvs it is led to the pods of other nodes, and replies to those who called from outside are lost. The service has fewer pods than the cluster has nodes. Use a DaemonSet or policy Cluster, or keep clients away from the other nodes.",
  },
  NQ2063: {
    title: "source ranges that node ports pass by",
    explanation:
      "loadBalancerSourceRanges are enforced at the load balancer's address only. The service also has a node port, at which every source is let in. Set allocateLoadBalancerNodePorts: false and remove the numbers, or keep outsiders away from the nodes.",
  },
  NQ2064: {
    title: "service with external addresses",
    explanation:
      "Every node takes connections to an address of externalIPs for the service, also those of pods that mean somebody else outside (CVE-2020-8554). Kubernetes does not see to it that the address is led to a node. The field is deprecated as of Kubernetes 1.36.",
  },
  NQ2065: {
    title: "external address inside the cluster",
    explanation:
      "An address of externalIPs is one of a node, or belongs to the block of pods or services: the service takes connections that are meant for somebody else. Use an address that is led to the nodes and is nobody's.",
  },
  NQ2066: {
    title: "externalName is an address",
    explanation:
      "The externalName of a service is a name in DNS, also where it looks like an address: it is never used as one, and nothing resolves it. For an address use a service without selector and an EndpointSlice.",
  },
  NQ2067: {
    title: "session affinity behind policy Cluster",
    explanation:
      "Every node remembers on its own which pod a client was given, by the address that the client seems to have. Where all nodes take connections for all pods, a client that comes in by another node may get another pod, and clients behind one proxy count as one. Whom it can reach is not changed. Keep sessions at the load balancer or the Ingress controller instead, which see the client.",
  },
  NQ2069: {
    title: "policy that nobody enforces",
    explanation:
      "The profile says that the network plugin ignores NetworkPolicy, as kubenet and Flannel alone do. The objects are accepted and have no effect: everything is allowed, and every answer says so in its first lines. Install a plugin that enforces policies, or set profile.networkPolicy: enforced in netqed.yaml if something beside the plugin does. Where the profile says nothing and the input configures Flannel, and nothing that enforces policies, answers still assume that they are enforced, and the warning says so.",
  },
} as const;
