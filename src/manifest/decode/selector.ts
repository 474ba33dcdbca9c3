/**
 * Label selectors (matchLabels and matchExpressions).
 */
import type {
  LabelSelector,
  SelectorExpression,
  SelectorOperator,
} from "../../../models/kubernetes/selector.ts";
import type { Diagnostic } from "../../base/diagnostic.ts";
import {
  type Cursor,
  field,
  type MapCursor,
  mapsAt,
  report,
  textAt,
  textMapAt,
  textsAt,
} from "../cursor.ts";
import { allowFields, checkLabelKey, checkLabelValue, oneOf, reportMissing } from "./fields.ts";

const SELECTOR_FIELDS = new Set(["matchLabels", "matchExpressions"]);
const EXPRESSION_FIELDS = new Set(["key", "operator", "values"]);
const OPERATORS: readonly SelectorOperator[] = ["In", "NotIn", "Exists", "DoesNotExist"];

/**
 * The selector under `selector`, checked as the API server does; `unknown` is how bad an unknown field
 * is: in a policy it turns the selector into one that selects more.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go (ValidateLabelSelector; S6.58)
 */
export function decodeSelector(
  selector: MapCursor,
  unknown: Diagnostic["severity"],
): LabelSelector {
  allowFields(selector, SELECTOR_FIELDS, unknown);
  const labels = textMapAt(selector, "matchLabels", (cursor, key, value) => {
    checkLabelKey(cursor, key);
    checkLabelValue(cursor, value);
  });
  const matchLabels = new Map([...(labels ?? [])].map(([key, text]) => [key, text.value]));
  const matchExpressions = (mapsAt(selector, "matchExpressions") ?? []).flatMap(
    (item) => decodeExpression(item, unknown) ?? [],
  );
  return { matchLabels, matchExpressions };
}

function decodeExpression(
  item: MapCursor,
  unknown: Diagnostic["severity"],
): SelectorExpression | undefined {
  allowFields(item, EXPRESSION_FIELDS, unknown);
  const key = textAt(item, "key");
  const keyCursor = field(item, "key");
  if (keyCursor === undefined) reportMissing(item, "key");
  else if (key !== undefined) checkLabelKey(keyCursor, key.value);
  const written = textAt(item, "operator");
  if (field(item, "operator") === undefined) reportMissing(item, "operator");
  const operator = oneOf(item, "operator", written, OPERATORS);
  const values = textsAt(item, "values", checkLabelValue).map((text) => text.value);
  if (key === undefined || operator === undefined) return undefined;
  checkValueCount(item, operator.value, values.length);
  return { key: key.value, operator: operator.value, values };
}

function checkValueCount(item: MapCursor, operator: SelectorOperator, count: number): void {
  const takesValues = operator === "In" || operator === "NotIn";
  const place: Cursor = field(item, "values") ?? item;
  // A value that is no list has been reported already.
  if (place !== item && place.node.kind !== "list") return;
  if (takesValues && count === 0) {
    report(place, "NQ1035", `the operator ${operator} needs at least one value; found none`);
  }
  if (!takesValues && count > 0) {
    report(place, "NQ1035", `the operator ${operator} takes no values; found ${String(count)}`);
  }
}
