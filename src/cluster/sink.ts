/**
 * Where the stages of building a cluster put what they have to say. Order does not matter: it is sorted
 * in the end.
 */
import type { Origin } from "../../models/base/origin.ts";
import { type Diagnostic, compareText } from "../base/diagnostic.ts";
import type { ObjectMeta } from "../manifest/resources.ts";
import type { Assumption } from "./cluster-input.ts";

/** Collects diagnostics and assumptions. */
export interface Sink {
  readonly diagnostics: Diagnostic[];
  readonly assumptions: Assumption[];
}

/** The namespace that takes objects which name none (S2.4). */
export const DEFAULT_NAMESPACE = "default";

/**
 * The namespace of a namespaced object: the stated one, else `default`.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ (v1.34; S2.4)
 */
export function namespaceOf(meta: ObjectMeta): string {
  return meta.namespace?.value ?? DEFAULT_NAMESPACE;
}

/** `namespace/Kind/name` of a namespaced object. */
export function objectId(meta: ObjectMeta): string {
  return `${namespaceOf(meta)}/${meta.kind}/${meta.name}`;
}

/** Orders by namespace and name. */
export function compareNamed(
  a: { readonly namespace: string; readonly name: string },
  b: { readonly namespace: string; readonly name: string },
): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}

/** Orders by file, line and column. */
export function compareOrigins(a: Origin, b: Origin): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** `first, second and 3 more`: at most `shown` of `items`, which is not empty. */
export function enumerate(items: readonly string[], shown = 3): string {
  if (items.length > shown + 1) {
    return `${items.slice(0, shown).join(", ")} and ${String(items.length - shown)} more`;
  }
  const last = items.at(-1) ?? "";
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${last}` : last;
}

/** `1 pod`, `2 pods`: `count` with `noun` in singular or with an s. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}
