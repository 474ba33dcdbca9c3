/**
 * One document of a text, before anybody has asked what it is.
 */
import type { Diagnostic } from "../base/diagnostic.ts";
import type { LocatedNode } from "./node.ts";
import type { SourceText } from "./source-text.ts";

/** One document of a text. */
export interface ReadDocument {
  readonly source: SourceText;
  /** The name to show: the text's, or the template that Helm says it was rendered from. */
  readonly file: string;
  /** Where the document starts. */
  readonly offset: number;
  /** Absent when the document is too broken to have one. */
  readonly root?: LocatedNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** The name of standard input among files. */
export const STDIN_NAME = "<stdin>";
