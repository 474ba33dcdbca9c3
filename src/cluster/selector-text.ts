/**
 * Label selectors as messages show them.
 */
import type { LabelSelector } from "../../models/kubernetes/selector.ts";

/** `app=web,tier in (a, b)`, in the order of the manifest; empty for a selector that selects all. */
export function selectorText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return "";
  const equalities = [...selector.matchLabels].map(([key, value]) => `${key}=${value}`);
  const expressions = selector.matchExpressions.map(({ key, operator, values }) => {
    switch (operator) {
      case "In":
        return `${key} in (${values.join(", ")})`;
      case "NotIn":
        return `${key} not in (${values.join(", ")})`;
      case "Exists":
        return key;
      case "DoesNotExist":
        return `no ${key}`;
    }
  });
  return [...equalities, ...expressions].join(",");
}
