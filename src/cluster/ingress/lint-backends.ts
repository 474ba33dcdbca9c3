/**
 * Backends that lead nowhere.
 */
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import {
  backendsOf,
  type IngressBackend,
  sameBackend,
} from "../../../models/kubernetes/ingress.ts";
import { backendTarget } from "../../../models/kubernetes/ingress-backend.ts";
import type { DiagnosticCode } from "../../base/diagnostic-codes.ts";
import type { Severity } from "../../base/diagnostic.ts";
import { objectId, type Sink } from "../sink.ts";
import type { BuiltIngress } from "./build-plane.ts";

/** Warns of each backend, once, that names no service, no port, or nobody. */
export function lintBackends(
  { ingress, resource }: BuiltIngress,
  cluster: Cluster,
  sink: Sink,
): void {
  const id = objectId(resource.meta);
  const backends = backendsOf(ingress);
  const different = backends.filter(
    (backend, i) => backends.findIndex((other) => sameBackend(other, backend)) === i,
  );
  for (const backend of different) {
    const problem = problemOf(backend, cluster, id);
    if (problem === undefined) continue;
    const [code, message, severity = "warning"] = problem;
    sink.diagnostics.push({ code, severity, message, at: backend.origin });
  }
}

type Problem = readonly [code: DiagnosticCode, message: string, severity?: Severity];

function problemOf(backend: IngressBackend, cluster: Cluster, id: string): Problem | undefined {
  if (backend.kind === "resource") {
    const text = `a backend of ${id} is ${backend.resource}, which is no service: nothing is claimed about it`;
    return ["NQ2081", text, "note"];
  }
  const service = `${backend.namespace}/Service/${backend.service}`;
  const target = backendTarget(cluster, backend);
  switch (target.kind) {
    case "no-service":
      return [
        "NQ2072",
        `a backend of ${id} must be a service of namespace ${backend.namespace}; found no ${backend.service}`,
      ];
    case "no-port": {
      const ports = target.service.ports
        .filter(({ protocol }) => protocol === "TCP")
        .map(({ name, port }) => (name === undefined ? String(port) : `${String(port)} (${name})`));
      const has = ports.length === 0 ? "it has none" : `it has ${ports.join(", ")}`;
      return [
        "NQ2073",
        `a backend of ${id} must name a TCP port of ${service}, ${has}; found ${String(backend.port)}`,
      ];
    }
    case "alias":
      return [
        "NQ2074",
        `a backend of ${id} is ${service}, an alias of a name in DNS: where it leads is the controller's choice`,
      ];
    case "port":
      if (target.endpoints.length > 0) return undefined;
      return ["NQ2075", `${service}, a backend of ${id}, has no endpoints: requests get 503`];
    case "resource":
    case "unclear":
      return undefined;
  }
}
