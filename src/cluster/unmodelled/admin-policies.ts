/**
 * AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy: whom they can touch.
 */
import { field, isRecord, items } from "./plain-data.ts";
import type { PodView } from "./pod-view.ts";
import { allOf, readSelector, type Truth } from "./tri-selector.ts";
import { ANY_BOTH, type Effect, type Touch } from "./touch.ts";

/**
 * The subject's pods, in the directions that have rules. Host-network pods are no subjects.
 *
 * @source https://network-policy-api.sigs.k8s.io/api-overview/ (2026-07; S7.4, S7.8)
 */
export function touchOfAdminPolicy(content: unknown): Touch {
  const spec = field(content, "spec");
  const effect: { -readonly [K in keyof Effect]: Effect[K] } = {};
  if (hasRules(field(spec, "ingress"))) effect.ingress = "any";
  if (hasRules(field(spec, "egress"))) effect.egress = "any";
  if (!isRecord(spec)) return { pods: () => "maybe", effect: ANY_BOTH };
  const subject = field(spec, "subject");
  return { pods: (view) => (view.pod.hostNetwork ? "no" : isSubject(subject, view)), effect };
}

/** Whether there are rules, or something that cannot be told. */
function hasRules(rules: unknown): boolean {
  if (rules === undefined || rules === null) return false;
  return !Array.isArray(rules) || items(rules).length > 0;
}

function isSubject(subject: unknown, view: PodView): Truth {
  const namespaces = field(subject, "namespaces");
  if (namespaces !== undefined) return readSelector(namespaces)(view.namespaceLabels);
  const pods = field(subject, "pods");
  if (!isRecord(pods)) return "maybe";
  return allOf([
    readSelector(field(pods, "namespaceSelector"))(view.namespaceLabels),
    readSelector(field(pods, "podSelector"))(view.labels),
  ]);
}
