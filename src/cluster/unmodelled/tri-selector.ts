/**
 * Selectors of kinds that are not modelled, on labels that may not be known: yes, no, or maybe.
 */
import type { SelectorOperator } from "../../../models/kubernetes/selector.ts";
import { field, isRecord, items, text, texts } from "./plain-data.ts";

/** Whether a selector selects, as far as can be told. */
export type Truth = "yes" | "no" | "maybe";

/** The value of a label: known to be there, known to be absent (undefined), or `unknown`. */
export type LabelValue = string | undefined | { readonly kind: "unknown" };

/** A label whose value cannot be told. */
export const UNKNOWN_LABEL: LabelValue = { kind: "unknown" };

/** Looks a label up by its key. */
export type LabelLookup = (key: string) => LabelValue;

/** A predicate on labels. */
export type TriSelector = (labels: LabelLookup) => Truth;

/** Selects everything. */
export const EVERYTHING: TriSelector = () => "yes";

/** Cannot be told for anything. */
export const ANYTHING: TriSelector = () => "maybe";

/** All of `truths`: no if one is no, else maybe if one is maybe. */
export function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes("no")) return "no";
  return truths.includes("maybe") ? "maybe" : "yes";
}

/** Any of `truths`: yes if one is yes, else maybe if one is maybe. */
export function anyOf(truths: readonly Truth[]): Truth {
  if (truths.includes("yes")) return "yes";
  return truths.includes("maybe") ? "maybe" : "no";
}

/** The opposite; maybe stays. */
export function not(truth: Truth): Truth {
  if (truth === "maybe") return truth;
  return truth === "yes" ? "no" : "yes";
}

/** Whether a known label fulfils `holds`; maybe where it is unknown. */
export function onValue(value: LabelValue, holds: (value: string | undefined) => boolean): Truth {
  if (typeof value === "object") return "maybe";
  return holds(value) ? "yes" : "no";
}

/**
 * The label selector that `data` holds (`matchLabels`, `matchExpressions`); an empty one selects
 * everything. What cannot be read as one cannot be told. `keyOf` maps the keys to those of labels.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors (v1.34; S0.7)
 */
export function readSelector(
  data: unknown,
  keyOf: (key: string) => string = (key) => key,
): TriSelector {
  if (!isRecord(data)) return ANYTHING;
  if (Object.keys(data).some((k) => k !== "matchLabels" && k !== "matchExpressions"))
    return ANYTHING;
  const matchLabels = field(data, "matchLabels");
  const equalities = isRecord(matchLabels) ? Object.entries(matchLabels) : [];
  const expressions = items(field(data, "matchExpressions"));
  return (labels) =>
    allOf([
      ...equalities.map(([key, wanted]) => onValue(labels(keyOf(key)), (v) => v === wanted)),
      ...expressions.map((expression) => expressionHolds(expression, labels, keyOf)),
    ]);
}

const OPERATORS: readonly SelectorOperator[] = ["In", "NotIn", "Exists", "DoesNotExist"];

function expressionHolds(
  expression: unknown,
  labels: LabelLookup,
  keyOf: (key: string) => string,
): Truth {
  const key = text(field(expression, "key"));
  const operator = OPERATORS.find((known) => known === field(expression, "operator"));
  const values = texts(field(expression, "values")) ?? [];
  if (key === undefined || operator === undefined) return "maybe";
  return onValue(labels(keyOf(key)), (value) => {
    switch (operator) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
    }
  });
}
