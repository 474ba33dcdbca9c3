/**
 * The network delivers what the policies admit, and nothing else.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S6.3, S6.7, S6.33)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const policyEnforcedExactly: Property = {
  id: "policy-enforced-exactly",
  title: "the network delivers what the policies admit, and nothing else",
  formula: "delivered(Send(P1, sa, sp, ta, tp), P2) ⇔ admits(cluster, (P1, sa, ta, tp))",
  explanation:
    "The compiled rules are compared with the documentation's definition of policy, pair by pair, for all protocols and ports. Where the profile says that nobody enforces policies (networkPolicy: ignored) there is nothing to compare: the property is reported as not applicable, which is no proof of anything.",
  broken: "A rule whose port range ends one port too early.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S6.3, S6.7, S6.33)",
  claim: {
    kind: "packet",
    senders: "pods-and-nodes",
    receivers: "pod-address",
    placement: "any",
    premise: "always",
    expects: ["delivered-iff-admitted"],
  },
};
