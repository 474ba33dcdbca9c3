/**
 * YAML text → trees with offsets. Reads YAML 1.2 with merge keys; what kubectl, which reads something
 * close to YAML 1.1, would see differently keeps its text, so that typed positions can tell.
 */
import { Composer, type Document, isScalar, type ParsedNode, Parser } from "yaml";
import type { Diagnostic } from "../base/diagnostic.ts";
import { type Place, placeholderError, placeholderNear } from "./placeholder.ts";
import { READ_LIMITS } from "../base/limits.ts";
import { isMarker, readPlainDocument } from "./plain-yaml.ts";
import { type ReadDocument, STDIN_NAME } from "./read-document.ts";
import { originAt, type SourceText } from "./source-text.ts";
import { nestedBeyond } from "./yaml-depth.ts";
import { yamlTree } from "./yaml-tree.ts";

/** Duplicate keys are found later, with both places; tags beyond the core schema stay text. */
const OPTIONS = {
  version: "1.2",
  merge: false,
  uniqueKeys: false,
  strict: false,
  prettyErrors: false,
  resolveKnownTags: false,
  logLevel: "silent",
} as const;

/**
 * The documents of `source`, those without content left out.
 * @cost about 0.5 s for each megabyte that is not plain YAML, and hundredths of that for what is
 */
export function readYaml(source: SourceText): readonly ReadDocument[] {
  // A directive speaks about more than the document that it stands in.
  if (/^%/m.test(source.text)) return readAnyYaml(source);
  const documents: ReadDocument[] = [];
  let previousEnd = 0;
  for (let start = 0; start < source.text.length; ) {
    const plain = readPlainDocument(source.text, start);
    const end = plain?.end ?? nextMarker(source.text, start);
    if (plain === undefined) {
      const read = readPart(source, { start, end, previousEnd });
      // What is wrong with one document may be about another: the text is looked at as a whole.
      if (read.some(({ root }) => root === undefined)) return readAnyYaml(source);
      documents.push(...read);
    } else if (plain.root !== undefined) {
      const { root } = plain;
      const file = shownName(source, previousEnd, root.offset);
      documents.push({ source, file, offset: root.offset, root, diagnostics: [] });
    }
    // Comments above the first marker belong to the document after it.
    const isDocument = plain?.root !== undefined || isMarker(source.text, start);
    if (plain === undefined || isDocument) previousEnd = end;
    start = end;
  }
  return documents;
}

/** Where the document after the one at `start` begins: at its marker, or the end of the text. */
function nextMarker(text: string, start: number): number {
  let at = start;
  do at = text.indexOf("\n---", at) + 1;
  while (at > 0 && !isMarker(text, at));
  return at > 0 ? at : text.length;
}

/** The documents of `source`, whatever YAML they are written in. */
export function readAnyYaml(source: SourceText): readonly ReadDocument[] {
  return readPart(source, { start: 0, end: source.text.length, previousEnd: 0 });
}

interface Part {
  readonly start: number;
  readonly end: number;
  /** Of the document before it. */
  readonly previousEnd: number;
}

/** The documents in a part of `source` that begins and ends where documents do. */
function readPart(source: SourceText, part: Part): readonly ReadDocument[] {
  const documents: ReadDocument[] = [];
  let { previousEnd } = part;
  const take = (document: Document.Parsed): void => {
    const read = readOne(source, document, previousEnd);
    previousEnd = document.range[2];
    if (read !== undefined) documents.push(read);
  };
  try {
    const composer = new Composer(OPTIONS);
    const parser = new Parser();
    parser.offset = part.start;
    for (const token of parser.parse(source.text.slice(part.start, part.end))) {
      const tooDeep = nestedBeyond(token, READ_LIMITS.depthMax);
      if (tooDeep === undefined) for (const document of composer.next(token)) take(document);
      else documents.push(refusedForDepth(source, tooDeep));
    }
    for (const document of composer.end(false, part.end)) take(document);
  } catch (error) {
    // The package throws where nesting exhausts the stack; what was read so far is kept.
    const message = `not valid YAML: ${error instanceof Error ? error.message : String(error)}`;
    const at = originAt(source, source.name, previousEnd, "");
    const diagnostics: Diagnostic[] = [{ code: "NQ1001", severity: "error", message, at }];
    documents.push({ source, file: source.name, offset: previousEnd, diagnostics });
  }
  return documents;
}

function refusedForDepth(source: SourceText, offset: number): ReadDocument {
  const message = `nested deeper than ${String(READ_LIMITS.depthMax)} levels`;
  const at = originAt(source, source.name, offset, "");
  const diagnostics: Diagnostic[] = [{ code: "NQ1006", severity: "error", message, at }];
  return { source, file: source.name, offset, diagnostics };
}

function readOne(
  source: SourceText,
  document: Document.Parsed,
  previousEnd: number,
): ReadDocument | undefined {
  const contents: ParsedNode | null = document.contents;
  const offset = contents?.range[0] ?? document.range[0];
  const file = shownName(source, previousEnd, offset);
  const [error] = document.errors;
  if (error !== undefined) {
    const end = Math.max(document.range[2], error.pos[0]);
    const count = document.errors.length;
    const diagnostic = syntaxError({ source, file }, error, [previousEnd, end], count);
    return { source, file, offset, diagnostics: [diagnostic] };
  }
  if (contents === null || isNothing(contents)) return undefined;
  return { source, file, offset, ...yamlTree({ source, file }, document, contents) };
}

function isNothing(node: ParsedNode): boolean {
  return isScalar(node) && node.value === null && node.source === "";
}

/** On standard input, the template that Helm names in a comment above the document. */
function shownName(source: SourceText, from: number, to: number): string {
  if (source.name !== STDIN_NAME) return source.name;
  const comments = [...source.text.slice(from, to).matchAll(/^# Source: (\S.*?)\s*$/gm)];
  return comments.at(-1)?.[1] ?? source.name;
}

function syntaxError(
  place: Place,
  error: { readonly pos: readonly number[]; readonly message: string },
  [start, end]: readonly [number, number],
  count: number,
): Diagnostic {
  const offset = Math.min(error.pos[0] ?? start, place.source.text.length);
  const more = count > 1 ? ` (and ${String(count - 1)} more problems that may follow from it)` : "";
  const placeholder = placeholderNear(place.source.text, start, end, offset);
  if (placeholder !== undefined) {
    return placeholderError(place, placeholder, `; the YAML reader says: ${error.message}`);
  }
  const at = originAt(place.source, place.file, offset, "");
  return {
    code: "NQ1001",
    severity: "error",
    message: `not valid YAML: ${error.message}${more}`,
    at,
  };
}
