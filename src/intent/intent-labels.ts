/**
 * Reads the `labels` and `namespaceLabels` of an endpoint.
 */
import type { LabelSelector, SelectorExpression } from "../../models/kubernetes/selector.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import { isLabelKey, isLabelValue, parseLabelText } from "./label-text.ts";
import { isMap, kindOfValue, reportAt, reportKey, type Reading } from "./reading.ts";

/** The selector that `value` at `path` writes, as a map or a text; undefined when it was malformed. */
export function readLabels(
  reading: Reading,
  value: unknown,
  path: DocumentPath,
): LabelSelector | undefined {
  if (typeof value === "string") return readText(reading, value, path);
  if (!isMap(value) || Object.keys(value).length === 0) {
    reportAt(reading, path, {
      code: "NQ4020",
      message: `expected a map of labels such as { app: web }, or a text such as env in (prod, staging), found ${isMap(value) ? "an empty map" : kindOfValue(value)}`,
    });
    return undefined;
  }
  const expressions = Object.entries(value).map(([key, values]) =>
    readLabel(reading, key, values, [...path, key]),
  );
  if (expressions.some((expression) => expression === undefined)) return undefined;
  return {
    matchLabels: new Map(),
    matchExpressions: expressions.filter((expression) => expression !== undefined),
  };
}

function readText(reading: Reading, text: string, path: DocumentPath): LabelSelector | undefined {
  if (text.startsWith("$")) {
    reportAt(reading, path, {
      code: "NQ4012",
      message: `the variable ${text} is not supported yet`,
    });
    return undefined;
  }
  const selector = parseLabelText(text);
  if (selector === undefined) {
    reportAt(reading, path, {
      code: "NQ4020",
      message: `${JSON.stringify(text)} selects no labels: expected forms such as tenant, app=web, env in (prod, staging), !debug`,
    });
  }
  return selector;
}

function readLabel(
  reading: Reading,
  key: string,
  value: unknown,
  path: DocumentPath,
): SelectorExpression | undefined {
  if (!isLabelKey(key)) {
    reportKey(reading, path, {
      code: "NQ4020",
      message: `${JSON.stringify(key)} cannot be the key of a label`,
    });
    return undefined;
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const good = values.filter((v): v is string => typeof v === "string" && isLabelValue(v));
  if (good.length === 0 || good.length < values.length) {
    const bad = values.find((v) => !(typeof v === "string" && isLabelValue(v)));
    reportAt(reading, path, {
      code: "NQ4020",
      message: `expected a label's value, or a list of values any of which suffices, found ${values.length === 0 ? "an empty list" : kindOfValue(bad)}`,
      ...(typeof bad === "number" || typeof bad === "boolean"
        ? { hint: `labels are text: write "${String(bad)}"` }
        : {}),
    });
    return undefined;
  }
  return { key, operator: "In", values: good };
}

/** `selector` in the form that kubectl takes. */
export function selectorText(selector: LabelSelector): string {
  const parts = selector.matchExpressions.map(({ key, operator, values }) => {
    const [value = "", ...more] = values;
    switch (operator) {
      case "In":
        return more.length === 0 ? `${key}=${value}` : `${key} in (${values.join(", ")})`;
      case "NotIn":
        return more.length === 0 ? `${key}!=${value}` : `${key} notin (${values.join(", ")})`;
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
    }
  });
  return parts.join(",");
}
