/**
 * Reads endpoints: texts, names of `define`, maps (AND) and lists (OR).
 */
import { didYouMean } from "../base/nearest-name.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import type { EndpointExpression, EndpointSpec, Side } from "./ast.ts";
import { parseEndpointText } from "./endpoint-text.ts";
import { readLabels, selectorText } from "./intent-labels.ts";
import { isMap, kindOfValue, reportAt, reportKey, type Reading, warnAt } from "./reading.ts";

const MAP_KEYS = ["namespace", "labels", "namespaceLabels", "cidr", "not"] as const;

/** The endpoint that `value` at `path` writes; undefined when it was malformed, which was reported. */
export function readEndpoint(
  reading: Reading,
  value: unknown,
  path: DocumentPath,
  within: readonly string[] = [],
): EndpointSpec | undefined {
  if (typeof value === "string") return readText(reading, value, path, within);
  if (Array.isArray(value)) return readList(reading, value, path, within);
  if (isMap(value)) return readMap(reading, value, path, within);
  reportAt(reading, path, {
    code: "NQ4020",
    message: `expected an endpoint such as shop/web, { namespace: shop } or a list of them, found ${kindOfValue(value)}`,
  });
  return undefined;
}

/** A side of `allow`: an endpoint, all of which is meant, or `{ any: endpoint }`. */
export function readSide(reading: Reading, value: unknown, path: DocumentPath): Side | undefined {
  const any = isMap(value) && Object.keys(value).length === 1 && Object.hasOwn(value, "any");
  const endpoint = any
    ? readEndpoint(reading, value["any"], [...path, "any"])
    : readEndpoint(reading, value, path);
  return endpoint === undefined ? undefined : { quantifier: any ? "any" : "all", endpoint };
}

function readText(
  reading: Reading,
  text: string,
  path: DocumentPath,
  within: readonly string[],
): EndpointSpec | undefined {
  const parsed = parseEndpointText(text, new Set(reading.definitions.keys()));
  const at = reading.document.positionOf(path);
  switch (parsed.kind) {
    case "endpoint":
      if (parsed.note !== undefined) {
        warnAt(reading, path, { code: "NQ4024", message: `${text} ${parsed.note}` });
      }
      return { expression: parsed.expression, text, at };
    case "definition":
      return readDefinition(reading, parsed.name, path, within);
    case "unsupported":
    case "malformed": {
      const hint = parsed.hint === undefined ? {} : { hint: parsed.hint };
      const problem =
        parsed.kind === "malformed"
          ? ({ code: "NQ4020", message: parsed.problem } as const)
          : ({ code: "NQ4012", message: `${parsed.form} is not supported yet` } as const);
      reportAt(reading, path, { ...problem, ...hint });
      return undefined;
    }
  }
}

function readDefinition(
  reading: Reading,
  name: string,
  path: DocumentPath,
  within: readonly string[],
): EndpointSpec | undefined {
  reading.used.add(name);
  if (within.includes(name)) {
    reportCircle(reading, [...within.slice(within.indexOf(name)), name], path);
    return undefined;
  }
  const definition = knownDefinition(reading, name, within);
  if (definition === undefined) return undefined;
  return {
    expression: definition.expression,
    text: name,
    at: reading.document.positionOf(path),
  };
}

/**
 * What `name` stands for, read once: definitions that use each other many times over stay cheap. What is
 * wrong with it is told where it is defined, by `checkDefinitions`, and not at every use.
 */
function knownDefinition(
  reading: Reading,
  name: string,
  within: readonly string[],
): EndpointSpec | undefined {
  if (!reading.known.has(name)) {
    const quiet: Reading = { ...reading, problems: [] };
    const value = reading.definitions.get(name);
    reading.known.set(name, readEndpoint(quiet, value, ["define", name], [...within, name]));
  }
  return reading.known.get(name);
}

/** Reports a circle once, wherever it was entered. */
function reportCircle(reading: Reading, circle: readonly string[], path: DocumentPath): void {
  const key = [...new Set(circle)].sort().join(" ");
  if (reading.circles.has(key)) return;
  const message = `${circle[0] ?? ""} needs itself: ${circle.join(" → ")}`;
  const at = reading.document.positionOf(path);
  reading.circles.set(key, { code: "NQ4021", severity: "error", message, at });
}

/** Reports what is wrong with the definitions themselves, each once, used or not. */
export function checkDefinitions(reading: Reading): void {
  for (const [name, value] of reading.definitions) {
    readEndpoint(reading, value, ["define", name], [name]);
  }
  reading.problems.push(...reading.circles.values());
  for (const name of reading.definitions.keys()) {
    if (reading.used.has(name)) continue;
    const at = reading.document.keyPositionOf(["define", name]);
    const message = `nothing uses the definition ${name}`;
    reading.problems.push({ code: "NQ4022", severity: "warning", message, at });
  }
}

function readList(
  reading: Reading,
  values: readonly unknown[],
  path: DocumentPath,
  within: readonly string[],
): EndpointSpec | undefined {
  if (values.length === 0) {
    reportAt(reading, path, {
      code: "NQ4020",
      message: "the list is empty, so it selects nothing: expected at least one endpoint",
    });
    return undefined;
  }
  const members = values.map((v, i) => readEndpoint(reading, v, [...path, i], within));
  return combined("union", members, " or ", reading, path);
}

function combined(
  kind: "union" | "intersection",
  members: readonly (EndpointSpec | undefined)[],
  joint: string,
  reading: Reading,
  path: DocumentPath,
): EndpointSpec | undefined {
  const good = members.filter((member) => member !== undefined);
  if (good.length < members.length) return undefined;
  const text = good.map((member) => member.text).join(joint);
  const at = reading.document.positionOf(path);
  const [only, ...more] = good;
  if (only !== undefined && more.length === 0) return { expression: only.expression, text, at };
  return { expression: { kind, members: good }, text, at };
}

function readMap(
  reading: Reading,
  value: Readonly<Record<string, unknown>>,
  path: DocumentPath,
  within: readonly string[],
): EndpointSpec | undefined {
  const keys = Object.keys(value);
  const unknown = keys.filter((key) => !(MAP_KEYS as readonly string[]).includes(key));
  for (const key of unknown) reportUnknownKey(reading, key, [...path, key]);
  if (unknown.length > 0) return undefined;
  const positive = keys.filter((key) => key !== "not");
  if (keys.length === 0) {
    reportAt(reading, path, {
      code: "NQ4020",
      message: `the map is empty: expected at least one of ${MAP_KEYS.join(", ")}`,
      hint: "write * for every workload",
    });
    return undefined;
  }
  const members = positive.map((key) => readPart(reading, key, value[key], [...path, key]));
  const base =
    positive.length === 0
      ? ("cluster" as const)
      : combined("intersection", members, " and ", reading, path);
  if (!keys.includes("not")) return base === "cluster" ? undefined : base;
  const without = readEndpoint(reading, value["not"], [...path, "not"], within);
  if (base === undefined || without === undefined) return undefined;
  const negation =
    without.expression.kind === "union" ? `not (${without.text})` : `not ${without.text}`;
  const text = base === "cluster" ? negation : `${base.text} and ${negation}`;
  const at = reading.document.positionOf(path);
  return { expression: { kind: "difference", from: base, without }, text, at };
}

function reportUnknownKey(reading: Reading, key: string, path: DocumentPath): void {
  if (key === "any") {
    reportKey(reading, path, {
      code: "NQ4011",
      message:
        "`any` says that one of several suffices: expected it alone, as a side of `allow` such as to: { any: dns }",
    });
    return;
  }
  reportKey(reading, path, {
    code: "NQ4011",
    message: `an endpoint has no key ${key}: expected ${MAP_KEYS.join(", ")}`,
    ...didYouMean(key, MAP_KEYS),
  });
}

/** One key of a map but `not`. */
function readPart(
  reading: Reading,
  key: string,
  value: unknown,
  path: DocumentPath,
): EndpointSpec | undefined {
  const at = reading.document.positionOf(path);
  if (key === "labels" || key === "namespaceLabels") {
    const selector = readLabels(reading, value, path);
    if (selector === undefined) return undefined;
    const prefix = key === "labels" ? "labels" : "namespace labels";
    return {
      expression: { kind: key, selector },
      text: `${prefix} ${selectorText(selector)}`,
      at,
    };
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) {
    reportAt(reading, path, { code: "NQ4020", message: `the list of ${key} is empty` });
    return undefined;
  }
  const members = values.map((item, index) => {
    const place = Array.isArray(value) ? [...path, index] : path;
    return key === "cidr" ? readCidr(reading, item, place) : readNamespace(reading, item, place);
  });
  return combined("union", members, " or ", reading, path);
}

function readCidr(reading: Reading, value: unknown, path: DocumentPath): EndpointSpec | undefined {
  const spec = typeof value === "string" ? readText(reading, value, path, []) : undefined;
  if (typeof value === "string" && spec === undefined) return undefined;
  if (spec?.expression.kind !== "addresses") {
    reportAt(reading, path, {
      code: "NQ4020",
      message: `expected an address or CIDR block, found ${kindOfValue(value)}`,
    });
    return undefined;
  }
  return spec;
}

function readNamespace(
  reading: Reading,
  value: unknown,
  path: DocumentPath,
): EndpointSpec | undefined {
  if (typeof value === "string" && value.startsWith("$")) {
    reportAt(reading, path, {
      code: "NQ4012",
      message: `the variable ${value} is not supported yet`,
    });
    return undefined;
  }
  if (typeof value !== "string" || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value)) {
    reportAt(reading, path, {
      code: "NQ4020",
      message: `expected the name of a namespace, found ${kindOfValue(value)}`,
    });
    return undefined;
  }
  const expression: EndpointExpression = { kind: "namespace", namespace: value };
  return { expression, text: `${value}/*`, at: reading.document.positionOf(path) };
}
