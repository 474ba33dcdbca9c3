/**
 * Rules for Ingresses and their classes.
 */
import {
  meta,
  pod,
  service,
  CLASS,
  CONTROLLER,
  BACKEND,
  rule,
  ingress,
  NAMESPACE,
  SERVED,
} from "./lint-objects.ts";
import { group, told } from "./lint-row.ts";

export const INGRESSES = group("Ingresses", {
  "The class is one of the input": told(
    "NQ2070",
    "warning",
    "misspelt",
    ...SERVED,
    ingress({ ingressClassName: "misspelt" }),
  ),
  "The controller is one of the input": told("NQ2071", "note", "own", ...SERVED, ingress()),
  "Annotation and field name one class": told(
    "NQ1030",
    "error",
    "annotation",
    ingress({}, "shop", { "kubernetes.io/ingress.class": "other" }),
  ),
  "A backend is a service or a resource": told(
    "NQ1030",
    "error",
    "resource",
    ingress({
      rules: [rule({ backend: { ...BACKEND, resource: { kind: "Bucket", name: "shop" } } })],
    }),
  ),
  "The service of a backend is in the namespace": told(
    "NQ2072",
    "warning",
    "web",
    CLASS,
    pod(),
    service({}, "other"),
    ingress(),
  ),
  "The port of a backend is one of the service": told(
    "NQ2073",
    "warning",
    "8080",
    ...SERVED,
    ingress({
      rules: [rule({ backend: { service: { name: "web", port: { number: 8080 } } } })],
    }),
  ),
  "A backend is no ExternalName": told(
    "NQ2074",
    "warning",
    "web",
    CLASS,
    service({ type: "ExternalName", externalName: "example.com" }),
    ingress(),
  ),
  "A backend has endpoints": told("NQ2075", "warning", "503", CLASS, service(), ingress()),
  "There are rules or a default backend": told("NQ1021", "error", "rules", ingress({ rules: [] })),
  "A host is a DNS name, without port": told(
    "NQ1025",
    "error",
    "shop.example.com:80",
    ingress({ rules: [rule({}, "shop.example.com:80")] }),
  ),
  "A wildcard is the first label": told(
    "NQ1025",
    "error",
    "shop.*.com",
    ingress({ rules: [rule({}, "shop.*.com")] }),
  ),
  "Paths have a type": told(
    "NQ1021",
    "error",
    "pathType",
    ingress({ rules: [{ http: { paths: [{ path: "/", backend: BACKEND }] } }] }),
  ),
  "Paths are absolute and plain": told(
    "NQ1042",
    "error",
    "//",
    ingress({ rules: [rule({ path: "/a//b" })] }),
  ),
  "A host and path are in one Ingress": told(
    "NQ2076",
    "warning",
    "shop.example.com",
    ...SERVED,
    service({}, "other"),
    ingress(),
    ingress(
      {
        rules: [rule({ backend: { service: { name: "other", port: { number: 80 } } } })],
      },
      "second",
    ),
  ),
  "The controller may reach the backends": told(
    "NQ2078",
    "warning",
    "controller",
    NAMESPACE,
    pod(),
    service(),
    CONTROLLER,
    { ...CLASS, spec: { controller: "k8s.io/ingress-nginx" } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: meta("closed"),
      spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"] },
    },
    ingress(),
  ),
  "The Secret for TLS is in the namespace": told(
    "NQ2077",
    "note",
    "certificate",
    ...SERVED,
    ingress({ tls: [{ hosts: ["shop.example.com"], secretName: "certificate" }] }),
  ),
  "Hosts with TLS have rules": told(
    "NQ2080",
    "warning",
    "misspelt.example.com",
    ...SERVED,
    ingress({ tls: [{ hosts: ["misspelt.example.com"] }] }),
  ),
});
