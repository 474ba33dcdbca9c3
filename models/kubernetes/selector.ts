/**
 * Label selectors, as the API defines them.
 */

/** The labels of an object. */
export type Labels = ReadonlyMap<string, string>;

/** The relations of a selector expression. */
export type SelectorOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** One expression of a selector. `values` is empty for Exists and DoesNotExist. */
export interface SelectorExpression {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A conjunction of equalities and expressions; without any it selects everything. */
export interface LabelSelector {
  readonly matchLabels: Labels;
  readonly matchExpressions: readonly SelectorExpression[];
}

/**
 * Whether `selector` selects an object with `labels`: all parts hold. NotIn also holds for an object
 * without the key.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors (v1.34; S0.7)
 */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  const equal = [...selector.matchLabels].every(([key, value]) => labels.get(key) === value);
  return equal && selector.matchExpressions.every((e) => expressionHolds(e, labels));
}

function expressionHolds(expression: SelectorExpression, labels: Labels): boolean {
  const value = labels.get(expression.key);
  switch (expression.operator) {
    case "In":
      return value !== undefined && expression.values.includes(value);
    case "NotIn":
      return value === undefined || !expression.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
