/** Codes NQ3xxx: compile. What a compiled network leaves open, and why. */
export const COMPILE_CODES = {
  NQ3001: {
    title: "labels of a namespace are not known",
    explanation:
      "A namespaceSelector asks for a label of a namespace that no input defines. Only the label kubernetes.io/metadata.name of such a namespace is known, so whether the selector, or an intent that asks for its labels, selects it is undecided. Add the Namespace to the input, or state its labels in netqed.yaml.",
  },
  NQ3002: {
    title: "an ipBlock cuts through assumed pod addresses",
    explanation:
      "An ipBlock contains some addresses of the pod CIDRs and not others, and the address of a pod is assumed. Whether the ipBlock matches the pod is undecided. Use a dump that has the pod's address, name the pod by labels, or give the ipBlock a CIDR (and exceptions) that contains all of the pod CIDRs or none of them.",
  },
  NQ3003: {
    title: "an ipBlock cuts through assumed node addresses",
    explanation:
      "An ipBlock contains some addresses that a node could have and not others, and the address of the node is assumed. Whether the ipBlock matches the node is undecided. Add the Node with its addresses to the input.",
  },
  NQ3004: {
    title: "the node of a pod is assumed",
    explanation:
      "Traffic between a pod and its own node passes policies, traffic between a pod and another node is judged by them. Which of the two applies is undecided, because it is assumed on which node a pod runs. Use a dump that has the pod's node, or set ownNodeIngress and ownNodeEgress to policed in netqed.yaml.",
  },
  NQ3005: {
    title: "policies may or may not apply to a host-network pod",
    explanation:
      "The documentation leaves open whether policies apply to pods that use the network of their node. The profile asks to leave such answers undecided. Set hostNetworkPods to ignored in netqed.yaml when the cluster's network ignores such pods, as most do.",
  },
  NQ3006: {
    title: "who has an address in the question is assumed",
    explanation:
      "An intent or query names addresses of the cluster, and which pods or nodes have them is assumed, because the input does not say. What it asks about would be others under another assumption, so the answer is undecided. Name the workload instead, or use a dump that has the addresses.",
  },
  NQ3010: {
    title: "something that is not modelled decides",
    explanation:
      "The answer depends on something in the input that netqed reads but does not model, or on facts that the input does not state. The report names it. netqed proves nothing past it.",
  },
  NQ3020: {
    title: "route is the controller's choice",
    explanation:
      "The documentation leaves it to the controller where this request goes: what a path of type ImplementationSpecific matches, whether less specific hosts are tried, which of several default backends counts, whether TLS is answered for a host without TLS entry. Write the rule that is meant, or use a controller whose choice is known.",
  },
  NQ3021: {
    title: "an Ingress may lead there",
    explanation:
      "An Ingress sends requests to pods that an intent speaks about. Whether whoever is meant gets to its controller, or whether the controller gets to the pods, is not certain. `netqed reach internet host:NAME` shows the whole path with what keeps it open.",
  },
  NQ3030: {
    title: "channel that no policy sees",
    explanation:
      "An intent forbids connections between two workloads, and they can exchange data without one: by a directory of their node, a PersistentVolumeClaim or an NFS export that both mount and at least one can write to. Policies judge packets only, so the outcome of the intent stands. Give each a volume of its own, mount it readOnly in both, or keep them on different nodes where it is a directory of the node. `netqed graph --channels` lists all such channels.",
  },
} as const;
