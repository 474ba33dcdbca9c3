/**
 * Services show the client's address, or the node's, as documented.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.31, S4.20, S4.20a)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const sourceKept: Property = {
  id: "source-kept",
  title: "services show the client's address, or the node's, as documented",
  formula: "Send(P, sa, _, va, vp) ∧ Recv(Q, ra, _, _, _) ⇒ (kept(va, vp) ⇔ ra = sa)",
  explanation:
    "Pods that call a cluster address are seen with their own address, unless masqueradeAll is set or the pod is led back to itself. (Endpoints that are nodes are left out where `masqueradeToNodes` is set.) From outside, traffic policy Local keeps the client, Cluster puts the node in its place. Policies and logs rely on it. Proven with all filters left out.",
  broken: "Pods with addresses outside of the blocks by which kube-proxy knows pods.",
  source:
    "https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S3.31, S4.20, S4.20a)",
  claim: {
    kind: "packet",
    senders: "pods-and-outside",
    receivers: "service",
    placement: "any",
    premise: "always",
    expects: ["source-as-documented"],
  },
};
