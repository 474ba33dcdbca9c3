/**
 * Documents as plain data whose every value still knows its place in the text: for readers of
 * configuration and intents, and for kinds that are not decoded.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Checked } from "../base/diagnostic.ts";
import { type LocatedNode, plainData } from "./node.ts";
import type { ReadDocument } from "./read-document.ts";
import { readDocuments } from "./read-text.ts";
import { originAt } from "./source-text.ts";

/** Steps from the root of a document to a value: keys of maps and indexes of lists. */
export type DocumentPath = readonly (string | number)[];

/** One document of a file. */
export interface LocatedDocument {
  /** Plain JSON data: null, booleans, numbers, strings, arrays and records (own keys only). */
  readonly content: unknown;
  /**
   * Where the value at `path` is written; of a path that does not exist, its nearest existing ancestor.
   * `Origin.path` names what was found. @cost about the length of the path
   */
  readonly positionOf: (path: DocumentPath) => Origin;
  /** Where the key at `path` is written; as `positionOf` for list items. */
  readonly keyPositionOf: (path: DocumentPath) => Origin;
  /** The start of the document. */
  readonly at: Origin;
}

/**
 * The documents of `text`, empty ones left out; `value` is always present and holds those that could be
 * read. Every broken document has a diagnostic, and none hides another.
 */
export function readLocated(name: string, text: string): Checked<readonly LocatedDocument[]> {
  const { value = [], diagnostics } = readDocuments(name, text);
  return {
    value: value.flatMap((document) => {
      const { root } = document;
      return root === undefined ? [] : [locatedDocument(document, root, "")];
    }),
    diagnostics: [...diagnostics, ...value.flatMap((document) => document.diagnostics)],
  };
}

/** `root`, which stands at `path` in `document`, as a document of its own. */
export function locatedDocument(
  document: ReadDocument,
  root: LocatedNode,
  path: string,
): LocatedDocument {
  const origin = (offset: number, where: string): Origin =>
    originAt(document.source, document.file, offset, where);
  const locate = (steps: DocumentPath, wantKey: boolean): Origin => {
    let node = root;
    let offset = root.offset;
    let where = path;
    for (const step of steps) {
      const found = childAt(node, step);
      if (found === undefined) break;
      node = found.value;
      offset = wantKey ? found.keyOffset : node.offset;
      where = joinPath(where, step);
    }
    return origin(offset, where);
  };
  return {
    content: plainData(root),
    positionOf: (steps) => locate(steps, false),
    keyPositionOf: (steps) => locate(steps, true),
    at: origin(root.offset, path),
  };
}

function childAt(
  node: LocatedNode,
  step: string | number,
): { readonly value: LocatedNode; readonly keyOffset: number } | undefined {
  if (node.kind === "map") return node.entries.get(String(step));
  if (node.kind === "scalar") return undefined;
  const value = node.items[Number(step)];
  return value === undefined ? undefined : { value, keyOffset: value.offset };
}

/** `path` with one more step: `spec.ports[0]`, `metadata.labels["a/b"]`. */
export function joinPath(path: string, step: string | number): string {
  if (typeof step === "number") return `${path}[${String(step)}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
  return path === "" ? step : `${path}.${step}`;
}
