/**
 * The pods to which a frontend that is not modelled may lead: nothing can be proven past it for those.
 */
import { sameAddress } from "../../models/base/address.ts";
import { type Pod, type PodId, podId, type Service } from "../../models/kubernetes/cluster.ts";
import type { UnmodelledResource } from "../manifest/resources.ts";
import type { PodIndex } from "./pod-index.ts";
import { namespaceOf } from "./sink.ts";
import { field, isRecord, items, text } from "./unmodelled/plain-data.ts";

/** Finds the pods behind services. */
export interface FrontendTargets {
  /** The pods that `service` selects or whose addresses its endpoints name, ready or not. */
  readonly behind: (service: Service) => readonly PodId[];
  /**
   * The pods behind every service that a route names anywhere: more than it leads to is
   * harmless, less is not.
   */
  readonly named: (resource: UnmodelledResource) => readonly PodId[];
}

/** Targets among `pods`, which `index` indexes, and `services`. */
export function frontendTargets(
  services: readonly Service[],
  pods: readonly Pod[],
  index: PodIndex,
): FrontendTargets {
  const byName = new Map(services.map((s) => [`${s.namespace}/${s.name}`, s]));
  const behind = (service: Service): readonly PodId[] => {
    const { selector } = service;
    const selected =
      selector === undefined || selector.size === 0
        ? []
        : index.withLabels(service.namespace, selector);
    const addresses = service.slices.flatMap((slice) => slice.endpoints.map((e) => e.address));
    const isListed = ({ addresses: own }: Pod): boolean =>
      own.some((a) => addresses.some((b) => sameAddress(a, b)));
    const listed = addresses.length === 0 ? [] : pods.filter(isListed);
    return [...new Set([...selected, ...listed].map(podId))];
  };
  const named = (resource: UnmodelledResource): readonly PodId[] => {
    const own = namespaceOf(resource.meta);
    const names = backendNames(field(resource.content, "spec"), own);
    const found = [...names].flatMap((name) => byName.get(name) ?? []);
    return [...new Set(found.flatMap(behind))];
  };
  return { behind, named };
}

/**
 * Services that backends name, as `namespace/name`: `service.name` and `serviceName` of an Ingress,
 * `backendRefs` and `backendRef` of routes.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/ (v1.34; S8.2)
 * @source https://gateway-api.sigs.k8s.io/reference/spec/ (BackendRef; S8.27)
 */
function backendNames(data: unknown, namespace: string): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: unknown, where: unknown): void => {
    const named = text(name);
    if (named !== undefined) found.add(`${text(where) ?? namespace}/${named}`);
  };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    if (!isRecord(value)) return;
    add(field(value, "service", "name"), undefined);
    add(value["serviceName"], undefined);
    for (const ref of [...items(value["backendRefs"]), value["backendRef"]]) {
      add(field(ref, "name"), field(ref, "namespace"));
    }
    for (const inner of Object.values(value)) visit(inner);
  };
  visit(data);
  return found;
}
