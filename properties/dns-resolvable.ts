/**
 * Who is told the name of a service that it may call can ask for its address.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ (v1.34; S5.12, S5.15)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const dnsResolvable: Property = {
  id: "dns-resolvable",
  title: "a workload that is told the name of a service can resolve it",
  formula:
    "names(P, S) ∧ Send(P, sa, sp, va(S), vp) ⇒ ◇Recv(S, …) : Send(P, sa, sp, va(DNS), 53) ⇒ Recv(DNS, …)",
  explanation:
    "A name is resolved by asking the cluster's DNS, which is a connection of its own. A pod that policies isolate for egress, that may open the service and may not open port 53 of the DNS pods, cannot find the service. A pod is held to need names when a variable or the command line of one of its containers holds the name of a service: as the host of a URL, before a port, with its namespace, or as the whole value of a variable called like HOST. What it reads from elsewhere is not seen.",
  broken:
    "DATABASE_URL=postgres://db/shop, a policy with an egress rule for the database, and none for DNS.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ (v1.34; S5.12, S5.15)",
  claim: { kind: "ground", fact: "names-can-be-resolved" },
};
