/**
 * Walking a document's tree: a cursor is a value with its path, and every typed read either gives what
 * was asked for, with its position, or says what was found instead. Null counts as absent, as in the API.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { joinPath } from "./located-document.ts";
import { describeNode, type ListNode, type LocatedNode, type MapNode, quote } from "./node.ts";
import type { ReadDocument } from "./read-document.ts";
import type { Located } from "./resources.ts";
import { originAt } from "./source-text.ts";
import { kubectlReading } from "./yaml-eleven.ts";

/** Where an object stands, and what was found wrong with it so far. */
export interface Scope {
  readonly document: ReadDocument;
  readonly diagnostics: Diagnostic[];
}

/** A value in a document. */
export interface Cursor {
  readonly scope: Scope;
  readonly node: LocatedNode;
  readonly path: string;
  /** Of the key, or of the value itself where there is no key. */
  readonly keyOffset: number;
}

/** A cursor on a map. */
export interface MapCursor extends Cursor {
  readonly node: MapNode;
}

/** The position of the value under `cursor`. */
export function originOf(cursor: Cursor): Origin {
  const { document } = cursor.scope;
  return originAt(document.source, document.file, cursor.node.offset, cursor.path);
}

/** The position of its key. */
function keyOriginOf(cursor: Cursor): Origin {
  const { document } = cursor.scope;
  return originAt(document.source, document.file, cursor.keyOffset, cursor.path);
}

/** What a diagnostic says besides its code, message and position. */
export interface Remark {
  readonly severity?: Diagnostic["severity"];
  readonly hint?: string | undefined;
  readonly related?: Diagnostic["related"];
  /** Point at the key instead of the value. */
  readonly atKey?: boolean;
}

/** Records a problem with the value under `cursor`; an error unless `remark` says otherwise. */
export function report(
  cursor: Cursor,
  code: DiagnosticCode,
  message: string,
  remark: Remark = {},
): void {
  cursor.scope.diagnostics.push({
    code,
    severity: remark.severity ?? "error",
    message: cursor.path === "" ? message : `${cursor.path}: ${message}`,
    at: remark.atKey === true ? keyOriginOf(cursor) : originOf(cursor),
    ...(remark.related === undefined ? {} : { related: remark.related }),
    ...(remark.hint === undefined ? {} : { hint: remark.hint }),
  });
}

/** The value of `key`, unless it is absent or null. */
export function field(map: MapCursor, key: string): Cursor | undefined {
  const entry = map.node.entries.get(key);
  if (entry === undefined || isNull(entry.value)) return undefined;
  const { keyOffset, value: node } = entry;
  return { scope: map.scope, node, path: joinPath(map.path, key), keyOffset };
}

/** Whether the map writes `key` at all, be it null. */
export function writes(map: MapCursor, key: string): boolean {
  return map.node.entries.has(key);
}

function isNull(node: LocatedNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** Every entry of `map`, in the order of the text, nulls included. */
export function entriesOf(map: MapCursor): readonly (readonly [string, Cursor])[] {
  return [...map.node.entries].map(([key, { keyOffset, value: node }]) => [
    key,
    { scope: map.scope, node, path: joinPath(map.path, key), keyOffset },
  ]);
}

function wrongType(cursor: Cursor, expected: string, hint?: string): undefined {
  const { node } = cursor;
  const placeholder = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  if (reportPlaceholder(cursor, placeholder)) return undefined;
  report(cursor, "NQ1020", `expected ${expected}, found ${describeNode(node)}`, { hint });
  return undefined;
}

/**
 * Says of a text that was refused that it holds a placeholder, iff it does: then what was expected is
 * not the point.
 */
export function reportPlaceholder(cursor: Cursor, text: string): boolean {
  const placeholder = /\{\{|\$\{|\$\(|\{%/.exec(text)?.[0];
  if (placeholder === undefined) return false;
  const hint =
    placeholder === "{{" || placeholder === "{%"
      ? "render the template first: helm template . | netqed verify -"
      : "fill in the variables first, for example with envsubst";
  const message = `a template placeholder was left in: expected a value, found ${quote(text)}`;
  report(cursor, "NQ1004", message, { hint });
  return true;
}

/** `cursor`, when it is on a map. */
export function asMap(cursor: Cursor): MapCursor | undefined {
  const { node } = cursor;
  return node.kind === "map" ? { ...cursor, node } : wrongType(cursor, "a map");
}

/** The map at `key`. */
export function mapAt(map: MapCursor, key: string): MapCursor | undefined {
  const value = field(map, key);
  return value && asMap(value);
}

/** The items of the list at `key`, nulls included; undefined when absent or no list. */
function listAt(map: MapCursor, key: string): readonly Cursor[] | undefined {
  const list = field(map, key);
  if (list === undefined) return undefined;
  const { node } = list;
  if (node.kind !== "list") {
    const hint = "begin each item with a dash";
    return wrongType(list, "a list", node.kind === "map" ? hint : undefined);
  }
  return itemsOf(list, node);
}

/** The items of the list at `key`, nulls included; empty, in silence, when there is none. */
export function itemsAt(map: MapCursor, key: string): readonly Cursor[] {
  const list = field(map, key);
  return list?.node.kind === "list" ? itemsOf(list, list.node) : [];
}

function itemsOf(list: Cursor, node: ListNode): readonly Cursor[] {
  return node.items.map((item, index) => ({
    scope: list.scope,
    node: item,
    path: joinPath(list.path, index),
    keyOffset: item.offset,
  }));
}

/** The maps in the list at `key`; null items are empty maps, as the API server decodes them. */
export function mapsAt(map: MapCursor, key: string): readonly MapCursor[] | undefined {
  return listAt(map, key)?.flatMap((item) => {
    if (!isNull(item.node)) return asMap(item) ?? [];
    const node: MapNode = { kind: "map", offset: item.node.offset, entries: new Map() };
    return { ...item, node };
  });
}

/** The text under `cursor`. An unquoted word that kubectl would not read as text gets a warning. */
function asText(cursor: Cursor): Located<string> | undefined {
  const { node } = cursor;
  if (node.kind !== "scalar" || typeof node.value !== "string") {
    const quotable = node.kind === "scalar" && node.value !== null;
    const hint = quotable ? `put it in quotes: "${node.plain ?? String(node.value)}"` : undefined;
    return wrongType(cursor, "a string", hint);
  }
  if (node.plain !== undefined) warnAmbiguous(cursor, node.plain, `the string "${node.plain}"`);
  return { value: node.value, at: originOf(cursor) };
}

function warnAmbiguous(cursor: Cursor, plain: string, taken: string): void {
  const reading = kubectlReading(plain);
  const kubectl = `the ${typeof reading} ${String(reading)}`;
  report(
    cursor,
    "NQ1013",
    `unquoted ${plain} is ${kubectl} to kubectl, and something else in YAML 1.2; taken as ${taken} throughout this file`,
    {
      severity: "warning",
      hint: "write it in quotes, or as true, false or a plain decimal number",
    },
  );
}

/** The text at `key`, present even when empty. */
export function textAt(map: MapCursor, key: string): Located<string> | undefined {
  const value = field(map, key);
  return value && asText(value);
}

/** The text at `key`; an empty one counts as absent, as in the API's plain string fields. */
export function filledAt(map: MapCursor, key: string): Located<string> | undefined {
  const text = textAt(map, key);
  return text?.value === "" ? undefined : text;
}

/** The texts in the list at `key`, each shown to `check`; empty when absent. */
export function textsAt(
  map: MapCursor,
  key: string,
  check: (cursor: Cursor, text: string) => void = () => undefined,
): readonly Located<string>[] {
  return (listAt(map, key) ?? []).flatMap((cursor) => {
    // A null among strings is the empty string to the API server.
    const text = isNull(cursor.node) ? { value: "", at: originOf(cursor) } : asText(cursor);
    if (text === undefined) return [];
    check(cursor, text.value);
    return text;
  });
}

/** The boolean at `key`. */
export function booleanAt(map: MapCursor, key: string): Located<boolean> | undefined {
  const cursor = field(map, key);
  if (cursor === undefined) return undefined;
  const { node } = cursor;
  if (node.kind === "scalar") {
    if (typeof node.value === "boolean") return { value: node.value, at: originOf(cursor) };
    const reading = node.plain === undefined ? undefined : kubectlReading(node.plain);
    if (typeof reading === "boolean" && node.plain !== undefined) {
      warnAmbiguous(cursor, node.plain, String(reading));
      return { value: reading, at: originOf(cursor) };
    }
  }
  return wrongType(cursor, "true or false");
}

const INT32_MAX = 2_147_483_647;

/** The whole number at `key`, which fits 32 bits. */
export function integerAt(map: MapCursor, key: string): Located<number> | undefined {
  const cursor = field(map, key);
  return cursor && asInteger(cursor, "a whole number");
}

function asInteger(cursor: Cursor, expected: string): Located<number> | undefined {
  const value = numberUnder(cursor);
  if (value === undefined || !Number.isInteger(value) || Math.abs(value) > INT32_MAX) {
    const { node } = cursor;
    const digits =
      node.kind === "scalar" && typeof node.value === "string" && /^\d+$/.test(node.value);
    return wrongType(cursor, expected, digits ? "take the quotes off" : undefined);
  }
  return { value, at: originOf(cursor) };
}

function numberUnder(cursor: Cursor): number | undefined {
  const { node } = cursor;
  if (node.kind !== "scalar") return undefined;
  const reading = node.plain === undefined ? undefined : kubectlReading(node.plain);
  if (typeof reading === "number" && node.plain !== undefined) {
    warnAmbiguous(cursor, node.plain, String(reading));
    return reading;
  }
  return typeof node.value === "number" ? node.value : undefined;
}

/** The whole number or the text at `key`. */
export function numberOrTextAt(map: MapCursor, key: string): Located<number | string> | undefined {
  const cursor = field(map, key);
  if (cursor === undefined) return undefined;
  const { node } = cursor;
  const isText = node.kind === "scalar" && typeof node.value === "string";
  const isNumberToKubectl =
    isText && node.plain !== undefined && typeof kubectlReading(node.plain) === "number";
  return isText && !isNumberToKubectl
    ? asText(cursor)
    : asInteger(cursor, "a whole number or a name");
}

/**
 * The map of strings at `key`, each entry shown to `check`; null values are empty strings, as the API
 * server decodes them.
 */
export function textMapAt(
  map: MapCursor,
  key: string,
  check: (cursor: Cursor, key: string, text: string) => void = () => undefined,
): ReadonlyMap<string, Located<string>> | undefined {
  const inner = mapAt(map, key);
  if (inner === undefined) return undefined;
  const texts = new Map<string, Located<string>>();
  for (const [name, cursor] of entriesOf(inner)) {
    const text = isNull(cursor.node) ? { value: "", at: keyOriginOf(cursor) } : asText(cursor);
    if (text === undefined) continue;
    check(cursor, name, text.value);
    texts.set(name, text);
  }
  return texts;
}
