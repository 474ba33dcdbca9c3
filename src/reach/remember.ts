/**
 * Values that are computed when they are first asked for.
 */

/** The value that `known` has for `key`, which is computed and put there if it is not. */
export function remember<K, V>(known: Map<K, V>, key: K, compute: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = compute();
  known.set(key, value);
  return value;
}

/** `compute`, called at most once. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
