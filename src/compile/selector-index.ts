/**
 * Label selectors answered from an index, for all objects at once. The definition of what a selector
 * selects is in the models; this is a second, independent reading of it.
 */
import type {
  Labels,
  LabelSelector,
  SelectorExpression,
} from "../../models/kubernetes/selector.ts";
import { type Bits, addBit, bitsOf, bothBits, noBits, withoutBits } from "./bits.ts";

interface KeyEntry {
  readonly carriers: number[];
  readonly byValue: Map<string, number[]>;
}

/** Which objects of a list carry which labels. */
export interface SelectorIndex {
  readonly size: number;
  readonly everyone: Bits;
  readonly byKey: ReadonlyMap<string, KeyEntry>;
  /** Selections made before, by the selector's text: many policies use the same selector. */
  readonly known: Map<string, Bits>;
}

/** The index of `objects`, whose positions are the members of every selection from it. */
export function selectorIndex(objects: readonly { readonly labels: Labels }[]): SelectorIndex {
  const byKey = new Map<string, KeyEntry>();
  const everyone = noBits(objects.length);
  objects.forEach(({ labels }, position) => {
    addBit(everyone, position);
    for (const [key, value] of labels) {
      const entry: KeyEntry = byKey.get(key) ?? { carriers: [], byValue: new Map() };
      byKey.set(key, entry);
      entry.carriers.push(position);
      const same = entry.byValue.get(value);
      if (same === undefined) entry.byValue.set(value, [position]);
      else same.push(position);
    }
  });
  return { size: objects.length, everyone, byKey, known: new Map() };
}

/** The objects that carry each of `labels` with its value: all objects when there are none. */
export function carriersOf(index: SelectorIndex, labels: Labels): Bits {
  let selected: Bits | undefined;
  for (const [key, value] of labels) {
    const carriers = withValues(index, key, [value]);
    selected = selected === undefined ? carriers : bothBits(selected, carriers);
  }
  return selected ?? index.everyone;
}

/**
 * The objects that `selector` selects: every equality and every expression holds.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors (v1.34; S0.7)
 */
export function selectedBy(index: SelectorIndex, selector: LabelSelector): Bits {
  const key = selectorKey(selector);
  const known = index.known.get(key);
  if (known !== undefined) return known;
  let selected = carriersOf(index, selector.matchLabels);
  for (const expression of selector.matchExpressions) {
    selected = narrowed(index, selected, expression);
  }
  index.known.set(key, selected);
  return selected;
}

/** Equal texts for selectors that are written alike. */
export function selectorKey(selector: LabelSelector): string {
  return JSON.stringify([[...selector.matchLabels], selector.matchExpressions]);
}

function narrowed(index: SelectorIndex, selected: Bits, expression: SelectorExpression): Bits {
  const { key, operator, values } = expression;
  switch (operator) {
    case "In":
      return bothBits(selected, withValues(index, key, values));
    case "NotIn":
      return withoutBits(selected, withValues(index, key, values));
    case "Exists":
      return bothBits(selected, withKey(index, key));
    case "DoesNotExist":
      return withoutBits(selected, withKey(index, key));
  }
}

function withKey(index: SelectorIndex, key: string): Bits {
  return bitsOf(index.size, index.byKey.get(key)?.carriers ?? []);
}

function withValues(index: SelectorIndex, key: string, values: readonly string[]): Bits {
  const byValue = index.byKey.get(key)?.byValue;
  const bits = noBits(index.size);
  for (const value of values) {
    for (const position of byValue?.get(value) ?? []) addBit(bits, position);
  }
  return bits;
}
