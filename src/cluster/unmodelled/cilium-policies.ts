/**
 * CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy: whom they can touch.
 */
import { field, isRecord, items } from "./plain-data.ts";
import type { PodView } from "./pod-view.ts";
import { type LabelLookup, readSelector, type Truth, UNKNOWN_LABEL } from "./tri-selector.ts";
import { ANY_BOTH, type Effect, type Touch } from "./touch.ts";

/**
 * One touch for `spec` and for each of `specs`: the endpoints that it selects, in the directions that it
 * mentions. `namespace` is absent for a cluster-wide policy.
 *
 * @source https://docs.cilium.io/en/stable/security/policy/language/ (S9.1-S9.7)
 */
export function touchesOfCiliumPolicy(
  content: unknown,
  namespace: string | undefined,
): readonly Touch[] {
  const rules = [field(content, "spec"), ...items(field(content, "specs"))];
  return rules
    .filter((rule) => rule !== undefined && rule !== null)
    .map((rule) => touchOfRule(rule, namespace));
}

function touchOfRule(rule: unknown, namespace: string | undefined): Touch {
  const inNamespace = ({ pod }: PodView): boolean =>
    namespace === undefined || pod.namespace === namespace;
  if (!isRecord(rule) || field(rule, "nodeSelector") !== undefined) {
    // A host policy stands between nodes and all their pods.
    return { pods: (view) => (inNamespace(view) ? "maybe" : "no"), effect: ANY_BOTH };
  }
  const selector = readSelector(field(rule, "endpointSelector"), plainKey);
  return {
    pods: (view): Truth => {
      // A host-network pod has the identity of its host, which no endpoint selector selects.
      if (!inNamespace(view) || view.pod.hostNetwork) return "no";
      return selector(ciliumLabels(view));
    },
    effect: effectOf(rule),
  };
}

function effectOf(rule: Readonly<Record<string, unknown>>): Effect {
  const mentions = (...keys: readonly string[]): boolean =>
    keys.some((key) => rule[key] !== undefined && rule[key] !== null);
  const isolating = field(rule, "enableDefaultDeny");
  const ingress = mentions("ingress", "ingressDeny") || field(isolating, "ingress") === true;
  const egress = mentions("egress", "egressDeny") || field(isolating, "egress") === true;
  return { ...(ingress ? { ingress: "any" } : {}), ...(egress ? { egress: "any" } : {}) };
}

/** Keys may name the source of a label: `k8s:app`, `any:app`. */
function plainKey(key: string): string {
  return /^(?:k8s|any):/.test(key) ? key.slice(4) : key;
}

const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";

/** @source https://docs.cilium.io/en/stable/internals/security-identities/ (S9.5) */
function ciliumLabels(view: PodView): LabelLookup {
  return (key) => {
    if (key === "io.kubernetes.pod.namespace") return view.pod.namespace;
    if (key.startsWith(NAMESPACE_LABELS))
      return view.namespaceLabels(key.slice(NAMESPACE_LABELS.length));
    // Service account, cluster name and other labels that the agent adds.
    if (key.startsWith("io.cilium.") || key.includes(":")) return UNKNOWN_LABEL;
    return view.labels(key);
  };
}
