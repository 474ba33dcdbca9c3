/**
 * Pods of different nodes reach each other without NAT.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const podToPodAcrossNodes: Property = {
  id: "pod-to-pod-across-nodes",
  title: "pods of different nodes reach each other without NAT",
  formula:
    "host(N1, P1) ∧ host(N2, P2) ∧ N1 ≠ N2 ∧ addr(P1, sa) ∧ addr(P2, ta) ∧ admitted: Send(P1, sa, sp, ta, tp) ⇒ Recv(P2, sa, sp, ta, tp)",
  explanation:
    "What policy admits between pods of different nodes arrives, with the header that was sent.",
  broken: "A pod of another node that has the address of a pod of the sender's node.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2)",
  claim: {
    kind: "packet",
    senders: "pods",
    receivers: "pod-address",
    placement: "other-node",
    premise: "admitted",
    expects: ["delivered", "header-unchanged", "reply-returns"],
  },
};
