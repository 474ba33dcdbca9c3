/**
 * Resources by kind, each list in a canonical order: what is built from them does not depend on the
 * order in which files were read.
 */
import { compareText } from "../base/diagnostic.ts";
import type {
  EndpointsResource,
  NamespaceResource,
  NetworkPolicyResource,
  NodeResource,
  ObjectMeta,
  PodResource,
  Resource,
  ServiceResource,
  UnmodelledResource,
  WorkloadResource,
} from "../manifest/resources.ts";
import { compareOrigins, DEFAULT_NAMESPACE, namespaceOf, type Sink } from "./sink.ts";

/** The resources that matter, one object once, each list sorted by namespace, kind and name. */
export interface ResourceIndex {
  readonly namespaces: readonly NamespaceResource[];
  readonly nodes: readonly NodeResource[];
  readonly pods: readonly PodResource[];
  readonly workloads: readonly WorkloadResource[];
  readonly services: readonly ServiceResource[];
  readonly endpoints: readonly EndpointsResource[];
  readonly policies: readonly NetworkPolicyResource[];
  readonly unmodelled: readonly UnmodelledResource[];
}

/**
 * Sorts `resources` by kind. Of several objects with one identity, which reading has reported already,
 * the first in file order stays. Says once that some name no namespace.
 */
export function indexResources(resources: readonly Resource[], sink: Sink): ResourceIndex {
  const sorted = distinct(resources.filter((r) => r.kind !== "ignored").sort(compareResources));
  const select = <K extends Resource["kind"]>(...kinds: readonly K[]) =>
    sorted.filter((r): r is Extract<Resource, { kind: K }> => kinds.some((k) => k === r.kind));
  const index: ResourceIndex = {
    namespaces: select("Namespace"),
    nodes: select("Node"),
    pods: select("Pod"),
    workloads: sorted.filter((r): r is WorkloadResource => "template" in r),
    services: select("Service"),
    endpoints: select("Endpoints", "EndpointSlice"),
    policies: select("NetworkPolicy"),
    unmodelled: select("unmodelled"),
  };
  noteDefaultNamespace(index, sink);
  return index;
}

function compareResources(a: Resource, b: Resource): number {
  return compareText(identity(a.meta), identity(b.meta)) || compareOrigins(a.meta.at, b.meta.at);
}

/** Texts of which order and equality are those of the objects. */
function identity(meta: ObjectMeta): string {
  const group = meta.apiVersion.includes("/") ? meta.apiVersion.split("/")[0] : "";
  return [meta.namespace?.value ?? DEFAULT_NAMESPACE, meta.kind, meta.name, group].join("\u0000");
}

function distinct(sorted: readonly Resource[]): readonly Resource[] {
  let previous = "";
  return sorted.filter((resource) => {
    const own = identity(resource.meta);
    const first = own !== previous;
    previous = own;
    return first;
  });
}

function noteDefaultNamespace(index: ResourceIndex, sink: Sink): void {
  const { pods, workloads, services, endpoints, policies } = index;
  const without = [pods, workloads, services, endpoints, policies]
    .flatMap((list): readonly ObjectMeta[] => list.map((r) => r.meta))
    .filter((meta) => meta.namespace === undefined)
    .sort((a, b) => compareOrigins(a.at, b.at));
  const first = without[0];
  if (first === undefined) return;
  const rest = without.length === 1 ? "" : ` (and ${String(without.length - 1)} other objects)`;
  const subject = `${first.kind} ${first.name}${rest}`;
  sink.diagnostics.push({
    code: "NQ2001",
    severity: "note",
    message: `${subject} names no namespace: taken to be in "${namespaceOf(first)}", where kubectl would put it by default`,
    at: first.at,
    hint: "set metadata.namespace, or give the output of a renderer that sets it",
  });
  sink.assumptions.push({
    text: `Objects that name no namespace are in "${DEFAULT_NAMESPACE}".`,
    from: "default",
  });
}
