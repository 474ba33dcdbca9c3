/**
 * The nodes of the yaml package → trees with offsets: aliases followed, merge keys resolved, keys unique.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Node,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Diagnostic } from "../base/diagnostic.ts";
import { READ_LIMITS } from "../base/limits.ts";
import { type ListNode, type LocatedNode, type MapEntry, type MapNode, quote } from "./node.ts";
import { type Place, placeholderError } from "./placeholder.ts";
import { originAt } from "./source-text.ts";
import { kubectlReading } from "./yaml-eleven.ts";

/** The tree of `contents`, absent when a limit was passed or a placeholder met, and what is wrong with it. */
export function yamlTree(
  place: Place,
  document: Document.Parsed,
  contents: ParsedNode,
): { readonly root?: LocatedNode; readonly diagnostics: readonly Diagnostic[] } {
  const reading: Reading = {
    ...place,
    anchors: new Map(),
    nodes: 0,
    aliasNodes: 0,
    depth: 0,
    diagnostics: [],
    placeholders: [],
  };
  const root = convertDocument(reading, contents);
  const diagnostics = [...tagWarnings(reading, document), ...reading.diagnostics];
  const sound = diagnostics.every((d) => d.severity !== "error");
  return sound && root !== undefined ? { root, diagnostics } : { diagnostics };
}

/** The conversion of one document. */
interface Reading extends Place {
  /** Anchors seen so far; "open" while their own value is being read. */
  readonly anchors: Map<string, { readonly node: LocatedNode; readonly nodes: number } | "open">;
  /** Nodes so far, with aliases counted as what they stand for. */
  nodes: number;
  aliasNodes: number;
  depth: number;
  readonly diagnostics: Diagnostic[];
  readonly placeholders: number[];
}

/** Thrown to leave a document that is beyond a limit; its diagnostic is already there. */
class DocumentRefused extends Error {}

function convertDocument(reading: Reading, contents: ParsedNode): LocatedNode | undefined {
  try {
    const root = convert(reading, contents, contents.range[0]);
    const [first, ...more] = reading.placeholders;
    if (first === undefined) return root;
    const detail = more.length > 0 ? ` (and ${String(more.length)} more in this document)` : "";
    reading.diagnostics.push(placeholderError(reading, first, detail));
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
  }
  return undefined;
}

function report(reading: Reading, code: Diagnostic["code"], message: string, offset: number): void {
  const at = originAt(reading.source, reading.file, offset, "");
  reading.diagnostics.push({ code, severity: "error", message, at });
}

function tagWarnings(reading: Reading, document: Document.Parsed): readonly Diagnostic[] {
  const [warning] = document.warnings;
  if (warning === undefined) return [];
  const at = originAt(reading.source, reading.file, warning.pos[0], "");
  const message = `a YAML tag is not known and was ignored: ${warning.message}`;
  return [{ code: "NQ1014", severity: "warning", message, at }];
}

/** `node` as a tree; a missing value is null at `place`. */
function convert(reading: Reading, node: Node | null, place: number): LocatedNode {
  reading.nodes += 1;
  if (node === null) return { kind: "scalar", offset: place, value: null };
  const offset = node.range?.[0] ?? place;
  if (isAlias(node)) return followAlias(reading, node.source, offset);
  const anchor = (node as { readonly anchor?: string }).anchor;
  if (anchor === undefined) return convertValue(reading, node, offset, place);
  reading.anchors.set(anchor, "open");
  const before = reading.nodes;
  const converted = convertValue(reading, node, offset, place);
  reading.anchors.set(anchor, { node: converted, nodes: reading.nodes - before + 1 });
  return converted;
}

function convertValue(reading: Reading, node: Node, offset: number, place: number): LocatedNode {
  if (isScalar(node)) return convertScalar(node, offset, place);
  reading.depth += 1;
  if (reading.depth > READ_LIMITS.depthMax) {
    report(reading, "NQ1006", `nested deeper than ${String(READ_LIMITS.depthMax)} levels`, offset);
    throw new DocumentRefused();
  }
  // Boundary: a parsed node that is neither alias nor scalar nor map is a sequence.
  const converted = isMap(node)
    ? convertMap(reading, node as YAMLMap<Node, Node | null>, offset)
    : convertList(reading, node as YAMLSeq<Node | null>, offset);
  reading.depth -= 1;
  return converted;
}

function followAlias(reading: Reading, name: string, offset: number): LocatedNode {
  const target = reading.anchors.get(name);
  if (target === undefined || target === "open") {
    const why = target === "open" ? "stands inside its own anchor" : "has no anchor before it";
    report(reading, "NQ1005", `the alias *${name} ${why}`, offset);
    return { kind: "scalar", offset, value: null };
  }
  reading.nodes += target.nodes;
  reading.aliasNodes += target.nodes;
  if (reading.aliasNodes > READ_LIMITS.aliasNodesMax) {
    const limit = String(READ_LIMITS.aliasNodesMax);
    report(
      reading,
      "NQ1005",
      `the aliases of this document stand for over ${limit} values`,
      offset,
    );
    throw new DocumentRefused();
  }
  return target.node;
}

function convertScalar(node: Scalar, offset: number, place: number): LocatedNode {
  const value: unknown = node.value;
  if (value === null || value === undefined) {
    // Nothing is written: the key is the nearest place.
    return { kind: "scalar", offset: node.source === "" ? place : offset, value: null };
  }
  const kept =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : String(node.source);
  if (node.type === "PLAIN" && node.tag === undefined && node.source !== undefined) {
    const reading = kubectlReading(node.source);
    if (reading !== undefined && reading !== kept) {
      return { kind: "scalar", offset, value: kept, plain: node.source };
    }
  }
  return { kind: "scalar", offset, value: kept };
}

function convertList(reading: Reading, list: YAMLSeq<Node | null>, offset: number): ListNode {
  return {
    kind: "list",
    offset,
    items: list.items.map((item) => convert(reading, item, item?.range?.[0] ?? offset)),
  };
}

function convertMap(reading: Reading, map: YAMLMap<Node, Node | null>, offset: number): MapNode {
  const entries = new Map<string, MapEntry>();
  const merged: LocatedNode[] = [];
  for (const { key, value } of map.items) {
    const keyOffset = key.range?.[0] ?? offset;
    const name = keyName(reading, key, offset);
    const converted = convert(reading, value, keyOffset);
    if (name === undefined) continue;
    if (isMergeKey(key)) merged.push(...mergeSources(reading, converted));
    else {
      const first = entries.get(name);
      if (first !== undefined) reportDuplicate(reading, name, keyOffset, first.keyOffset);
      entries.set(name, { keyOffset, value: converted });
    }
  }
  for (const source of merged) mergeInto(reading, entries, source);
  return { kind: "map", offset, entries };
}

function isMergeKey(key: Node): boolean {
  // Under a %YAML 1.1 directive the package hands out a symbol for its value.
  return isScalar(key) && key.source === "<<" && key.type === "PLAIN";
}

/** The text of a key; undefined, with a diagnostic, when it cannot be one. */
function keyName(reading: Reading, key: Node, mapOffset: number): string | undefined {
  if (isScalar(key) && key.value !== null) {
    return typeof key.value === "string" ? key.value : (key.source ?? "");
  }
  if (reading.source.text.startsWith("{{", mapOffset)) {
    reading.placeholders.push(mapOffset);
    return undefined;
  }
  const found = isScalar(key) ? "nothing" : isAlias(key) ? "an alias" : "a collection";
  const at = key.range?.[0] ?? mapOffset;
  report(reading, "NQ1009", `the key of a map must be text; found ${found}`, at);
  return undefined;
}

function reportDuplicate(reading: Reading, name: string, offset: number, first: number): void {
  const position = (at: number) => originAt(reading.source, reading.file, at, "");
  reading.diagnostics.push({
    code: "NQ1003",
    severity: "error",
    message: `the key ${quote(name)} is written twice in one map; expected once`,
    at: position(offset),
    related: [{ message: "first here", at: position(first) }],
  });
}

function mergeSources(reading: Reading, value: LocatedNode): readonly LocatedNode[] {
  if (value.kind === "list") return value.items;
  if (value.kind === "map") return [value];
  report(reading, "NQ1009", "the merge key << needs a map or a list of maps", value.offset);
  return [];
}

/** Adds the entries of `source` whose keys are not there yet: earlier ones win. */
function mergeInto(reading: Reading, entries: Map<string, MapEntry>, source: LocatedNode): void {
  if (source.kind !== "map") {
    report(reading, "NQ1009", "the merge key << needs a map or a list of maps", source.offset);
    return;
  }
  for (const [key, entry] of source.entries) {
    if (!entries.has(key)) entries.set(key, entry);
  }
}
