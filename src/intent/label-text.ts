/**
 * Label selectors as text, in the form that kubectl takes: `app=web,tier!=db,env in (prod, staging),!debug`.
 */
import type { LabelSelector, SelectorExpression } from "../../models/kubernetes/selector.ts";

/**
 * What a label's key looks like: an optional DNS prefix with a slash, then a name.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set (v1.34)
 */
const KEY = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
/** What a label's value looks like; it may be empty. */
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** Whether `text` can be a label's key. */
export function isLabelKey(text: string): boolean {
  return KEY.test(text);
}

/** Whether `text` can be a label's value. */
export function isLabelValue(text: string): boolean {
  return VALUE.test(text);
}

/** The selector that `text` writes; undefined when it writes none (the empty text included). */
export function parseLabelText(text: string): LabelSelector | undefined {
  const parts = splitOutsideParentheses(text);
  const expressions = parts.map((part) => parseExpression(part.trim()));
  if (expressions.length === 0 || expressions.some((e) => e === undefined)) return undefined;
  return {
    matchLabels: new Map(),
    matchExpressions: expressions.filter((e) => e !== undefined),
  };
}

function splitOutsideParentheses(text: string): readonly string[] {
  return text.split(/,(?![^(]*\))/);
}

function parseExpression(text: string): SelectorExpression | undefined {
  const set = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/.exec(text);
  if (set !== null) {
    const values = (set[3] ?? "").split(",").map((value) => value.trim());
    return checked(set[1] ?? "", set[2] === "in" ? "In" : "NotIn", values);
  }
  const equality = /^([^\s=!]+)\s*(==|=|!=)\s*(\S*)$/.exec(text);
  if (equality !== null) {
    const operator = equality[2] === "!=" ? "NotIn" : "In";
    return checked(equality[1] ?? "", operator, [equality[3] ?? ""]);
  }
  if (text.startsWith("!")) return checked(text.slice(1).trim(), "DoesNotExist", []);
  return checked(text, "Exists", []);
}

function checked(
  key: string,
  operator: SelectorExpression["operator"],
  values: readonly string[],
): SelectorExpression | undefined {
  return isLabelKey(key) && values.every(isLabelValue) ? { key, operator, values } : undefined;
}
