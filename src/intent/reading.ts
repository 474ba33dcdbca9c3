/**
 * What the parts of the intent reader share: the document, the definitions, and the problems so far.
 */
import type { Diagnostic } from "../base/diagnostic.ts";
import type { EndpointSpec } from "./ast.ts";
import type { DocumentPath, LocatedDocument } from "../manifest/located-document.ts";

/** The state of reading one intent file. */
export interface Reading {
  readonly document: LocatedDocument;
  /** The raw `define` entries by name. */
  readonly definitions: ReadonlyMap<string, unknown>;
  /** The definitions that something uses. */
  readonly used: Set<string>;
  /** What the definitions that were needed so far stand for; undefined where malformed. */
  readonly known: Map<string, EndpointSpec | undefined>;
  /** An error for each circle of definitions, by the names in it. */
  readonly circles: Map<string, Diagnostic>;
  /** In the order in which they were found. */
  readonly problems: Diagnostic[];
}

/** A code of the intent band with its message and, where there is one, a hint. */
type Problem = Pick<Diagnostic, "code" | "message"> & { readonly hint?: string };

/** Records an error about the value at `path`. */
export function reportAt(reading: Reading, path: DocumentPath, problem: Problem): void {
  const at = reading.document.positionOf(path);
  reading.problems.push({ ...problem, severity: "error", at });
}

/** Records an error about the key at `path`. */
export function reportKey(reading: Reading, path: DocumentPath, problem: Problem): void {
  const at = reading.document.keyPositionOf(path);
  reading.problems.push({ ...problem, severity: "error", at });
}

/** Records a warning about the value at `path`. */
export function warnAt(reading: Reading, path: DocumentPath, problem: Problem): void {
  const at = reading.document.positionOf(path);
  reading.problems.push({ ...problem, severity: "warning", at });
}

/** What `value` is, in the words of a message. */
export function kindOfValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isMap(value)) return "a map";
  if (typeof value === "string") return `the text ${JSON.stringify(value)}`;
  if (typeof value === "number") return `the number ${String(value)}`;
  return typeof value === "boolean" ? `the truth value ${String(value)}` : "nothing";
}

/** Whether `value` is a map of a document. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
