/**
 * Nodes reach every pod without NAT.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.3)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const nodeToEveryPod: Property = {
  id: "node-to-every-pod",
  title: "nodes reach every pod without NAT",
  formula: "addr(P, a) ∧ daemon(D, N) ∧ admitted: Send(D, sa, sp, a, p) ⇒ Recv(P, sa, sp, a, p)",
  explanation:
    "Host-network pods are pods, so what policy admits from a node to a pod of any node arrives, with the header that was sent.",
  broken: "A pod of another node that has the address of a pod of the sender's node.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.3)",
  claim: {
    kind: "packet",
    senders: "nodes",
    receivers: "pod-address",
    placement: "other-node",
    premise: "admitted",
    expects: ["delivered", "header-unchanged", "reply-returns"],
  },
};
