/**
 * What a pod sends inside the cluster is masqueraded for services only.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2, S4.20)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const noMasqueradeInside: Property = {
  id: "no-masquerade-inside",
  title: "what a pod sends inside the cluster is masqueraded for services only",
  formula: "Send(P, sa, sp, ta, tp) ∧ Recv(Q, ra, rp, ta, tp) ⇒ ra = sa",
  explanation:
    "A connection to a pod or node that no service and no host port translates arrives with the address of the pod that opened it, on every node. Proven with all filters left out.",
  broken: "A network plugin that masquerades what pods send to nodes.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.2, S4.20)",
  claim: {
    kind: "packet",
    senders: "pods",
    receivers: "cluster-address",
    placement: "any",
    premise: "always",
    expects: ["own-source-untranslated"],
  },
};
