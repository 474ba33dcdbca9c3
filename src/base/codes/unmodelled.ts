/** Codes NQ21xx: what a cluster has and netqed does not model. */
export const UNMODELLED_CODES = {
  NQ2101: {
    title: "admin policy is not modelled",
    explanation:
      "AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy can admit and deny beside NetworkPolicy. Answers are undecided for the pods that the subject may select, in the directions that have rules; all others stand.",
  },
  NQ2102: {
    title: "Cilium policy is not modelled",
    explanation:
      "CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy can admit and deny beside NetworkPolicy. Answers are undecided for the pods that the endpointSelector may select; all others stand.",
  },
  NQ2103: {
    title: "Calico policy is not modelled",
    explanation:
      "Calico's policies can admit and deny before and after NetworkPolicy. Answers are undecided for the pods that their selectors may select; all others stand.",
  },
  NQ2104: {
    title: "service mesh policy is not modelled",
    explanation:
      "Policies of a service mesh refuse requests in addition to NetworkPolicy. They only narrow: that a connection fails stays proven, that it works is undecided for the workloads that the policy may select.",
  },
  NQ2105: {
    title: "object may carry policy and is not modelled",
    explanation:
      "The object belongs to an API group that changes who can reach whom. Answers are undecided for the pods of its namespace, or for all pods when it has none.",
  },
  NQ2110: {
    title: "workload kind is not modelled",
    explanation:
      "The object may make pods, which are not in the input. Nothing is claimed about them. Services that may select them are undecided. Give the pods as they run, with kubectl get pods -o yaml.",
  },
  NQ2120: {
    title: "frontend is not modelled",
    explanation:
      "Host ports, load balancers that open connections of their own, node ports and external addresses that lead to pods of the same node while it is assumed where pods run, and addresses that two services claim: what happens to connections addressed to there is undecided, as at the API server's own service. A load balancer that opens connections of its own (ipMode Proxy) comes to a node and from an address that no manifest states, so policies cannot be asked; no node takes its address for the service, clients inside go there too. State nodeName of the pods, or read the cluster as it runs, to have node ports with policy Local answered.",
  },
  NQ2121: {
    title: "internal traffic policy depends on assumed nodes",
    explanation:
      "A service with internalTrafficPolicy Local leads only to endpoints on the client's node, and it is assumed on which nodes pods are. Answers about connections to its cluster address are undecided. State nodeName of the pods, or read the cluster as it runs.",
  },
  NQ2122: {
    title: "route is not modelled",
    explanation:
      "Gateway API and similar objects lead requests to services from addresses of their own. Nothing is claimed about connections to there. What the pods behind admit is answered.",
  },
} as const;
