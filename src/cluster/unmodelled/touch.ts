/**
 * What an object of a kind that is not modelled can touch: which pods, in which directions, how.
 */
import type { Direction } from "../../../models/kubernetes/policy.ts";
import type { FootprintEffect } from "../../../models/kubernetes/unknowns.ts";
import type { PodView } from "./pod-view.ts";
import type { Truth } from "./tri-selector.ts";

/** Effect per direction; an absent direction is untouched. */
export type Effect = Readonly<Partial<Record<Direction, FootprintEffect>>>;

/** Pods that may be touched (all that are not a "no"), and how. */
export interface Touch {
  readonly pods: (view: PodView) => Truth;
  readonly effect: Effect;
}

/** More or less may be admitted, both ways. */
export const ANY_BOTH: Effect = { ingress: "any", egress: "any" };

/** Less may be admitted into the pods. */
export const NARROW_INGRESS: Effect = { ingress: "narrow" };

/** Less may be admitted, both ways. */
export const NARROW_BOTH: Effect = { ingress: "narrow", egress: "narrow" };

/** The pods of `namespace`; all pods when it is absent. */
export function podsOf(namespace: string | undefined): (view: PodView) => Truth {
  return ({ pod }) => (namespace === undefined || pod.namespace === namespace ? "yes" : "no");
}
