/**
 * The address a pod has is the address that others see.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const ownAddressSeen: Property = {
  id: "own-address-seen",
  title: "the address a pod has is the address that others see",
  formula:
    "addr(P1, sa) ∧ admitted: Send(P1, _, sp, ta, tp) ⇒ Recv(P2, s, sp, ta, tp) with addr(P1, s)",
  explanation:
    "Among pods nothing rewrites the source, so logs, allow lists and policies see the pod itself.",
  broken: "A node that masquerades traffic between pods.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2)",
  claim: {
    kind: "packet",
    senders: "pods",
    receivers: "pod-address",
    placement: "any",
    premise: "admitted",
    expects: ["source-is-sender"],
  },
};
