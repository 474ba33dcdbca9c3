/**
 * `netqed explain`: what a code or a property means.
 */
import { PROPERTIES } from "../../check/catalogue.ts";
import { DIAGNOSTIC_CODES } from "../../base/diagnostic-codes.ts";
import { compareText } from "../../base/diagnostic.ts";
import { nearestName } from "../../base/nearest-name.ts";
import { catalogueLines, codeLines, propertyLines } from "../../report/explain-text.ts";
import { type JsonObject, jsonText, SCHEMA_VERSION } from "../../report/json.ts";
import type { Line } from "../../report/line.ts";
import type { ColourChoice } from "../colour.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { deliver, type OutputTarget } from "../output.ts";
import { usage } from "../problem.ts";

/** The options of `explain`. */
export interface ExplainOptions {
  /** A code or the id of a property; absent: the list of all. */
  readonly name?: string;
  readonly outputs: readonly OutputTarget[];
  readonly colour: ColourChoice;
}

/** Runs `explain`. @throws UsageError when there is no such code or property */
export async function explain(io: Io, options: ExplainOptions): Promise<ExitCode> {
  const { lines, json } = options.name === undefined ? catalogue() : entry(options.name);
  return deliver(
    io,
    options.outputs,
    { text: () => lines, json: () => jsonText({ schemaVersion: SCHEMA_VERSION, ...json }) },
    options.colour,
  );
}

interface Explained {
  readonly lines: readonly Line[];
  readonly json: JsonObject;
}

const CODES = Object.entries(DIAGNOSTIC_CODES).sort(([a], [b]) => compareText(a, b));

function entry(name: string): Explained {
  const code = CODES.find(([known]) => known === name.toUpperCase());
  if (code !== undefined) {
    const [id, { title, explanation }] = code;
    return { lines: codeLines(id, code[1]), json: { code: id, title, explanation } };
  }
  const property = PROPERTIES.find(({ id }) => id === name);
  if (property !== undefined) {
    const { id, title, formula, explanation, broken, source } = property;
    return {
      lines: propertyLines(property),
      json: { property: id, title, formula, explanation, broken, source },
    };
  }
  const known = [...CODES.map(([id]) => id), ...PROPERTIES.map(({ id }) => id)];
  const nearest = nearestName(name, known);
  throw usage(
    `there is no code or property ${name}`,
    nearest === undefined ? "netqed explain lists all of them" : `did you mean ${nearest}?`,
  );
}

function catalogue(): Explained {
  return {
    lines: catalogueLines(PROPERTIES, CODES),
    json: {
      properties: PROPERTIES.map(({ id, title }) => ({ id, title })),
      codes: CODES.map(([code, { title }]) => ({ code, title })),
    },
  };
}
