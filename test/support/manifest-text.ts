/**
 * Reading manifests in tests: what they contribute, and what is said about them in one line each.
 */
import { readManifests } from "../../src/manifest/read-manifests.ts";
import type { Manifests, Resource } from "../../src/manifest/resources.ts";

/** What one text gives. */
export interface ReadText {
  readonly manifests: Manifests;
  /** `NQ1020@7:3`, and `warning NQ1029@…` or `note …` where it is no error; sorted by position. */
  readonly problems: readonly string[];
  readonly messages: readonly string[];
}

/** Reads `text` as the file `input.yaml` (or `name`) inside a folder. */
export function readText(text: string, name = "input.yaml"): ReadText {
  return readFiles({ [name]: text });
}

/** Reads several files of a folder. */
export function readFiles(files: Readonly<Record<string, string>>, named = false): ReadText {
  const { value, diagnostics } = readManifests(
    Object.entries(files).map(([name, text]) => ({ name, text, named })),
  );
  if (value === undefined) throw new Error("readManifests always has a value");
  return {
    manifests: value,
    problems: diagnostics.map(({ code, severity, at }) => {
      const place = `${code}@${String(at.line)}:${String(at.column)}`;
      return severity === "error" ? place : `${severity} ${place}`;
    }),
    messages: diagnostics.map((d) => d.message),
  };
}

/** The members of `R` whose kind can be `K`. */
type OfKind<R, K> = R extends { readonly kind: infer J } ? (K extends J ? R : never) : never;

/** The only resource of `text`, which must be of `kind` and without any diagnostic. */
export function onlyResource<K extends Resource["kind"]>(
  text: string,
  kind: K,
): OfKind<Resource, K> {
  const { manifests, problems } = readText(text);
  const [resource, ...more] = manifests.resources;
  if (problems.length > 0) throw new Error(`unexpected: ${problems.join(", ")}`);
  if (resource?.kind !== kind || more.length > 0) throw new Error(`expected one ${kind}`);
  // Sound: the kind has just been compared.
  return resource as OfKind<Resource, K>;
}

/** `value` without positions: every `at`, `specAt` and the like is gone; maps become lists of entries. */
export function withoutPositions(value: unknown): unknown {
  if (value instanceof Map) {
    const entries: readonly (readonly unknown[])[] = [...(value as ReadonlyMap<unknown, unknown>)];
    return entries.map(([key, inner]) => [key, withoutPositions(inner)]);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => withoutPositions(item));
  if (typeof value !== "object" || value === null) return value;
  if ("line" in value && "column" in value) return "path" in value ? value.path : "position";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => key !== "at" && key !== "specAt" && typeof inner !== "function")
      .map(([key, inner]) => [key, withoutPositions(inner)]),
  );
}
