/**
 * Whoever calls a service gets the reply as from the address that was called.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.20, S4.25)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const repliesSymmetric: Property = {
  id: "replies-symmetric",
  title: "whoever calls a service gets the reply as from the address that was called",
  formula: "Send(P, sa, sp, va, vp) ∧ Recv(Q, _, _, ta, tp) ⇒ Recv(P, va, vp, sa, sp)",
  explanation:
    "The node that translates a connection has to see its reply, to translate it back. For pods and nodes at cluster addresses, for those outside at node ports, external addresses and load balancers. Reported as left out are pods and nodes that call services where they are published: with policy Local another node leads pods on without being on the way back, and netqed reach then says NO. So is what the mode ipvs hands on although the policy is Local. Proven with all filters left out: a filter only removes packets.",
  broken:
    "A node that leads a connection on to another node without putting its own address in place of the client's.",
  source: "https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.20, S4.25)",
  claim: {
    kind: "packet",
    senders: "everybody",
    receivers: "service",
    placement: "any",
    premise: "always",
    expects: ["reply-returns"],
  },
};
