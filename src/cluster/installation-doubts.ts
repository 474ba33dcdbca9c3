/**
 * What the input says of the installation that is not modelled, as footprints: answers that it can change are
 * undecided.
 */
import { podId } from "../../models/kubernetes/cluster.ts";
import type { Direction, NetworkPolicy } from "../../models/kubernetes/policy.ts";
import type { Footprint } from "../../models/kubernetes/unknowns.ts";
import type { ClusterSettings, InstallationDoubt } from "../base/cluster-settings.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Population } from "./pods.ts";

/** The footprints of the doubts that `settings` hold; those that touch no pod are left out. */
export function installationFootprints(
  { doubts = [], networkPolicy }: ClusterSettings,
  policies: readonly NetworkPolicy[],
  { pods }: Population,
  index: PodIndex,
): readonly Footprint[] {
  const all = new Set(pods.map(podId));
  const isIgnored = networkPolicy.value === "ignored";
  const footprint = ({ kind, object, at }: InstallationDoubt): Footprint => {
    const about = { code: "NQ4412", object, origin: at };
    switch (kind) {
      case "tunnel":
        // Without policies nothing asks for sources.
        return {
          ...about,
          pods: isIgnored ? new Set() : selectedByBlocks(policies, index, "ingress"),
          effect: { ingress: "any" },
        };
      case "blocks":
        return {
          ...about,
          pods: isIgnored
            ? new Set()
            : new Set([
                ...selectedByBlocks(policies, index, "ingress"),
                ...selectedByBlocks(policies, index, "egress"),
              ]),
          effect: { ingress: "any", egress: "any" },
        };
      case "policies":
      case "nodes":
        return { ...about, pods: all, effect: { ingress: "any", egress: "any" } };
    }
  };
  return doubts.map(footprint).filter((found) => found.pods.size > 0);
}

/** The pods that policies with an ipBlock select in `direction`: those to which an address may matter. */
function selectedByBlocks(
  policies: readonly NetworkPolicy[],
  index: PodIndex,
  direction: Direction,
): ReadonlySet<string> {
  const asking = policies.filter(
    ({ isolates, [direction]: rules }) =>
      isolates.includes(direction) &&
      rules.some(({ peers }) => peers !== "any" && peers.some(({ kind }) => kind === "ipBlock")),
  );
  return new Set(
    asking.flatMap(({ namespace, podSelector }) =>
      index.selected(namespace, podSelector).map(podId),
    ),
  );
}
