/**
 * Reads the `ports` of a claim or flow.
 */
import { HIGHEST_PORT, LOWEST_PORT } from "../../models/base/family.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import type { PortSelection, PortTerm } from "./ast.ts";
import { parsePortText } from "./port-text.ts";
import { isMap, kindOfValue, reportAt, type Reading } from "./reading.ts";

/** The ports that `value` at `path` selects; absent means all. Undefined when it was malformed. */
export function readPorts(
  reading: Reading,
  value: unknown,
  path: DocumentPath,
): PortSelection | undefined {
  if (value === undefined) return "any";
  if (!Array.isArray(value)) return readOne(reading, value, path);
  if (value.length === 0) {
    reportAt(reading, path, {
      code: "NQ4023",
      message: "the list of ports is empty, so it selects nothing: expected at least one port",
      hint: "leave `ports` out for every port",
    });
    return undefined;
  }
  const selections = value.map((item, index) => readOne(reading, item, [...path, index]));
  if (selections.some((selection) => selection === undefined)) return undefined;
  if (selections.includes("any")) return "any";
  return selections.flatMap((selection) =>
    selection === undefined || selection === "any" ? [] : selection,
  );
}

function readOne(
  reading: Reading,
  value: unknown,
  path: DocumentPath,
): "any" | readonly PortTerm[] | undefined {
  if (typeof value !== "string" && typeof value !== "number") {
    const found = isMap(value) || Array.isArray(value) ? "" : " in quotes or as a number";
    reportAt(reading, path, {
      code: "NQ4023",
      message: `expected a port such as 443 or tcp/8000-8999${found}, found ${kindOfValue(value)}`,
    });
    return undefined;
  }
  if (typeof value === "number" && !Number.isInteger(value)) {
    reportAt(reading, path, {
      code: "NQ4023",
      message: `${String(value)} is no port: expected ${String(LOWEST_PORT)} to ${String(HIGHEST_PORT)}`,
    });
    return undefined;
  }
  const parsed = parsePortText(String(value));
  const at = reading.document.positionOf(path);
  switch (parsed.kind) {
    case "any":
      return "any";
    case "numbers":
      return [{ kind: "numbers", protocol: parsed.protocol, ports: parsed.ports, at }];
    case "name":
      return [{ kind: "name", protocol: parsed.protocol, name: parsed.name, at }];
    case "unsupported":
      reportAt(reading, path, { code: "NQ4012", message: `${parsed.form} is not supported yet` });
      return undefined;
    case "malformed":
      reportAt(reading, path, {
        code: "NQ4023",
        message: parsed.problem,
        ...(parsed.hint === undefined ? {} : { hint: parsed.hint }),
      });
      return undefined;
  }
}
