/**
 * What is sent to an address of the cluster is never lost without a reason.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2, S4.12, S4.14)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const noBlackHole: Property = {
  id: "no-black-hole",
  title: "what is sent to an address of the cluster is never lost without a reason",
  formula: "Send(_, sa, sp, ta, tp) ∧ owned(ta) ∧ discarded ⇒ some manifest line asks for it",
  explanation:
    "Every discard among pods, nodes and services points to the manifest that asks for it: a policy, a service without endpoints, a service without such a port.",
  broken: "An EndpointSlice that leads to an address of the pod CIDR that no pod has.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2, S4.12, S4.14)",
  claim: {
    kind: "packet",
    senders: "pods-and-nodes",
    receivers: "cluster-address",
    placement: "any",
    premise: "always",
    expects: ["discards-explained"],
  },
};
