/**
 * Policies let every controller reach what its Ingresses lead to.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S8.10, S8.11)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const ingressBackendsReachable: Property = {
  id: "ingress-backends-reachable",
  title: "every ingress controller can reach the endpoints of its backends",
  formula:
    "∀ controller C, Ingress I of C, backend B of I, pod P of C, endpoint E of B: P can open E",
  explanation:
    "A request to an Ingress is two connections: from the client to a pod of the controller, and from this pod to an endpoint. Policies of the backend see the controller as the source and never the client, so they must admit the controller's pods, by their namespace and labels. Ingresses whose controller is not known are left out.",
  broken: "Pods behind an Ingress that admit only their own namespace.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S8.10, S8.11)",
  claim: { kind: "ground", fact: "ingress-backends-reachable" },
};
