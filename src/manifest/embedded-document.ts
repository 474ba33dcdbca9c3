/**
 * Documents that are written inside a text of another document, as ConfigMaps hold them.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Checked } from "../base/diagnostic.ts";
import type { Cursor } from "./cursor.ts";
import { originOf } from "./cursor.ts";
import { type DocumentPath, type LocatedDocument, readLocated } from "./located-document.ts";

/**
 * The documents in the text under `cursor`; none where it is no text, or one cannot be read, which diagnostics
 * say. In a literal block (`|`) positions are those of the lines in the file, in any other form the position of
 * the text.
 */
export function embeddedDocuments(cursor: Cursor): Checked<readonly LocatedDocument[]> {
  const { node } = cursor;
  if (node.kind !== "scalar" || typeof node.value !== "string") return { diagnostics: [] };
  const read = readLocated("", node.value);
  const place = placing(cursor, node.value);
  const diagnostics = read.diagnostics.map((found) => ({
    ...found,
    at: place(found.at),
    ...(found.related === undefined
      ? {}
      : { related: found.related.map((other) => ({ ...other, at: place(other.at) })) }),
  }));
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics };
  const value = (read.value ?? []).map((document) => ({
    ...document,
    positionOf: (path: DocumentPath) => place(document.positionOf(path)),
    keyPositionOf: (path: DocumentPath) => place(document.keyPositionOf(path)),
    at: place(document.at),
  }));
  return { value, diagnostics };
}

/** Where a position within the text under `cursor` is in its file. */
function placing(cursor: Cursor, text: string): (inner: Origin) => Origin {
  const whole = originOf(cursor);
  const { source } = cursor.scope.document;
  const { offset } = cursor.node;
  const isLiteral = source.text[offset] === "|";
  const first = text.split("\n").findIndex((line) => line.trim() !== "");
  const inner = text.split("\n")[first];
  const outer = source.text.slice(offset).split("\n")[first + 1];
  if (!isLiteral || inner === undefined || outer === undefined) return () => whole;
  const indent =
    outer.length - outer.trimStart().length - (inner.length - inner.trimStart().length);
  return ({ line, column, path }) => ({
    ...whole,
    line: whole.line + line,
    column: column + Math.max(0, indent),
    path: path === "" ? whole.path : `${whole.path}.${path}`,
  });
}
