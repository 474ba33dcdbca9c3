/**
 * Whether two definitions of one object say the same about the network.
 */
import type { Resource } from "./resources.ts";

/**
 * Positions; what containers are told and mount, which no packet depends on; and images, which differ by their
 * tags mostly.
 */
const UNREAD: ReadonlySet<string> = new Set([
  "at",
  "dnsPolicyAt",
  "serviceNameAt",
  "sessionAffinity",
  "specAt",
  "texts",
  "image",
  "mounts",
  "claimTemplates",
]);

/** The kinds of which annotations are read. */
const ANNOTATED: ReadonlySet<Resource["kind"]> = new Set(["Ingress", "IngressClass"]);

/** The kinds of which selectors read the labels. */
const SELECTED: ReadonlySet<Resource["kind"]> = new Set(["Pod", "Namespace", "Node"]);

/**
 * Whether everything that was decoded of two definitions `a` and `b` of one object is equal but for where it
 * is written: whichever of them exists, the network is the same.
 * Objects of kinds that are not decoded never say the same.
 */
export function saysTheSame(a: Resource, b: Resource): boolean {
  if (a.kind === "unmodelled" || a.kind === "ignored") return false;
  // One object has one namespace, whether it is stated or not.
  const labels = SELECTED.has(a.kind) ? [] : ["labels"];
  const annotations = ANNOTATED.has(a.kind) ? [] : ["annotations"];
  const unread = new Set([...UNREAD, ...annotations]);
  return sameFields(a, b, new Set([...unread, "namespace", ...labels]), unread);
}

/** `own` is left out of the fields of the object and its metadata, `inner` of everything further in. */
function sameFields(
  a: object,
  b: object,
  own: ReadonlySet<string>,
  inner: ReadonlySet<string>,
): boolean {
  const read = (value: object) =>
    Object.entries(value).filter(([key, each]) => !own.has(key) && each !== undefined);
  const theirs = new Map<string, unknown>(read(b));
  const ours: readonly (readonly [string, unknown])[] = read(a);
  return (
    ours.length === theirs.size &&
    ours.every(([key, value]) => {
      const other = theirs.get(key);
      return key === "meta" && isObject(value) && isObject(other)
        ? sameFields(value, other, own, inner)
        : sameValue(value, other, inner);
    })
  );
}

function sameValue(a: unknown, b: unknown, unread: ReadonlySet<string>): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (a instanceof Map || b instanceof Map) {
    return a instanceof Map && b instanceof Map && sameMap(a, b, unread);
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameValue(item, b[index], unread))
    );
  }
  return sameFields(a, b, unread, unread);
}

function sameMap(
  a: ReadonlyMap<unknown, unknown>,
  b: ReadonlyMap<unknown, unknown>,
  unread: ReadonlySet<string>,
): boolean {
  return (
    a.size === b.size &&
    [...a].every(([key, value]) => b.has(key) && sameValue(value, b.get(key), unread))
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
