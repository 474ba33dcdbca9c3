/**
 * Daemons of a node reach the pods of that node without NAT.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.3, S6.20)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const nodeToOwnPods: Property = {
  id: "node-to-own-pods",
  title: "daemons of a node reach the pods of that node without NAT",
  formula:
    "host(N, D) ∧ host(N, P) ∧ addr(P, a) ∧ admitted: Send(D, sa, sp, a, p) ⇒ Recv(P, sa, sp, a, p)",
  explanation:
    "The kubelet probes pods through their addresses. Traffic from a pod's own node is admitted whatever the policies say, unless the profile says otherwise.",
  broken: "A pod whose address is also the address of a pod of the same node.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.3, S6.20)",
  claim: {
    kind: "packet",
    senders: "nodes",
    receivers: "pod-address",
    placement: "same-node",
    premise: "admitted",
    expects: ["delivered", "header-unchanged", "reply-returns"],
  },
};
