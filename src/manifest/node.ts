/**
 * The tree that a document is read into, whatever it was written in: JSON data in which every value and
 * every key knows its offset. Aliases share the tree of their anchor, so it is a graph without cycles.
 */

/** A map. Keys are unique; merge keys are already resolved. */
export interface MapNode {
  readonly kind: "map";
  /** Offset of the first character in the text, in UTF-16 code units. */
  readonly offset: number;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** A key's place and its value. */
export interface MapEntry {
  readonly keyOffset: number;
  readonly value: LocatedNode;
}

/** A list. */
export interface ListNode {
  readonly kind: "list";
  readonly offset: number;
  readonly items: readonly LocatedNode[];
}

/** Null, a boolean, a number or a string. */
interface ScalarNode {
  readonly kind: "scalar";
  readonly offset: number;
  readonly value: string | number | boolean | null;
  /** What was written, of an unquoted YAML scalar; absent otherwise. */
  readonly plain?: string;
}

/** A value of a document. */
export type LocatedNode = MapNode | ListNode | ScalarNode;

/** `node` as plain data. Shared subtrees stay shared. @cost linear in the tree */
export function plainData(node: LocatedNode): unknown {
  return convert(node, new Map());
}

function convert(node: LocatedNode, done: Map<LocatedNode, unknown>): unknown {
  if (node.kind === "scalar") return node.value;
  const known = done.get(node);
  if (known !== undefined) return known;
  const value =
    node.kind === "list"
      ? node.items.map((item) => convert(item, done))
      : // fromEntries defines own keys, so that a key such as __proto__ stays data.
        Object.fromEntries(
          [...node.entries].map(([key, entry]) => [key, convert(entry.value, done)]),
        );
  done.set(node, value);
  return value;
}

/** What `node` is, for messages: `a map`, `a list`, `the string "x"`, `the number 3`, `nothing`. */
export function describeNode(node: LocatedNode): string {
  if (node.kind === "map") return "a map";
  if (node.kind === "list") return "a list";
  const { value } = node;
  if (value === null) return "nothing";
  if (typeof value === "string") return `the string ${quote(value)}`;
  return `the ${typeof value} ${String(value)}`;
}

/** `text` in double quotes, cut to a length that fits a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
