/**
 * Whether anybody enforces the policies.
 */
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { groupOf } from "../manifest/known-kinds.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { objectId, type Sink } from "./sink.ts";

/**
 * Says that policies are enforced, if there are any; or that none is, with a warning at the first one.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites (v1.34; S6.1)
 */
export function noteEnforcement(
  index: ResourceIndex,
  { networkPolicy, flannel }: ClusterSettings,
  sink: Sink,
): void {
  const { policies } = index;
  const { value, from, at } = networkPolicy;
  const origin = { from, ...(at === undefined ? {} : { at }) };
  const [first, ...others] = policies;
  const more =
    others.length === 0
      ? ""
      : ` (and ${others.length === 1 ? "1 other policy" : `${String(others.length)} other policies`})`;
  if (value === "enforced") {
    if (first === undefined) return;
    sink.assumptions.push({ text: "The network plugin enforces NetworkPolicy.", ...origin });
    if (flannel === undefined || from !== "default" || showsEngine(index)) return;
    sink.diagnostics.push({
      code: "NQ2069",
      severity: "warning",
      message: `${objectId(first.meta)}${more} must have a network plugin that enforces it; the input configures Flannel, which alone enforces none, and shows nothing else that does: answers hold only if something beside it enforces policies`,
      at: first.meta.at,
      related: [{ message: "the configuration of Flannel", at: flannel }],
      hint: "set profile.preset: flannel, or profile.networkPolicy: enforced if something beside it enforces policies, in netqed.yaml",
    });
    return;
  }
  sink.assumptions.push({ text: "No NetworkPolicy is enforced.", ...origin });
  if (first === undefined) return;
  sink.diagnostics.push({
    code: "NQ2069",
    severity: "warning",
    message: `${objectId(first.meta)}${more} must have a network plugin that enforces it; the profile says that policies are ignored, so it changes no answer`,
    at: first.meta.at,
    ...(at === undefined ? {} : { related: [{ message: "the setting", at }] }),
    hint: "set profile.networkPolicy: enforced in netqed.yaml if something beside the plugin enforces policies",
  });
}

/** Groups of the kinds, and parts of the names of workloads, by which engines of policies are known. */
const ENGINE_GROUPS = /(^|\.)(projectcalico\.org|cilium\.io|antrea\.io)$/;
const ENGINE_NAMES = /calico|canal|cilium|antrea|kube-router|weave|network-polic/;

/** Whether the input shows something that enforces policies. */
function showsEngine({ workloads, pods, unmodelled }: ResourceIndex): boolean {
  return (
    [...workloads, ...pods].some(({ meta }) => ENGINE_NAMES.test(meta.name)) ||
    unmodelled.some(({ meta }) => ENGINE_GROUPS.test(groupOf(meta.apiVersion)))
  );
}
