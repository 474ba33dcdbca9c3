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
    "A connection to a pod or node that no service and no host port translates arrives with the address of the pod that opened it, on every node. Of what pods send to other nodes that is so unless `masqueradeToNodes` says that those see the pod's node. Proven with all filters left out.",
  broken: "A node that masquerades what goes to pods of other nodes.",
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
