/**
 * Resources by kind, each list in a canonical order: what is built from them does not depend on the
 * order in which files were read.
 */
import { compareText } from "../base/diagnostic.ts";
import { groupOf } from "../manifest/known-kinds.ts";
import type {
  ClaimResource,
  EndpointsResource,
  IngressClassResource,
  IngressResource,
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
import { compareOrigins, counted, DEFAULT_NAMESPACE, namespaceOf, type Sink } from "./sink.ts";

/** The resources that matter, one object once, each list sorted by namespace, kind and name. */
export interface ResourceIndex {
  readonly namespaces: readonly NamespaceResource[];
  readonly nodes: readonly NodeResource[];
  readonly pods: readonly PodResource[];
  readonly workloads: readonly WorkloadResource[];
  readonly services: readonly ServiceResource[];
  readonly endpoints: readonly EndpointsResource[];
  readonly policies: readonly NetworkPolicyResource[];
  readonly ingresses: readonly IngressResource[];
  readonly ingressClasses: readonly IngressClassResource[];
  /** `namespace/name` of the Secrets. */
  readonly secrets: ReadonlySet<string>;
  /** As they stand: one claim may be there twice. */
  readonly claims: readonly ClaimResource[];
  readonly unmodelled: readonly UnmodelledResource[];
}

/**
 * Sorts `resources` by kind. Of several objects with one identity, which reading has reported already,
 * the first in file order stays. Says once that some name no namespace.
 */
export function indexResources(resources: readonly Resource[], sink: Sink): ResourceIndex {
  const sorted = distinctAndSorted(resources.filter((r) => r.kind !== "ignored"));
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
    ingresses: select("Ingress"),
    ingressClasses: select("IngressClass"),
    secrets: secretsOf(resources),
    claims: resources.filter((r): r is ClaimResource => r.kind === "PersistentVolumeClaim"),
    unmodelled: select("unmodelled"),
  };
  noteDefaultNamespace(index, sink);
  return index;
}

function secretsOf(resources: readonly Resource[]): ReadonlySet<string> {
  const secrets = resources.filter(
    ({ kind, meta }) => kind === "ignored" && meta.apiVersion === "v1" && meta.kind === "Secret",
  );
  return new Set(secrets.map(({ meta }) => `${namespaceOf(meta)}/${meta.name}`));
}

/** One resource of each identity, sorted by it; of several the first in file order. */
function distinctAndSorted(resources: readonly Resource[]): readonly Resource[] {
  const first = new Map<string, Resource>();
  for (const resource of resources) {
    const key = identity(resource.meta);
    const known = first.get(key);
    if (known === undefined || compareOrigins(resource.meta.at, known.meta.at) < 0) {
      first.set(key, resource);
    }
  }
  return [...first].sort(([a], [b]) => compareText(a, b)).map(([, resource]) => resource);
}

/** Texts of which order and equality are those of the objects. */
function identity({ apiVersion, kind, name, namespace }: ObjectMeta): string {
  return `${namespace?.value ?? DEFAULT_NAMESPACE}\u0000${kind}\u0000${name}\u0000${groupOf(apiVersion)}`;
}

function noteDefaultNamespace(index: ResourceIndex, sink: Sink): void {
  const { pods, workloads, services, endpoints, policies, ingresses } = index;
  const without = [pods, workloads, services, endpoints, policies, ingresses]
    .flatMap((list): readonly ObjectMeta[] => list.map((r) => r.meta))
    .filter((meta) => meta.namespace === undefined)
    .sort((a, b) => compareOrigins(a.at, b.at));
  const first = without[0];
  if (first === undefined) return;
  const rest = without.length === 1 ? "" : ` (and ${counted(without.length - 1, "other object")})`;
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
