/**
 * What a code or a property means, for people.
 */
import type { CodeEntry } from "../base/diagnostic-codes.ts";
import { as, BLANK, type Line } from "./line.ts";

/** What is said about a property. */
export interface PropertyEntry {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly explanation: string;
  readonly broken: string;
  readonly source: string;
}

/** Columns of a paragraph. */
const TEXT_WIDTH = 80;

/** The explanation of a diagnostic code. */
export function codeLines(code: string, entry: CodeEntry): readonly Line[] {
  return [[as("strong", code), `: ${entry.title}`], BLANK, ...paragraph(entry.explanation)];
}

/** The explanation of a property. */
export function propertyLines(entry: PropertyEntry): readonly Line[] {
  return [
    [as("strong", entry.id), `: ${entry.title}`],
    BLANK,
    ...paragraph(entry.explanation),
    BLANK,
    ["formula   ", entry.formula],
    ["broken by ", entry.broken],
    ["source    ", entry.source],
  ];
}

/** All codes and properties, a line each. */
export function catalogueLines(
  properties: readonly PropertyEntry[],
  codes: readonly (readonly [string, CodeEntry])[],
): readonly Line[] {
  const width = Math.max(...properties.map((p) => p.id.length), ...codes.map(([c]) => c.length));
  const row = (name: string, title: string): Line => [name.padEnd(width + 2), title];
  return [
    [as("strong", "properties")],
    ...properties.map((p) => row(p.id, p.title)),
    BLANK,
    [as("strong", "codes")],
    ...codes.map(([code, entry]) => row(code, entry.title)),
  ];
}

function paragraph(text: string): readonly Line[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > TEXT_WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => [line]);
}
