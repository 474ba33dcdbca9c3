/**
 * A service leads to its endpoints only, and its replies come back translated.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.1, S4.10, S4.25)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const serviceToEndpoints: Property = {
  id: "service-to-endpoints",
  title: "a service leads to its endpoints only, and its replies come back translated",
  formula:
    "addr(S, va) ∧ port(S, vp) : Send(P, sa, sp, va, vp) ∧ Recv(Q, _, _, ta, tp) ⇒ (ta, tp) ∈ endpoints(S, vp) ∧ Recv(P, va, vp, sa, sp)",
  explanation:
    "Every choice of the load balancer is an endpoint of the called port, and the caller sees the reply as from the service. Proven with all filters left out: a filter only removes packets.",
  broken: "An endpoint that two services share under a translation that is not undone.",
  source:
    "https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.1, S4.10, S4.25)",
  claim: {
    kind: "packet",
    senders: "pods-and-nodes",
    receivers: "service-address",
    placement: "any",
    premise: "always",
    expects: ["endpoints-only", "reply-returns"],
  },
};
