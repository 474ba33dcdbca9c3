/**
 * Services of which it cannot be told where they lead.
 */
import type { Labels } from "../../models/kubernetes/selector.ts";
import type { UnmodelledResource } from "../manifest/resources.ts";
import type { UndecidableService } from "./frontends.ts";
import type { PodIndex } from "./pod-index.ts";
import type { BuiltService } from "./services.ts";
import type { Sink } from "./sink.ts";
import { field, isRecord } from "./unmodelled/plain-data.ts";
import type { Unmodelled } from "./unmodelled/unmodelled.ts";

/**
 * Services that keep traffic on the client's node, where it is assumed on which nodes pods are; services to which routes of
 * a mesh are attached; and services that may select pods which something in their namespace makes that is
 * not modelled.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/ (v1.34; S3.30)
 */
export function undecidableServices(
  services: readonly BuiltService[],
  isPlaced: boolean,
  { workloads, meshRoutes }: Pick<Unmodelled, "workloads" | "meshRoutes">,
  index: PodIndex,
  sink: Sink,
): readonly UndecidableService[] {
  return services.flatMap(({ service, resource }): readonly UndecidableService[] => {
    const { namespace, name, selector } = service;
    const local = resource.internalTrafficPolicy;
    if (local?.value === "Local" && !isPlaced && service.addresses.length > 0) {
      sink.diagnostics.push({
        code: "NQ2121",
        severity: "warning",
        message: `internalTrafficPolicy Local of ${namespace}/Service/${name} leads to pods of the client's node, and the nodes of pods are assumed: answers about connections to its address are undecided`,
        at: local.at,
      });
      return [
        { service, code: "NQ2121", why: "which keeps traffic on the client's node", at: local.at },
      ];
    }
    const route = meshRoutes.get(`${namespace}/${name}`);
    if (route !== undefined) {
      const why = `which ${route.meta.kind} ${route.meta.name} may lead elsewhere`;
      return [{ service, code: "NQ2122", why, at: route.meta.at }];
    }
    if (selector === undefined) return [];
    const served = index.withLabels(namespace, selector).length > 0;
    const maker = workloads.get(namespace)?.find((w) => maySelect(selector, w, served));
    if (maker === undefined) return [];
    const why = `which may select pods of ${maker.meta.kind} ${maker.meta.name}`;
    return [{ service, code: "NQ2110", why, at: maker.meta.at }];
  });
}

/** Whether the pods of `maker` may have the labels: as its template says, else if no other pod does. */
function maySelect(selector: Labels, maker: UnmodelledResource, served: boolean): boolean {
  const labels = field(maker.content, "spec", "template", "metadata", "labels");
  if (!isRecord(labels)) return !served;
  return [...selector].every(([key, value]) => labels[key] === value);
}
