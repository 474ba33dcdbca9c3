/**
 * A service leads to its endpoints only.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.31, S3.34, S4.1, S4.10)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const serviceToEndpoints: Property = {
  id: "service-to-endpoints",
  title: "a service leads to its endpoints only, wherever it is called",
  formula:
    "addr(S, va) ∧ port(S, vp) : Send(P, sa, sp, va, vp) ∧ Recv(Q, _, _, ta, tp) ⇒ (ta, tp) ∈ endpoints(S, vp)",
  explanation:
    "Every choice of the load balancer is a ready endpoint of the called port, or where none is ready one that still serves; with traffic policy Local one of the same node. At cluster addresses, and from outside at node ports, external addresses and load balancers. Proven with all filters left out: a filter only removes packets.",
  broken: "A node that leads to an endpoint which is not ready.",
  source:
    "https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.31, S3.34, S4.1, S4.10)",
  claim: {
    kind: "packet",
    senders: "everybody",
    receivers: "service",
    placement: "any",
    premise: "always",
    expects: ["endpoints-only"],
  },
};
