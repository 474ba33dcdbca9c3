/**
 * Istio's AuthorizationPolicy, PeerAuthentication and RequestAuthentication: they only narrow.
 */
import { field, isRecord, items } from "./plain-data.ts";
import { allOf, readSelector } from "./tri-selector.ts";
import { NARROW_INGRESS, podsOf, type Touch } from "./touch.ts";

/**
 * The namespace whose policies hold for the whole mesh, unless the installation says otherwise.
 *
 * @source https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ (rootNamespace; S9.41)
 */
const ROOT_NAMESPACE = "istio-system";

/**
 * The workloads that the selector selects in the policy's namespace, or everywhere for a policy of the
 * root namespace. Undefined for a policy that only audits.
 *
 * @source https://istio.io/latest/docs/reference/config/security/authorization-policy/ (S9.40, S9.41)
 */
export function touchOfIstioPolicy(content: unknown, namespace: string): Touch | undefined {
  const spec = field(content, "spec");
  if (field(spec, "action") === "AUDIT") return undefined;
  const scope = podsOf(namespace === ROOT_NAMESPACE ? undefined : namespace);
  const targets = items(field(spec, "targetRefs")).length > 0 || isRecord(field(spec, "targetRef"));
  const selector = field(spec, "selector");
  const effect = NARROW_INGRESS;
  if (targets || !isRecord(selector)) return { pods: scope, effect };
  const labels = field(selector, "matchLabels") ?? {};
  const selects = readSelector({ matchLabels: labels });
  return { pods: (view) => allOf([scope(view), selects(view.labels)]), effect };
}
