/**
 * Grouping that keeps order; `Map.groupBy` is not in Node 20.
 */

/** The items by key: keys in the order of their first item, items in theirs. */
export function groupBy<T, K>(items: Iterable<T>, key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const at = key(item);
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [item]);
    else group.push(item);
  }
  return groups;
}
