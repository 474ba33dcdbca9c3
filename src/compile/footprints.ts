/**
 * What is not modelled and may touch the traffic of pods: in `least` it refuses all of it, in `most` it
 * admits all of it, unless it can only narrow.
 */
import type { Provenance } from "../../models/base/origin.ts";
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { Direction } from "../../models/kubernetes/policy.ts";
import type { Footprint } from "../../models/kubernetes/unknowns.ts";
import type { HookAction } from "../../models/network/action.ts";
import type { Otherwise } from "../../models/network/fib.ts";
import { stated } from "./because.ts";
import { hasBit } from "./bits.ts";
import type { Ground } from "./ground.ts";
import { policyObject } from "./names.ts";
import { selectedBy } from "./selector-index.ts";

/**
 * What is not modelled, or left open by the profile, and may touch a direction of `pod`; empty in the
 * assumed reading.
 */
export function footprintsOn(ground: Ground, pod: Pod, direction: Direction): readonly Footprint[] {
  if (ground.bound === "assumed") return [];
  const found = ground.unknowns.footprints.filter(
    (footprint) => footprint.effect[direction] !== undefined && footprint.pods.has(podId(pod)),
  );
  return [...found, ...policiesOnHostPod(ground, pod, direction)];
}

/** The policies that would isolate `pod`, a host-network pod, if they applied to it: they only narrow. */
function policiesOnHostPod(ground: Ground, pod: Pod, direction: Direction): readonly Footprint[] {
  if (!pod.hostNetwork || ground.profile.hostNetworkPods === "ignored") return [];
  const position = ground.cluster.pods.indexOf(pod);
  return ground.cluster.policies
    .filter(
      (policy) =>
        policy.namespace === pod.namespace &&
        policy.isolates.includes(direction) &&
        hasBit(selectedBy(ground.podIndex, policy.podSelector), position),
    )
    .map((policy) => ({
      code: "NQ3005",
      object: policyObject(policy),
      origin: policy.isolationOrigin[direction],
      pods: new Set([podId(pod)]),
      effect: { [direction]: "narrow" },
    }));
}

/**
 * What a direction of a pod does under `footprints` instead of what its policies say; undefined when
 * they leave it as it is.
 */
export function footprintOtherwise(
  ground: Ground,
  footprints: readonly Footprint[],
  direction: Direction,
): Otherwise<HookAction> | undefined {
  const [first] = footprints;
  if (first === undefined) return undefined;
  if (ground.bound === "least") {
    return { action: { kind: "discard", reason: "unmodelled" }, because: footprintReason(first) };
  }
  const widening = footprints.find((footprint) => footprint.effect[direction] === "any");
  if (widening === undefined) return undefined;
  return { action: { kind: "pass" }, because: footprintReason(widening) };
}

/** Why something is left open because of `footprint`. */
export function footprintReason(footprint: Footprint): Provenance {
  const reason = stated(
    footprint.code === "NQ3005"
      ? `${footprint.object} may or may not apply to a host-network pod`
      : `${footprint.object}, which is not modelled, may decide otherwise`,
    [footprint.origin],
    footprint.object,
  );
  return { ...reason, uncertain: footprint.code };
}
