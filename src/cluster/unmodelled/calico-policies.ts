/**
 * Calico's policies: whom they can touch.
 */
import { readCalicoSelector } from "./calico-selector.ts";
import { field, isRecord, items, text, texts } from "./plain-data.ts";
import type { PodView } from "./pod-view.ts";
import { allOf, type LabelLookup, type TriSelector, UNKNOWN_LABEL } from "./tri-selector.ts";
import { ANY_BOTH, type Effect, type Touch } from "./touch.ts";

/**
 * The pods that the policy's selectors select, in the directions of its types. `namespace` is absent for
 * a global policy, which can also stand between nodes and all their pods when it applies to host
 * endpoints and forwarded traffic.
 *
 * @source https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy (S9.26-S9.28, S9.36)
 */
export function touchOfCalicoPolicy(content: unknown, namespace: string | undefined): Touch {
  const spec = field(content, "spec");
  if (!isRecord(spec) || field(spec, "applyOnForward") === true) {
    return { pods: (view) => (inNamespace(view, namespace) ? "maybe" : "no"), effect: ANY_BOTH };
  }
  const own = selectorAt(spec, "selector");
  const namespaces = selectorAt(spec, "namespaceSelector");
  const accounts = (text(field(spec, "serviceAccountSelector")) ?? "") !== "";
  return {
    pods: (view) => {
      if (!inNamespace(view, namespace)) return "no";
      // A host endpoint has labels of its own, which the input need not show.
      if (view.pod.hostNetwork) return namespace === undefined ? "maybe" : "no";
      return allOf([
        own(calicoLabels(view)),
        namespaces(view.namespaceLabels),
        accounts ? "maybe" : "yes",
      ]);
    },
    effect: effectOf(spec),
  };
}

function inNamespace({ pod }: PodView, namespace: string | undefined): boolean {
  return namespace === undefined || pod.namespace === namespace;
}

function selectorAt(spec: unknown, key: string): TriSelector {
  const written = field(spec, key);
  if (written === undefined || written === null) return readCalicoSelector("");
  const expression = text(written);
  return expression === undefined ? () => "maybe" : readCalicoSelector(expression);
}

/** Labels that Calico adds to those of the pod. */
function calicoLabels(view: PodView): LabelLookup {
  return (key) => {
    if (key === "projectcalico.org/namespace") return view.pod.namespace;
    if (key === "projectcalico.org/orchestrator") return "k8s";
    if (/^(?:projectcalico\.org\/|pcns\.|pcsa\.)/.test(key)) return UNKNOWN_LABEL;
    return view.labels(key);
  };
}

/** Stated types; else ingress unless there are egress rules only (S9.26). */
function effectOf(spec: Readonly<Record<string, unknown>>): Effect {
  const types = texts(field(spec, "types")) ?? [];
  const rules = (key: string): boolean => items(field(spec, key)).length > 0;
  const egress = types.length > 0 ? types.includes("Egress") : rules("egress");
  const ingress = types.length > 0 ? types.includes("Ingress") : rules("ingress") || !egress;
  return { ...(ingress ? { ingress: "any" } : {}), ...(egress ? { egress: "any" } : {}) };
}
