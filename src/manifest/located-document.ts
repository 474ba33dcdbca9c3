/**
 * Documents as plain data whose every value still knows its place in the text.
 */
import type { Origin } from "../../models/base/origin.ts";

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
