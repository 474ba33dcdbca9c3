/**
 * From what the schema objects to, to diagnostics with positions and suggestions.
 */
import type { z } from "zod";
import { didYouMean } from "../base/nearest-name.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import { KNOWN_KEYS, PLANNED_KEYS } from "./intent-schema.ts";
import { isMap, kindOfValue, reportAt, reportKey, type Reading } from "./reading.ts";

/** Reports `issues`, whose paths continue `base`. */
export function reportIssues(
  reading: Reading,
  base: DocumentPath,
  issues: readonly z.core.$ZodIssue[],
): void {
  for (const issue of issues) reportIssue(reading, base, issue);
}

function reportIssue(reading: Reading, base: DocumentPath, issue: z.core.$ZodIssue): void {
  const path = [...base, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) reportKeyOf(reading, path, key);
    return;
  }
  const found = valueAt(reading.document.content, path);
  const expected = expectation(issue);
  const name = path.at(-1);
  const missing = found === undefined && typeof name === "string";
  reportAt(reading, missing ? path.slice(0, -1) : path, {
    code: "NQ4010",
    message: missing
      ? `${name} is missing: expected ${expected}`
      : `${nameOf(path)}: expected ${expected}, found ${kindOfValue(found)}`,
  });
}

/** How a message names the value at `path`. */
function nameOf(path: DocumentPath): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  return typeof last === "string" ? last : `${nameOf(path.slice(0, -1))}[${String(last)}]`;
}

/** What an outline expects, in the words of a message. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return issue.values.map(String).join(" or ");
    case "invalid_type":
      return EXPECTED_TYPE.get(issue.expected) ?? `a ${issue.expected}`;
    case "too_small":
      return "a text that is not empty";
    case "too_big":
    case "invalid_format":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return "another value";
  }
}

const EXPECTED_TYPE: ReadonlyMap<string, string> = new Map([
  ["string", "a text"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "a map"],
  ["record", "a map"],
  ["nonoptional", "an endpoint"],
]);

function reportKeyOf(reading: Reading, path: DocumentPath, key: string): void {
  if (PLANNED_KEYS.has(key)) {
    reportKey(reading, [...path, key], {
      code: "NQ4012",
      message: `${key} is not supported yet`,
    });
    return;
  }
  const known = knownKeys(path);
  reportKey(reading, [...path, key], {
    code: "NQ4011",
    message: `unknown key ${key}: expected ${known.join(", ")}`,
    ...didYouMean(key, known),
  });
}

function knownKeys(path: DocumentPath): readonly string[] {
  if (path.length === 0) return KNOWN_KEYS.file;
  if (path.length === 2) return KNOWN_KEYS.property;
  const claim = path.length === 3 ? path[2] : undefined;
  if (claim === "allow" || claim === "deny" || claim === "only") return KNOWN_KEYS[claim];
  return KNOWN_KEYS.flow;
}

function valueAt(content: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return typeof step === "number" ? value[step] : undefined;
    return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, content);
}
