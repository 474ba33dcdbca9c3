/**
 * Careful reading of plain data of unknown shape: what is not as expected is absent.
 */

/** The own value under `key` of a record; undefined for anything else. */
export function field(data: unknown, ...path: readonly string[]): unknown {
  let value = data;
  for (const key of path) {
    if (!isRecord(value)) return undefined;
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** Whether `data` is a record: neither null nor a list nor a scalar. */
export function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** The items of a list; none for anything else. */
export function items(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

/** A text, or undefined. */
export function text(data: unknown): string | undefined {
  return typeof data === "string" ? data : undefined;
}

/** The texts of a list; undefined when `data` is anything else, or an item is no text. */
export function texts(data: unknown): readonly string[] | undefined {
  if (!Array.isArray(data)) return undefined;
  const found = data.filter((item) => typeof item === "string");
  return found.length === data.length ? found : undefined;
}
