/**
 * Reading what no packet depends on: what is not as it should be is passed over without a word.
 */
import { type Cursor, field, itemsAt } from "../cursor.ts";
import { kubectlReading } from "../yaml-eleven.ts";

/** The value of `key`; undefined when there is none, or no map to have it. */
export function fieldUnder({ node, ...cursor }: Cursor, key: string): Cursor | undefined {
  return node.kind === "map" ? field({ ...cursor, node }, key) : undefined;
}

/** The items of the list at `key`; empty when there is none. */
export function itemsUnder({ node, ...cursor }: Cursor, key: string): readonly Cursor[] {
  return node.kind === "map" ? itemsAt({ ...cursor, node }, key) : [];
}

/** The text at `key`. */
export function textUnder(cursor: Cursor, key: string): string | undefined {
  const found = fieldUnder(cursor, key);
  return found && textOf(found);
}

/** The text that `cursor` is on. */
export function textOf({ node }: Cursor): string | undefined {
  return node.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** Whether `key` is true. */
export function isTrueUnder(cursor: Cursor, key: string): boolean {
  const node = fieldUnder(cursor, key)?.node;
  if (node?.kind !== "scalar") return false;
  return node.value === true || (node.plain !== undefined && kubectlReading(node.plain) === true);
}
