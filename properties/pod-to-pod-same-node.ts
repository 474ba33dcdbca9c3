/**
 * Pods of one node reach each other without NAT.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const podToPodSameNode: Property = {
  id: "pod-to-pod-same-node",
  title: "pods of one node reach each other without NAT",
  formula:
    "host(N, P1) ∧ host(N, P2) ∧ P1 ≠ P2 ∧ addr(P1, sa) ∧ addr(P2, ta) ∧ admitted: Send(P1, sa, sp, ta, tp) ⇒ Recv(P2, sa, sp, ta, tp)",
  explanation:
    "What policy admits between two pods of a node arrives, with the header that was sent.",
  broken: "Two pods of one node with one address: what is sent to the second arrives at the first.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2)",
  claim: {
    kind: "packet",
    senders: "pods",
    receivers: "pod-address",
    placement: "same-node",
    premise: "admitted",
    expects: ["delivered", "header-unchanged", "reply-returns"],
  },
};
