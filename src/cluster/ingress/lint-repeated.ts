/**
 * Paths that two rules have.
 */
import { type IngressBackend, sameBackend } from "../../../models/kubernetes/ingress.ts";
import type { Origin } from "../../../models/base/origin.ts";
import type { Sink } from "../sink.ts";
import type { BuiltIngress } from "./build-plane.ts";

interface Use {
  readonly id: string;
  readonly backend: IngressBackend;
  readonly origin: Origin;
}

/**
 * Warns of each host, path and type that leads to different backends, among Ingresses of one class.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches (v1.34; S8.8)
 */
export function lintRepeated(ingresses: readonly BuiltIngress[], sink: Sink): void {
  const uses = new Map<string, Use>();
  for (const { ingress } of ingresses) {
    const id = `${ingress.namespace}/Ingress/${ingress.name}`;
    for (const { host, paths = [] } of ingress.rules) {
      for (const { type, path, backend, origin } of paths) {
        const key = JSON.stringify([ingress.className?.name ?? "", host ?? "", type, path]);
        const other = uses.get(key);
        if (other === undefined) uses.set(key, { id, backend, origin });
        else if (!sameBackend(other.backend, backend)) {
          const where = `host ${host ?? "(any)"} and path ${path} (${type})`;
          const whose = other.id === id ? "twice" : `in ${other.id} and`;
          sink.diagnostics.push({
            code: "NQ2076",
            severity: "warning",
            message: `${where} must lead to one backend; they are ${whose} in ${id}, with different ones: which of them counts is not defined`,
            at: origin,
            related: [{ message: "the other one", at: other.origin }],
          });
        }
      }
    }
  }
}
