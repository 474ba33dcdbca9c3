/**
 * Pods by namespace and label, for the many selectors of policies and services.
 */
import type { Pod } from "../../models/kubernetes/cluster.ts";
import { type Labels, type LabelSelector, selects } from "../../models/kubernetes/selector.ts";

/** Finds pods by selector. */
export interface PodIndex {
  /** Whether there is no pod at all. */
  readonly isEmpty: boolean;
  readonly inNamespace: (namespace: string) => readonly Pod[];
  /** The pods of `namespace` that `selector` selects. @cost the pods that share its rarest equality */
  readonly selected: (namespace: string, selector: LabelSelector) => readonly Pod[];
  /** The pods of `namespace` that have all of `labels`, which is not empty. */
  readonly withLabels: (namespace: string, labels: Labels) => readonly Pod[];
}

/** An index of `pods`; every list keeps their order. */
export function podIndex(pods: readonly Pod[]): PodIndex {
  const byNamespace = groupBy(pods, (pod) => [pod.namespace]);
  const byLabel = groupBy(pods, (pod) =>
    [...pod.labels].map(([key, value]) => labelKey(pod.namespace, key, value)),
  );
  const inNamespace = (namespace: string): readonly Pod[] => byNamespace.get(namespace) ?? [];
  const candidates = (namespace: string, selector: LabelSelector): readonly Pod[] => {
    let best = inNamespace(namespace);
    for (const [key, value] of selector.matchLabels) {
      const found = byLabel.get(labelKey(namespace, key, value)) ?? [];
      if (found.length < best.length) best = found;
    }
    return best;
  };
  const selected = (namespace: string, selector: LabelSelector): readonly Pod[] =>
    candidates(namespace, selector).filter((pod) => selects(selector, pod.labels));
  return {
    isEmpty: pods.length === 0,
    inNamespace,
    selected,
    withLabels: (namespace, labels) =>
      selected(namespace, { matchLabels: labels, matchExpressions: [] }),
  };
}

function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace}\u0000${key}\u0000${value}`;
}

function groupBy(
  pods: readonly Pod[],
  keysOf: (pod: Pod) => readonly string[],
): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    for (const key of keysOf(pod)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [pod]);
      else group.push(pod);
    }
  }
  return groups;
}
