/**
 * The YAML that manifests are mostly written in, read in one pass: block maps and lists, plain and quoted
 * words on one line, lists of words in brackets, comments. Many times faster than the yaml package, which
 * builds three trees. It never guesses: a document with anything else in it, be it right or wrong YAML, is
 * left to the package, and a law holds that both read the same out of what this accepts.
 *
 * @source https://yaml.org/spec/1.2.2/ (chapters 6 to 9)
 */
import type { ListNode, LocatedNode, MapEntry, MapNode } from "./node.ts";
import { decimalOrText, FLOW_WORD, wordValue } from "./plain-word.ts";

/** A document that was read. */
interface PlainDocument {
  /** Absent when nothing is written in it. */
  readonly root?: LocatedNode;
  /** Where the next document begins: at its marker, or the end of the text. */
  readonly end: number;
}

/** The line that reading stands on. */
interface Reading {
  readonly text: string;
  /** Of its first character that is no space; the end of the document where `column` is -1. */
  offset: number;
  /** How far it is indented; -1 at the end of the document. */
  column: number;
  depth: number;
}

/** Beyond this depth the package reads, which knows the limit. */
const DEPTH_MAX = 64;
/** Longer keys are an error in YAML, unless they are marked. */
const KEY_LENGTH_MAX = 256;

const LINE_FEED = 10;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const DASH = 45;
const COLON = 58;
const BRACKET = 91;
const BRACE = 123;

/** Thrown where something else than plain YAML is met; caught within this file. */
class NotPlain extends Error {}
const NOT_PLAIN = new NotPlain("not plain YAML");

/**
 * The document of `text` that begins at `start`, which is the start of the text or a marker `---`; undefined
 * when it is not plain. @cost linear in the document, some 50 times less than that of the package
 */
export function readPlainDocument(text: string, start: number): PlainDocument | undefined {
  const reading: Reading = { text, offset: start, column: 0, depth: 0 };
  try {
    if (isMarker(text, start)) endLine(reading, start + 3);
    else nextLine(reading, start);
    if (reading.column < 0) return { end: reading.offset };
    const root = readBlock(reading);
    // What is indented less than the first line stands outside of everything.
    if (reading.column >= 0) throw NOT_PLAIN;
    return { root, end: reading.offset };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** Whether a line that starts at `offset` begins a document. */
export function isMarker(text: string, offset: number): boolean {
  if (!text.startsWith("---", offset)) return false;
  const after = text[offset + 3];
  return after === undefined || /[ \t\r\n]/.test(after);
}

/** Goes to the next line from `start`, the start of a line, that is neither blank nor a comment. */
function nextLine(reading: Reading, start: number): void {
  const { text } = reading;
  let at = start;
  for (;;) {
    const lineStart = at;
    while (text.charCodeAt(at) === SPACE) at += 1;
    const code = text.charCodeAt(at);
    if (code === HASH) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
    } else if (code === LINE_FEED) at += 1;
    else {
      const over = at >= text.length || (code === DASH && at === lineStart && isMarker(text, at));
      reading.offset = at;
      reading.column = over ? -1 : at - lineStart;
      return;
    }
  }
}

/** Goes to the next line from `at`, behind a value: nothing but a comment may follow it. */
function endLine(reading: Reading, at: number): void {
  const { text } = reading;
  const end = skipSpaces(text, at);
  if (end >= text.length) nextLine(reading, text.length);
  else if (text.charCodeAt(end) === LINE_FEED) nextLine(reading, end + 1);
  else if (text.charCodeAt(end) === HASH && end > at) nextLine(reading, lineEnd(text, end));
  else throw NOT_PLAIN;
}

function skipSpaces(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return at;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** The map or list that begins on the line. */
function readBlock(reading: Reading): LocatedNode {
  if (isItem(reading.text, reading.offset)) return readItems(reading);
  const end = keyEnd(reading.text, reading.offset);
  if (end < 0) throw NOT_PLAIN;
  return readEntries(reading);
}

function isItem(text: string, offset: number): boolean {
  return text.charCodeAt(offset) === DASH && isBreak(text, offset + 1);
}

/** Whether a space, a line break or the end of the text stands at `offset`. */
function isBreak(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  return code === SPACE || code === LINE_FEED || offset >= text.length;
}

function descend(reading: Reading): void {
  reading.depth += 1;
  if (reading.depth > DEPTH_MAX) throw NOT_PLAIN;
}

/** The list whose first dash the reading stands at. */
function readItems(reading: Reading): ListNode {
  descend(reading);
  const { text, offset, column } = reading;
  const items: LocatedNode[] = [];
  do {
    const dash = reading.offset;
    const at = skipSpaces(text, dash + 1);
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === HASH) {
      endLine(reading, dash + 1);
      // An empty item is left to the package.
      if (reading.column <= column) throw NOT_PLAIN;
      items.push(readBlock(reading));
    } else if (isItem(text, at) || keyEnd(text, at) >= 0) {
      // What begins behind the dash is indented as far as it stands.
      reading.offset = at;
      reading.column = column + at - dash;
      items.push(readBlock(reading));
    } else items.push(readWord(reading, at));
  } while (reading.column === column && isItem(text, reading.offset));
  if (reading.column > column) throw NOT_PLAIN;
  reading.depth -= 1;
  return { kind: "list", offset, items };
}

/** The map whose first key the reading stands at. */
function readEntries(reading: Reading): MapNode {
  descend(reading);
  const { text, offset, column } = reading;
  const entries = new Map<string, MapEntry>();
  do {
    const keyOffset = reading.offset;
    const end = keyEnd(text, keyOffset);
    if (end < 0) throw NOT_PLAIN;
    const key = text.slice(keyOffset, end);
    // The package says what is wrong with a key that is written twice, or means nothing.
    if (entries.has(key) || wordValue(key) === null) throw NOT_PLAIN;
    entries.set(key, { keyOffset, value: readValue(reading, end + 1, keyOffset) });
  } while (reading.column === column);
  if (reading.column > column) throw NOT_PLAIN;
  reading.depth -= 1;
  return { kind: "map", offset, entries };
}

/** The value behind the colon at `at - 1`, of the key at `keyOffset`. */
function readValue(reading: Reading, at: number, keyOffset: number): LocatedNode {
  const { text, column } = reading;
  const start = skipSpaces(text, at);
  const code = text.charCodeAt(start);
  if (code !== LINE_FEED && code !== HASH && start < text.length) return readWord(reading, start);
  endLine(reading, at);
  if (reading.column > column) return readBlock(reading);
  // The dashes of a list may stand under the key itself.
  const isList = reading.column === column && isItem(text, reading.offset);
  return isList ? readItems(reading) : { kind: "scalar", offset: keyOffset, value: null };
}

/** Letters, digits and `-./_`, which keys consist of. */
const KEY_CODES = codesOf(/[A-Za-z0-9_./-]/);
const KEY_START_CODES = codesOf(/[A-Za-z_]/);

function codesOf(pattern: RegExp): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
}

/** Where the colon of the key at `offset` stands; -1 when there is no key, or no plain one. */
function keyEnd(text: string, offset: number): number {
  if (KEY_START_CODES[text.charCodeAt(offset)] !== true) return -1;
  let at = offset + 1;
  while (KEY_CODES[text.charCodeAt(at)] === true) at += 1;
  const isKey = text.charCodeAt(at) === COLON && isBreak(text, at + 1);
  return isKey && at - offset <= KEY_LENGTH_MAX ? at : -1;
}

/** The value at `offset`, which ends on its line, and goes to the line after it. */
function readWord(reading: Reading, offset: number): LocatedNode {
  switch (reading.text.charCodeAt(offset)) {
    case QUOTE:
      return readQuoted(reading, offset, DOUBLE_QUOTED);
    case APOSTROPHE:
      return readQuoted(reading, offset, SINGLE_QUOTED);
    case BRACKET:
      return readBrackets(reading, offset);
    case BRACE:
      if (!reading.text.startsWith("{}", offset)) throw NOT_PLAIN;
      endLine(reading, offset + 2);
      return { kind: "map", offset, entries: new Map() };
    default:
      return readPlainWord(reading, offset);
  }
}

/** Printable ASCII without anything that stands for something else. */
const DOUBLE_QUOTED = /"([\x20-\x21\x23-\x5b\x5d-\x7e]*)"/y;
const SINGLE_QUOTED = /'([\x20-\x26\x28-\x7e]*)'/y;

function readQuoted(reading: Reading, offset: number, pattern: RegExp): LocatedNode {
  pattern.lastIndex = offset;
  const value = pattern.exec(reading.text)?.[1];
  if (value === undefined) throw NOT_PLAIN;
  endLine(reading, pattern.lastIndex);
  return { kind: "scalar", offset, value };
}

function readPlainWord(reading: Reading, offset: number): LocatedNode {
  const { text } = reading;
  let at = offset;
  let code = text.charCodeAt(at);
  for (; at < text.length && code !== LINE_FEED; code = text.charCodeAt(at)) {
    if (code === HASH && text.charCodeAt(at - 1) === SPACE) break;
    if (code === COLON && isBreak(text, at + 1)) throw NOT_PLAIN;
    if (code < SPACE || code > 126) throw NOT_PLAIN;
    at += 1;
  }
  let end = at;
  while (text.charCodeAt(end - 1) === SPACE) end -= 1;
  const value = plainValue(text.slice(offset, end));
  nextLine(reading, lineEnd(text, at));
  return { kind: "scalar", offset, value };
}

function plainValue(word: string): string | number | boolean {
  const value =
    KEY_START_CODES[word.charCodeAt(0)] === true ? wordValue(word) : decimalOrText(word);
  if (value === null) throw NOT_PLAIN;
  return value;
}

/** `[a, "b"]` on one line. */
function readBrackets(reading: Reading, offset: number): ListNode {
  const { text } = reading;
  const items: LocatedNode[] = [];
  let at = skipSpaces(text, offset + 1);
  if (text[at] !== "]") {
    for (;;) {
      const [item, end] = readFlowWord(text, at);
      items.push(item);
      at = skipSpaces(text, end);
      if (text[at] !== ",") break;
      at = skipSpaces(text, at + 1);
    }
  }
  if (text[at] !== "]") throw NOT_PLAIN;
  endLine(reading, at + 1);
  return { kind: "list", offset, items };
}

function readFlowWord(text: string, offset: number): readonly [LocatedNode, end: number] {
  const pattern =
    text[offset] === '"' ? DOUBLE_QUOTED : text[offset] === "'" ? SINGLE_QUOTED : FLOW_WORD;
  pattern.lastIndex = offset;
  const word = pattern.exec(text)?.[1];
  if (word === undefined) throw NOT_PLAIN;
  const value = pattern === FLOW_WORD ? plainValue(word) : word;
  return [{ kind: "scalar", offset, value }, pattern.lastIndex];
}
