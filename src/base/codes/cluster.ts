/**
 * Codes NQ2xxx: cluster. NQ200x namespaces, NQ201x pods, NQ202x places and addresses, NQ203x services,
 * NQ204x endpoints, NQ205x policies, NQ206x services again, NQ207x Ingresses, NQ21xx what is not modelled.
 */
import { INGRESS_CODES } from "./ingress.ts";
import { UNMODELLED_CODES } from "./unmodelled.ts";
import { USAGE_CODES } from "./usage.ts";

export const CLUSTER_CODES = {
  NQ2001: {
    title: "namespace omitted",
    explanation:
      "Some objects name no namespace. They are taken to be in `default`, where kubectl puts them unless it is told otherwise. If they are meant for another namespace, set metadata.namespace, or give netqed the output of the tool that sets it.",
  },
  NQ2002: {
    title: "namespace not defined",
    explanation:
      "Objects are in a namespace that no Namespace object describes. It exists with its automatic label kubernetes.io/metadata.name; its other labels are not known. An answer that depends on them is undecided until the Namespace is added to the input, or netqed.yaml gives its labels under `namespaces`.",
  },
  NQ2004: {
    title: "labels of a namespace contradict each other",
    explanation:
      "netqed.yaml gives a namespace a label that its manifest sets to another value. The manifest counts. netqed.yaml is meant for namespaces that are not in the input.",
  },
  NQ2010: {
    title: "workload without running pods",
    explanation:
      "A workload has no replicas, is suspended, or none of its pods runs. Its answers are for the pods that it would have, so that a mistake is seen before it is scaled up. An old ReplicaSet of a Deployment that is not in the input is left out.",
  },
  NQ2011: {
    title: "pod without a network",
    explanation:
      "A pod has ended, so that its address is free for others, or has not got an address yet. It neither sends nor receives and is left out.",
  },
  NQ2012: {
    title: "more replicas than are built",
    explanation:
      "Replicas of one template are alike for every policy and service, but for their node and, in a StatefulSet, the labels with their number. A limited number of them stands for all. A selector that reads the labels with the number is undecided then.",
  },
  NQ2013: {
    title: "too many pods",
    explanation:
      "The input describes more pods than netqed answers for at once. Give it a part of the cluster, for example some of the namespaces and those that they talk to.",
  },
  NQ2015: {
    title: "selector reads a label that a controller makes up",
    explanation:
      "Controllers put labels such as pod-template-hash on pods, with values that no manifest states. What a selector on such a label selects is known only from pods as they run: give `kubectl get pods -o yaml`. Until then answers that depend on it are undecided.",
  },
  NQ2016: {
    title: "name of a StatefulSet's pod is taken",
    explanation:
      "Pods of a StatefulSet have fixed names. A bare pod of the input has one of them, so that the controller could not create its own. Both are answered for, under different names.",
  },
  NQ2020: {
    title: "no node fits a workload",
    explanation:
      "No Node of the input has the labels that the nodeSelector of a workload asks for. Its pods would stay pending. They are answered for as if they ran on any node.",
  },
  NQ2021: {
    title: "host ports do not suffice",
    explanation:
      "Pods that take a port of their node, through hostPort or the host network, cannot share a node. There are more of them than nodes, so that some would stay pending.",
  },
  NQ2022: {
    title: "address that nothing can have",
    explanation:
      "The status of a pod, a node or a service shows a loopback, multicast or unspecified address. Nothing on a network can have one; the address is not used.",
  },
  NQ2023: {
    title: "pod address outside the configured blocks",
    explanation:
      "netqed.yaml sets the blocks of pod addresses, and a pod of the input has an address elsewhere. Either the setting or the input is out of date.",
  },
  NQ2024: {
    title: "address block too small",
    explanation:
      "A block cannot give every pod, node or service an address of its own. Set a wider one in netqed.yaml under `profile`.",
  },
  NQ2025: {
    title: "no free address block",
    explanation:
      "Every default block touches addresses that the input states for something else. Set the blocks of the cluster in netqed.yaml under `profile`.",
  },
  NQ2026: {
    title: "host-network pod with a foreign address",
    explanation:
      "A pod on the host network has the addresses of its node. The status of this one shows another, so the input was probably collected at different times. The node's addresses count.",
  },
  NQ2030: {
    title: "service address outside the configured blocks",
    explanation:
      "netqed.yaml sets the blocks of service addresses, and the API server refuses a service with an address elsewhere. Correct the setting or the service.",
  },
  NQ2031: {
    title: "service address used twice",
    explanation:
      "Two services state one cluster address. The API server refuses the second. Remove clusterIP from manifests: it is assigned.",
  },
  NQ2032: {
    title: "node port used twice",
    explanation:
      "A node port belongs to one port of one service in the whole cluster, whatever its protocol. The API server refuses the second use.",
  },
  NQ2033: {
    title: "address family that the cluster lacks",
    explanation:
      "A service asks for an address family, or for both, and the cluster does not have it according to netqed.yaml. The API server would refuse the service.",
  },
  NQ2034: {
    title: "service selects no pod",
    explanation:
      "No pod of the service's namespace has all labels of its selector. Connections to the service are refused. The labels that count are those of the pod template, not those of the workload.",
  },
  NQ2035: {
    title: "service without endpoints",
    explanation:
      "A service without selector needs an EndpointSlice with the label kubernetes.io/service-name, or Endpoints of its name. The input has none, so connections to the service are refused.",
  },
  NQ2036: {
    title: "named target port not found",
    explanation:
      "A service leads to a port by name, and some or all of the pods that it selects have no port of that name and protocol. Such pods are no endpoints of the port.",
  },
  NQ2037: {
    title: "target port not declared",
    explanation:
      "A service leads to a port number that its pods do not declare, although they declare others, or declare with another protocol. A declaration is not needed to be reached, but the difference is often a slip.",
  },
  NQ2038: {
    title: "target port of a headless service",
    explanation:
      "Clients of a headless service get the addresses of its pods and use the port that they asked for. The target port has no effect, so the port of the service must be that of the pods.",
  },
  NQ2039: {
    title: "ExternalName service",
    explanation:
      "The service is an alias of a name in DNS. It has no address and no endpoints: `netqed reach shop/web ALIAS PORT` follows the name that it stands for, and nothing else depends on it.",
  },
  NQ2040: {
    title: "endpoints without a service",
    explanation:
      "An EndpointSlice or Endpoints object belongs to no service of the input and has no effect. A slice names its service in the label kubernetes.io/service-name.",
  },
  NQ2041: {
    title: "hand-written endpoints beside a selector",
    explanation:
      "Proxies use every EndpointSlice that names a service, also where the service has a selector. The endpoints that were written by hand count in addition to the selected pods.",
  },
  NQ2042: {
    title: "endpoint port of another name",
    explanation:
      "Ports of an EndpointSlice are joined with those of the service by name. A port whose name the service does not have has no effect.",
  },
  NQ2044: {
    title: "endpoint that is no pod of the input",
    explanation:
      "An EndpointSlice that the control plane wrote lists an address that no pod of the input has. The input lacks the pod, or was collected at different times. The address counts as an endpoint.",
  },
  NQ2045: {
    title: "part of an EndpointSlice that proxies ignore",
    explanation:
      "Proxies use slices with IPv4 or IPv6 addresses and ports with a number. Slices of type FQDN and ports without number have no effect.",
  },
  NQ2047: {
    title: "service prefers near endpoints",
    explanation:
      "With trafficDistribution, topology-aware routing or hints in EndpointSlices a proxy uses the endpoints that are kept for its node or zone, if every ready endpoint is kept for some. A controller writes the hints as the cluster changes, or it is assumed where pods and nodes are: no endpoint is ruled out then, so that what is proved holds for each choice. Hints in EndpointSlices written by hand are followed exactly where every node has its Node and every pod its nodeName.",
  },
  NQ2050: {
    title: "policy selects no pod",
    explanation:
      "A policy concerns pods of its own namespace only, and none of them has the labels that it selects. It has no effect.",
  },
  NQ2051: {
    title: "peer selects no pod",
    explanation:
      "A peer of a rule selects no pod of the input, so that it admits nobody. Its labels may be misspelt, or the pods may be missing from the input.",
  },
  NQ2052: {
    title: "named port not found",
    explanation:
      "A rule names a port by a name that no pod which it concerns has with that protocol. It matches nothing.",
  },
  NQ2053: {
    title: "selector selects host-network pods",
    explanation:
      "Most network plugins see a pod on the host network as its node: policies that select it do nothing, and peers never match it. Use an ipBlock with the addresses of the nodes.",
  },
  NQ2054: {
    title: "rules that policyTypes leaves out",
    explanation:
      "A policy has rules for a direction that its policyTypes do not name. The rules have no effect.",
  },
  NQ2055: {
    title: "egress policy also isolates ingress",
    explanation:
      "Without policyTypes every policy isolates its pods for ingress. A policy with egress rules only therefore admits nothing into them.",
  },
  NQ2056: {
    title: "two peers where one may be meant",
    explanation:
      "A namespaceSelector and a podSelector in two items are alternatives, and the podSelector speaks of the policy's own namespace. In one item they are combined. A dash makes the difference.",
  },
  NQ2057: {
    title: "ipBlock of service addresses",
    explanation:
      "Policies are asked after the address of a service has been translated to that of a pod. A block that holds only addresses of services matches nothing.",
  },
  NQ2058: {
    title: "named port with address blocks",
    explanation:
      "A named port is looked up in the pod at the other end. A rule that names only address blocks has no such pod, so that it never matches.",
  },
  NQ2059: {
    title: "port of the service instead of the pod",
    explanation:
      "Policies see the port of the pod, after translation. The rule has the port of a service that leads to another port of its pods, so that connections through the service are not admitted.",
  },
  NQ2060: {
    title: "port name used twice in a pod",
    explanation:
      "Two containers of a pod give one port name to different numbers. Kubernetes does not define which of them a policy means, so that answers which depend on it are undecided.",
  },
  ...INGRESS_CODES,
  ...UNMODELLED_CODES,
  ...USAGE_CODES,
} as const;
