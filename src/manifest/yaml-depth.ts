/**
 * How deep a YAML document nests, found without recursion: composing a document that nests tens of
 * thousands deep ends the whole process, where no error can be caught any more.
 */
import type { CST } from "yaml";

/**
 * Where a map or list stands that is nested in more than `levels` others; undefined where none is, and
 * for a token that is no document. @cost linear in the document
 */
export function nestedBeyond(token: CST.Token, levels: number): number | undefined {
  if (token.type !== "document" || token.value === undefined) return undefined;
  const open: { readonly token: CST.Token; readonly depth: number }[] = [
    { token: token.value, depth: 0 },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!("items" in next.token)) continue;
    const depth = next.depth + 1;
    if (depth > levels) return next.token.offset;
    for (const { key, value } of next.token.items) {
      for (const part of [key, value]) if (part) open.push({ token: part, depth });
    }
  }
  return undefined;
}
