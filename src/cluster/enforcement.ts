/**
 * Whether anybody enforces the policies.
 */
import type { ClusterSettings } from "../base/cluster-settings.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { counted, objectId, type Sink } from "./sink.ts";

/**
 * Says that policies are enforced, if there are any; or that none is, with a warning at the first one.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites (v1.34; S6.1)
 */
export function noteEnforcement(
  { policies }: ResourceIndex,
  setting: ClusterSettings["networkPolicy"],
  sink: Sink,
): void {
  const { value, from, at } = setting;
  const origin = { from, ...(at === undefined ? {} : { at }) };
  const [first, ...others] = policies;
  if (value === "enforced") {
    if (first === undefined) return;
    sink.assumptions.push({ text: "The network plugin enforces NetworkPolicy.", ...origin });
    return;
  }
  sink.assumptions.push({ text: "No NetworkPolicy is enforced.", ...origin });
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` (and ${counted(others.length, "other policy")})`;
  sink.diagnostics.push({
    code: "NQ2069",
    severity: "warning",
    message: `${objectId(first.meta)}${more} must have a network plugin that enforces it; the profile says that policies are ignored, so it changes no answer`,
    at: first.meta.at,
    ...(at === undefined ? {} : { related: [{ message: "the setting", at }] }),
    hint: "set profile.networkPolicy: enforced in netqed.yaml if something beside the plugin enforces policies",
  });
}
