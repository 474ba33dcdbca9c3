/**
 * Containers of one pod reach each other on localhost.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.4)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const localhostWithinPod: Property = {
  id: "localhost-within-pod",
  title: "containers of one pod reach each other on localhost",
  formula:
    "container(C1, P) ∧ container(C2, P) ∧ open(C2, p): Send(C1, 127.0.0.1, _, 127.0.0.1, p) ⇒ Recv(C2, 127.0.0.1, _, 127.0.0.1, p)",
  explanation:
    "Containers of a pod share one network namespace, and no policy applies inside it. A port that two of them declare breaks it: only one can listen.",
  broken: "Containers app and proxy of one pod that both declare 8080/TCP.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.4)",
  claim: {
    kind: "packet",
    senders: "pods",
    receivers: "own-loopback",
    placement: "any",
    premise: "always",
    expects: ["delivered", "header-unchanged", "reply-returns"],
  },
};
