/**
 * No two containers that run together declare the same port.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking (v1.34; S1.5)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const noPortCollision: Property = {
  id: "no-port-collision",
  title: "no two containers that run together declare the same port",
  formula: "container(C1, P) ∧ container(C2, P) ∧ open(C1, p) ∧ open(C2, p) ⇒ C1 = C2",
  explanation:
    "The containers of a pod share its ports. The second to bind a port fails when it starts; the API server does not refuse it.",
  broken: "Containers app and proxy of one pod that both declare 8080/TCP.",
  source: "https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking (v1.34; S1.5)",
  claim: { kind: "ground", fact: "ports-do-not-collide" },
};
