/**
 * What is behind a backend of an Ingress.
 */
import { FAMILIES } from "../base/family.ts";
import type { Cluster, Service, ServicePort } from "./cluster.ts";
import type { IngressBackend } from "./ingress.ts";
import { type Endpoint, endpoints } from "./service.ts";

/** What a backend names. */
export type BackendTarget =
  /** A port of a service; `endpoints` of both families, perhaps none: the controller then answers 503. */
  | {
      readonly kind: "port";
      readonly service: Service;
      readonly port: ServicePort;
      readonly endpoints: readonly Endpoint[];
    }
  | { readonly kind: "no-service" }
  | { readonly kind: "no-port"; readonly service: Service }
  /** An ExternalName service: a name in DNS. */
  | { readonly kind: "alias" }
  /** No service at all. */
  | { readonly kind: "resource" }
  /** A service of which it cannot be told where it leads. */
  | { readonly kind: "unclear"; readonly service: Service };

/**
 * What `backend` names in `cluster`: a port of the service, by number or by name, and the endpoints to which
 * controllers send requests.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource (v1.34; S8.2, S8.10)
 * @source https://github.com/kubernetes/api/blob/master/networking/v1/types.go (ServiceBackendPort)
 */
export function backendTarget(cluster: Cluster, backend: IngressBackend): BackendTarget {
  if (backend.kind === "resource") return { kind: "resource" };
  const { namespace, service: name, port: wanted } = backend;
  const isNamed = (one: { readonly namespace: string; readonly name: string }): boolean =>
    one.namespace === namespace && one.name === name;
  if (cluster.externalNames?.some(isNamed) === true) return { kind: "alias" };
  const service = cluster.services.find(isNamed);
  if (service === undefined) return { kind: "no-service" };
  if (service.ports.length === 0) return { kind: "unclear", service };
  const port = service.ports.find((own) =>
    typeof wanted === "number"
      ? own.port === wanted && own.protocol === "TCP"
      : own.name === wanted,
  );
  if (port === undefined) return { kind: "no-port", service };
  const found = FAMILIES.flatMap((family) => endpoints(cluster, service, port, family));
  return { kind: "port", service, port, endpoints: found };
}
