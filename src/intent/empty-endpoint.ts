/**
 * Finds the parts of an endpoint that select nothing, and says what may have been meant instead.
 */
import { type Cluster, podId } from "../../models/kubernetes/cluster.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { nearestName } from "../base/nearest-name.ts";
import type { EndpointCombination, EndpointExpression, EndpointSpec } from "./ast.ts";
import { isEmptySet } from "./endpoint-set.ts";
import { type EndpointResolver, isCombination } from "./resolve.ts";

/**
 * An error for `spec` if it selects nothing, and otherwise for every member of a list in it, and for
 * everything under `not`, that selects nothing; and for every `not` that stands alone and takes no
 * workload away.
 */
export function emptyEndpoints(
  spec: EndpointSpec,
  cluster: Cluster,
  resolve: EndpointResolver,
): readonly Diagnostic[] {
  const seen = new Set<EndpointExpression>();
  const visit = (part: EndpointSpec): readonly Diagnostic[] => {
    const { expression } = part;
    if (seen.has(expression)) return [];
    seen.add(expression);
    const inner = isCombination(expression) ? partsOf(expression).flatMap(visit) : [];
    if (inner.length > 0) return inner;
    if (isEmptySet(resolve(expression))) return [emptyDiagnostic(part, cluster)];
    return isIdleNot(expression, resolve) ? [idleNotDiagnostic(part)] : [];
  };
  return visit(spec);
}

/** The parts of an expression that must select something on their own. */
function partsOf(expression: EndpointCombination): readonly EndpointSpec[] {
  switch (expression.kind) {
    case "union":
      return expression.members;
    case "difference":
      return [...(expression.from === "cluster" ? [] : [expression.from]), expression.without];
    case "intersection":
      return [];
  }
}

function isIdleNot(expression: EndpointExpression, resolve: EndpointResolver): boolean {
  return (
    expression.kind === "difference" &&
    expression.from === "cluster" &&
    resolve(expression.without.expression).pods.size === 0
  );
}

function idleNotDiagnostic(spec: EndpointSpec): Diagnostic {
  return {
    code: "NQ4031",
    severity: "error",
    message: `${spec.text} means every workload but what selects no workload: expected a workload under not`,
    at: spec.at,
    hint: "to leave out addresses, write not beside cidr",
  };
}

function emptyDiagnostic(spec: EndpointSpec, cluster: Cluster): Diagnostic {
  const missing = missingPort(spec, cluster);
  if (missing !== undefined) return missing;
  const hint = hintFor(spec, cluster);
  return {
    code: "NQ4030",
    severity: "error",
    message: `${spec.text} selects nothing: expected something that exists in the manifests`,
    at: spec.at,
    ...(hint === undefined ? {} : { hint }),
  };
}

function missingPort(spec: EndpointSpec, cluster: Cluster): Diagnostic | undefined {
  const { expression } = spec;
  if (expression.kind !== "service" || expression.port === undefined) return undefined;
  const service = cluster.services.find((s) => podId(s) === podId(expression));
  if (service === undefined || service.addresses.length === 0) return undefined;
  const ports = service.ports.map(
    (p) => `${p.name === undefined ? "" : `${p.name} `}${String(p.port)}`,
  );
  return {
    code: "NQ4033",
    severity: "error",
    message: `svc:${podId(expression)} has no port ${String(expression.port)}: expected one of ${ports.join(", ")}`,
    at: spec.at,
    related: [{ message: "the service", at: service.origin }],
  };
}

function hintFor(spec: EndpointSpec, cluster: Cluster): string | undefined {
  const { expression } = spec;
  switch (expression.kind) {
    case "workload":
      return workloadHint(expression, cluster);
    case "namespace":
      return namespaceHint(expression.namespace, cluster);
    case "service":
      return serviceHint(expression, cluster);
    case "node":
      return meant(
        `node:${expression.name}`,
        cluster.nodes.map((node) => `node:${node.name}`),
      );
    case "addresses":
      return "the addresses lie in the blocks of pods and services, and nobody has one of them";
    case "labels":
      return "no pod has these labels";
    case "namespaceLabels":
      return "no pod is in a namespace with these labels; netqed.yaml can say the labels of namespaces that are not among the manifests";
    case "intersection":
      return "each key of the map narrows what the others select";
    case "internet":
    case "external":
    case "cluster":
    case "nodes":
    case "union":
    case "difference":
      return undefined;
  }
}

function workloadHint(
  expression: EndpointExpression & { readonly kind: "workload" },
  cluster: Cluster,
): string | undefined {
  const { namespace, workloadKind, name } = expression;
  const named = cluster.pods.filter((pod) => pod.namespace === namespace);
  if (named.length === 0) return namespaceHint(namespace, cluster);
  const other = named.find((pod) => pod.workload.name === name)?.workload;
  if (workloadKind !== undefined && other !== undefined) {
    return `there is ${namespace}/${other.kind}/${name}`;
  }
  if (cluster.services.some((s) => s.namespace === namespace && s.name === name)) {
    return `there is a service of this name: write svc:${namespace}/${name}`;
  }
  const names = cluster.pods.flatMap((pod) => [podId(pod), podId(pod.workload)]);
  return meant(`${namespace}/${name}`, names);
}

function namespaceHint(namespace: string, cluster: Cluster): string | undefined {
  const known = cluster.namespaces.map((n) => n.name);
  if (known.includes(namespace)) return `the namespace ${namespace} has no pods`;
  return meant(namespace, known) ?? `there is no namespace ${namespace}`;
}

function serviceHint(
  expression: EndpointExpression & { readonly kind: "service" },
  cluster: Cluster,
): string | undefined {
  const id = podId(expression);
  const service = cluster.services.find((s) => podId(s) === id);
  if (service !== undefined) {
    return `${id} is headless: it has no address of its own, so name the workload behind it`;
  }
  return meant(
    `svc:${id}`,
    cluster.services.map((s) => `svc:${podId(s)}`),
  );
}

function meant(name: string, candidates: readonly string[]): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean ${nearest}?`;
}
