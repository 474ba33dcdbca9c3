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
 * The label with its name that every namespace has.
 *
 * @source https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name (v1.34; S2.10)
 */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/**
 * What `selector` asks of the one label that every namespace is known to have; `selector` itself when it asks
 * for nothing else.
 */
export function aboutNameOnly(selector: LabelSelector): LabelSelector {
  const isName = (key: string): boolean => key === NAMESPACE_NAME_LABEL;
  const matchLabels = new Map([...selector.matchLabels].filter(([key]) => isName(key)));
  const matchExpressions = selector.matchExpressions.filter(({ key }) => isName(key));
  const isWhole =
    matchLabels.size === selector.matchLabels.size &&
    matchExpressions.length === selector.matchExpressions.length;
  return isWhole ? selector : { matchLabels, matchExpressions };
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
