/**
 * Whoever calls a service reaches all of its endpoints, or none.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S0.4, S4.10)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const endpointsAgree: Property = {
  id: "endpoints-agree",
  title: "whoever calls a service reaches all of its endpoints, or none",
  formula:
    "∀ pod P, service port F, Q, R ∈ endpoints(F) : delivered(P → F, Q) ⇔ delivered(P → F, R)",
  explanation:
    "A service picks any of its endpoints. Where policies admit the caller at some and not at others, its connections work now and then: the answer DEPENDS. Shown by a packet that arrives and one that does not, with the lines that decide. A pod that is led back to itself is not asked.",
  broken: "A service in front of two workloads, of which a policy opens one.",
  source: "https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S0.4, S4.10)",
  severity: "warning",
  claim: { kind: "ground", fact: "endpoints-agree" },
};
