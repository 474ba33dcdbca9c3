/**
 * JSON text (one value or several in a row) → trees with offsets. Written by hand because JSON.parse
 * forgets where things were, and is still many times faster than reading the same text as YAML.
 *
 * @source https://www.rfc-editor.org/rfc/rfc8259
 */
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import { READ_LIMITS } from "../base/limits.ts";
import { type LocatedNode, type MapEntry, quote } from "./node.ts";
import type { ReadDocument } from "./read-document.ts";
import { originAt, type SourceText } from "./source-text.ts";

/** Where reading is, and what it found on the way. */
interface State {
  readonly source: SourceText;
  readonly text: string;
  offset: number;
  depth: number;
  duplicates: Diagnostic[];
}

/** Why and where the text is not JSON; thrown and caught within this file. */
class JsonSyntaxError extends Error {
  readonly offset: number;
  readonly code: "NQ1002" | "NQ1006";
  constructor(offset: number, message: string, code: "NQ1002" | "NQ1006" = "NQ1002") {
    super(message);
    this.offset = offset;
    this.code = code;
  }
}

/** The values of `source` as documents; without value iff the text is not JSON, with one diagnostic. */
export function readJson(source: SourceText): Checked<readonly ReadDocument[]> {
  const state: State = { source, text: source.text, offset: 0, depth: 0, duplicates: [] };
  const documents: ReadDocument[] = [];
  try {
    for (skipSpace(state); state.offset < state.text.length; skipSpace(state)) {
      const offset = state.offset;
      const root = readValue(state);
      const diagnostics = state.duplicates;
      state.duplicates = [];
      documents.push({ source, file: source.name, offset, root, diagnostics });
    }
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return { diagnostics: [syntaxError(source, error)] };
  }
  return { value: documents, diagnostics: [] };
}

function syntaxError(source: SourceText, error: JsonSyntaxError): Diagnostic {
  const at = originAt(source, source.name, Math.min(error.offset, source.text.length), "");
  const message = error.code === "NQ1002" ? `not valid JSON: ${error.message}` : error.message;
  return { code: error.code, severity: "error", message, at };
}

function skipSpace(state: State): void {
  const { text } = state;
  let { offset } = state;
  for (;;) {
    const code = text.charCodeAt(offset);
    // Space, tab, line feed, carriage return.
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) break;
    offset += 1;
  }
  state.offset = offset;
}

function readValue(state: State): LocatedNode {
  const start = state.offset;
  switch (state.text.charAt(start)) {
    case "{":
      return nested(state, readMap);
    case "[":
      return nested(state, readList);
    case '"':
      return { kind: "scalar", offset: start, value: readString(state) };
    case "t":
      return literal(state, "true", true);
    case "f":
      return literal(state, "false", false);
    case "n":
      return literal(state, "null", null);
    default:
      return readNumber(state);
  }
}

function nested(state: State, read: (state: State) => LocatedNode): LocatedNode {
  state.depth += 1;
  if (state.depth > READ_LIMITS.depthMax) {
    const message = `nested deeper than ${String(READ_LIMITS.depthMax)} levels`;
    throw new JsonSyntaxError(state.offset, message, "NQ1006");
  }
  const node = read(state);
  state.depth -= 1;
  return node;
}

function readMap(state: State): LocatedNode {
  const offset = state.offset;
  const entries = new Map<string, MapEntry>();
  state.offset += 1;
  skipSpace(state);
  if (accepts(state, "}")) return { kind: "map", offset, entries };
  do {
    skipSpace(state);
    const keyOffset = state.offset;
    if (state.text[keyOffset] !== '"') fail(state, "a key in double quotes");
    const key = readString(state);
    skipSpace(state);
    if (!accepts(state, ":")) fail(state, "`:` after a key");
    skipSpace(state);
    if (entries.has(key)) state.duplicates.push(duplicateKey(state, key, keyOffset, entries));
    entries.set(key, { keyOffset, value: readValue(state) });
    skipSpace(state);
  } while (accepts(state, ","));
  if (!accepts(state, "}")) fail(state, "`,` or `}`");
  return { kind: "map", offset, entries };
}

function duplicateKey(
  state: State,
  key: string,
  keyOffset: number,
  entries: ReadonlyMap<string, MapEntry>,
): Diagnostic {
  const position = (offset: number) => originAt(state.source, state.source.name, offset, "");
  return {
    code: "NQ1003",
    severity: "error",
    message: `the key ${quote(key)} is written twice in one map; expected once`,
    at: position(keyOffset),
    related: [{ message: "first here", at: position(entries.get(key)?.keyOffset ?? 0) }],
  };
}

function readList(state: State): LocatedNode {
  const offset = state.offset;
  const items: LocatedNode[] = [];
  state.offset += 1;
  skipSpace(state);
  if (accepts(state, "]")) return { kind: "list", offset, items };
  do {
    skipSpace(state);
    items.push(readValue(state));
    skipSpace(state);
  } while (accepts(state, ","));
  if (!accepts(state, "]")) fail(state, "`,` or `]`");
  return { kind: "list", offset, items };
}

/** The string that starts at the offset; the offset ends up behind its closing quote. */
function readString(state: State): string {
  const { text, offset } = state;
  let end = offset + 1;
  let plain = true;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === 34) break;
    if (Number.isNaN(code)) throw new JsonSyntaxError(offset, "this string is never closed");
    if (code < 32) throw new JsonSyntaxError(end, "a line break or control character in a string");
    if (code === 92) {
      plain = false;
      end += 1;
    }
    end += 1;
  }
  state.offset = end + 1;
  if (plain) return text.slice(offset + 1, end);
  try {
    // Boundary: JSON.parse of a quoted string gives a string, or throws on a bad escape.
    return JSON.parse(text.slice(offset, end + 1)) as string;
  } catch {
    throw new JsonSyntaxError(offset, "this string holds an escape that JSON does not know");
  }
}

function literal(state: State, word: string, value: boolean | null): LocatedNode {
  const offset = state.offset;
  if (!state.text.startsWith(word, offset)) fail(state, "a value");
  state.offset += word.length;
  return { kind: "scalar", offset, value };
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function readNumber(state: State): LocatedNode {
  const offset = state.offset;
  NUMBER.lastIndex = offset;
  const match = NUMBER.exec(state.text);
  if (match === null) fail(state, "a value");
  state.offset += match[0].length;
  return { kind: "scalar", offset, value: Number(match[0]) };
}

function accepts(state: State, character: string): boolean {
  if (state.text[state.offset] !== character) return false;
  state.offset += 1;
  return true;
}

function fail(state: State, expected: string): never {
  const found = state.text[state.offset];
  const what = found === undefined ? "the end of the file" : quote(found);
  throw new JsonSyntaxError(state.offset, `expected ${expected}, found ${what}`);
}
