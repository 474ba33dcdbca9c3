/**
 * Functions that remember.
 */

/** `make`, called at most once for each key; keys are compared as those of a Map. */
export function memo<K, V extends object | string | number | boolean>(
  make: (key: K) => V,
): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

/** `make`, called at most once, when its value is first asked for. */
export function once<V extends object>(make: () => V): () => V {
  let made: V | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
