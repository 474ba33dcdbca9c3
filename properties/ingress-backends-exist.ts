/**
 * Every backend of an Ingress exists and has somebody behind it.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource (v1.34; S8.2)
 */
import type { Property } from "../models/kubernetes/property.ts";

export const ingressBackendsExist: Property = {
  id: "ingress-backends-exist",
  title: "every backend of an Ingress is a port of a service with endpoints",
  formula:
    "∀ Ingress I, backend B of I: ∃ service S = B.service, port p of S = B.port: endpoints(S, p) ≠ ∅",
  explanation:
    "A controller answers requests itself, mostly with 503, when the service or the port does not exist or nobody is behind it. The port is the service's own, not that of the pods. A missing service is left out where the input holds none of the services that Ingresses of its namespace name, nor one of a similar name: they are probably elsewhere. So are backends that are no services.",
  broken: "An Ingress that names port 8080 of a service whose only port is 80.",
  source:
    "https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource (v1.34; S8.2)",
  claim: { kind: "ground", fact: "ingress-backends-exist" },
};
