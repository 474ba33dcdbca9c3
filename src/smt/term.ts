/**
 * Terms of propositional logic over bit vectors: the language in which conditions on packets are
 * written, evaluated, printed and proven. Immutable; made only by a factory (factory.ts), which gives
 * equal terms the same object, so `===` is structural equality. Nothing here knows a solver.
 */

/** A truth value: what a condition is. `id` is unique in its factory and grows with creation. */
export type Bool =
  | { readonly kind: "bool"; readonly id: number; readonly value: boolean }
  | { readonly kind: "bool-variable"; readonly id: number; readonly name: string }
  | { readonly kind: Comparison; readonly id: number; readonly left: Bits; readonly right: Bits }
  | { readonly kind: "not"; readonly id: number; readonly operand: Bool }
  | { readonly kind: "and" | "or"; readonly id: number; readonly operands: readonly Bool[] }
  | { readonly kind: "iff"; readonly id: number; readonly left: Bool; readonly right: Bool };

/** Equal, less, less or equal; the order is that of unsigned integers. */
export type Comparison = "eq" | "ult" | "ule";

/** A bit vector of `width` bits: what a field of a header is. Literals lie in 0 to 2^width - 1. */
export type Bits =
  | { readonly kind: "bits"; readonly id: number; readonly width: number; readonly value: bigint }
  | {
      readonly kind: "bits-variable";
      readonly id: number;
      readonly width: number;
      readonly name: string;
    }
  | {
      readonly kind: "ite";
      readonly id: number;
      readonly width: number;
      readonly condition: Bool;
      readonly then: Bits;
      readonly otherwise: Bits;
    };

/** Any term. */
export type Term = Bool | Bits;

/** The terms of which `term` is directly made, in order. */
export function operandsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case "bool":
    case "bool-variable":
    case "bits":
    case "bits-variable":
      return [];
    case "not":
      return [term.operand];
    case "and":
    case "or":
      return term.operands;
    case "eq":
    case "ult":
    case "ule":
    case "iff":
      return [term.left, term.right];
    case "ite":
      return [term.condition, term.then, term.otherwise];
  }
}

/**
 * Every distinct term inside `roots`, each after its operands and before nothing that it is made of:
 * the order in which a reader can build them. `roots` themselves included.
 *
 * @cost linear in the number of distinct terms and their operands; does not recurse
 */
export function inBuildOrder(roots: readonly Term[]): readonly Term[] {
  const order: Term[] = [];
  const seen = new Set<Term>();
  const todo: { readonly term: Term; readonly ready: boolean }[] = [];
  for (const root of roots) {
    todo.push({ term: root, ready: false });
    for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
      const { term, ready } = item;
      if (ready) {
        order.push(term);
      } else if (!seen.has(term)) {
        seen.add(term);
        todo.push({ term, ready: true });
        // What is pushed last is taken first.
        for (const operand of operandsOf(term).toReversed()) {
          todo.push({ term: operand, ready: false });
        }
      }
    }
  }
  return order;
}
