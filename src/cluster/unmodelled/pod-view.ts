/**
 * Pods as selectors of foreign kinds see them.
 */
import type { Namespace, Pod } from "../../../models/kubernetes/cluster.ts";
import { NAMESPACE_NAME_LABEL } from "../../../models/kubernetes/selector.ts";
import type { Population } from "../pods.ts";
import { type LabelLookup, UNKNOWN_LABEL } from "./tri-selector.ts";

/** A pod with what is known of its labels and of its namespace's. */
export interface PodView {
  readonly pod: Pod;
  readonly labels: LabelLookup;
  readonly namespaceLabels: LabelLookup;
}

/** The pods of `population`, in their order. */
export function podViews(
  population: Population,
  namespaces: readonly Namespace[],
  unknownLabels: ReadonlySet<string>,
): readonly PodView[] {
  const lookups = new Map(
    namespaces.map(({ name, labels }): [string, LabelLookup] => [
      name,
      (key) =>
        key !== NAMESPACE_NAME_LABEL && unknownLabels.has(name) ? UNKNOWN_LABEL : labels.get(key),
    ]),
  );
  return population.pods.map((pod) => {
    const madeUp = population.draftOf.get(`${pod.namespace}/${pod.name}`)?.madeUpLabels;
    return {
      pod,
      labels: (key) => (madeUp?.has(key) === true ? UNKNOWN_LABEL : pod.labels.get(key)),
      namespaceLabels: lookups.get(pod.namespace) ?? (() => UNKNOWN_LABEL),
    };
  });
}
