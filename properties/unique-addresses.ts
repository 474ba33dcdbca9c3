/**
 * Every pod, node and service has an address of its own.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.1, S1.8)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const uniqueAddresses: Property = {
  id: "unique-addresses",
  title: "every pod, node and service has an address of its own",
  formula: "addr(E1, a) ∧ addr(E2, a) ⇔ E1 = E2, for E1, E2 among pods, nodes and services",
  explanation:
    "Two owners of one address make every answer about that address meaningless: a packet reaches whichever the node picks. Host-network pods share their node's address by design and are exempt. Stale dumps and hand-written clusterIPs are the usual causes.",
  broken: "Two pods whose status.podIP is 10.244.0.7.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model (v1.34; S1.1, S1.8)",
  claim: { kind: "ground", fact: "addresses-are-unique" },
};
