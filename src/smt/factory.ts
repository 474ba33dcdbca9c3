/**
 * Smart constructors of terms. Each is total on terms of its sorts, folds constants and keeps a normal
 * form, and obeys one law: evaluating what it returns gives the operation of its name on the values of
 * its operands. A term belongs to the factory that made it: never mix two factories.
 */
import { assert } from "../base/assert.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import type { Bits, Bool, Comparison } from "./term.ts";

/** The constructors of one factory. */
export interface Terms {
  readonly yes: Bool;
  readonly no: Bool;
  /** The literal `value`, 0 to 2^width - 1. */
  readonly literal: (value: bigint, width: number) => Bits;
  /** The variable `name`; one name has one width, and bit and truth variables share the names. */
  readonly variable: (name: string, width: number) => Bits;
  readonly boolVariable: (name: string) => Bool;
  /** x = y. Law: reflexive, symmetric (operands are ordered), decided on two literals. */
  readonly eq: (x: Bits, y: Bits) => Bool;
  /** x < y, unsigned. Law: irreflexive; nothing is below 0 or above the highest value. */
  readonly ult: (x: Bits, y: Bits) => Bool;
  /** x <= y, unsigned. Law: reflexive; 0 is lowest, 2^width - 1 highest. */
  readonly ule: (x: Bits, y: Bits) => Bool;
  /** Law: involution; the negation of an order is the converse order. */
  readonly not: (x: Bool) => Bool;
  /** All of `xs`; `yes` for none. Law: associative, commutative, idempotent, x and not x is `no`. */
  readonly and: (...xs: readonly Bool[]) => Bool;
  /** Some of `xs`; `no` for none. Law: associative, commutative, idempotent, x or not x is `yes`. */
  readonly or: (...xs: readonly Bool[]) => Bool;
  /** Law: x implies y iff y or not x. */
  readonly implies: (x: Bool, y: Bool) => Bool;
  /** Both or neither. Law: reflexive, symmetric, iff(x, yes) is x. */
  readonly iff: (x: Bool, y: Bool) => Bool;
  /** `x` where `condition` holds, else `y`. Law: ite(c, x, x) is x. */
  readonly ite: (condition: Bool, x: Bits, y: Bits) => Bits;
  /** x in `set`. Law: `no` for the empty set, `yes` for the set of all values. */
  readonly within: (x: Bits, set: BitSet) => Bool;
  /** How many distinct terms this factory has made. */
  readonly size: () => number;
}

/** A term without its number, as it is looked up. */
type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

class Interner {
  readonly #byKey = new Map<string, Bool | Bits>();
  readonly #widthByName = new Map<string, number>();

  get size(): number {
    return this.#byKey.size;
  }

  /** The term with `key`, if there is one. */
  find(key: string): Bool | Bits | undefined {
    return this.#byKey.get(key);
  }

  /** The one term with `key`, made from `parts` when it is new. */
  intern<T extends Bool | Bits>(key: string, parts: Unnumbered<T>): T {
    const known = this.#byKey.get(key);
    // A key determines the kind and the operands, hence the type T with which it was made.
    if (known !== undefined) return known as T;
    // Of T only its number was missing; the compiler does not see that through a generic Omit.
    const made = { ...parts, id: this.#byKey.size } as unknown as T;
    this.#byKey.set(key, made);
    return made;
  }

  /** Keeps one width for each name; 0 stands for a truth value. */
  claim(name: string, width: number): void {
    const known = this.#widthByName.get(name) ?? width;
    assert(known === width, `variable ${name} has ${known} bits, not ${width}`);
    this.#widthByName.set(name, width);
  }
}

const highest = (width: number): bigint => BigInt.asUintN(width, -1n);
const literalKey = (value: bigint, width: number): string => `#${width}:${value}`;

function sameWidth(x: Bits, y: Bits): void {
  assert(x.width === y.width, `terms of ${x.width} and ${y.width} bits cannot be compared`);
}

/** A new factory, empty but for the two truth values. */
export function createTerms(): Terms {
  const interner = new Interner();
  const yes = interner.intern<Bool>("yes", { kind: "bool", value: true });
  const no = interner.intern<Bool>("no", { kind: "bool", value: false });
  const leaves = leafConstructors(interner);
  const order = orderConstructors(interner, yes, no, leaves.literal);
  const not = (x: Bool): Bool => negation(interner, order, yes, no, x);
  const logic = logicConstructors(interner, yes, no, not);
  const within = (x: Bits, set: BitSet): Bool => {
    if (x.kind === "bits") {
      return set.some(([low, high]) => low <= x.value && x.value <= high) ? yes : no;
    }
    return logic.or(
      ...set.map(([low, high]) =>
        low === high
          ? order.eq(x, leaves.literal(low, x.width))
          : logic.and(
              order.ule(leaves.literal(low, x.width), x),
              order.ule(x, leaves.literal(high, x.width)),
            ),
      ),
    );
  };
  const ite = (condition: Bool, x: Bits, y: Bits): Bits => choice(interner, condition, x, y);
  return { yes, no, ...leaves, ...order, not, ...logic, ite, within, size: () => interner.size };
}

function leafConstructors(
  interner: Interner,
): Pick<Terms, "literal" | "variable" | "boolVariable"> {
  return {
    literal: (value, width) => {
      assert(value >= 0n && value <= highest(width), `${value} does not fit in ${width} bits`);
      return interner.intern<Bits>(literalKey(value, width), { kind: "bits", width, value });
    },
    variable: (name, width) => {
      interner.claim(name, width);
      return interner.intern<Bits>(`$${name}`, { kind: "bits-variable", width, name });
    },
    boolVariable: (name) => {
      interner.claim(name, 0);
      return interner.intern<Bool>(`$${name}`, { kind: "bool-variable", name });
    },
  };
}

type Order = Pick<Terms, "eq" | "ult" | "ule">;

function orderConstructors(
  interner: Interner,
  yes: Bool,
  no: Bool,
  literal: Terms["literal"],
): Order {
  const compare = (kind: Comparison, left: Bits, right: Bits): Bool =>
    interner.intern<Bool>(`${kind} ${left.id} ${right.id}`, { kind, left, right });
  const truth = (holds: boolean): Bool => (holds ? yes : no);
  const eq = (x: Bits, y: Bits): Bool => {
    sameWidth(x, y);
    if (x === y) return yes;
    if (x.kind === "bits" && y.kind === "bits") return no;
    return x.id < y.id ? compare("eq", x, y) : compare("eq", y, x);
  };
  const ule = (x: Bits, y: Bits): Bool => {
    sameWidth(x, y);
    if (x === y) return yes;
    if (x.kind === "bits") {
      if (y.kind === "bits") return truth(x.value <= y.value);
      if (x.value === 0n) return yes;
      if (x.value === highest(x.width)) return eq(x, y);
    }
    if (y.kind === "bits") {
      if (y.value === highest(y.width)) return yes;
      if (y.value === 0n) return eq(x, y);
    }
    return compare("ule", x, y);
  };
  // An order with a literal has one form, with "less or equal", so that one bound is one term.
  const ult = (x: Bits, y: Bits): Bool => {
    sameWidth(x, y);
    if (x === y) return no;
    if (y.kind === "bits") return y.value === 0n ? no : ule(x, literal(y.value - 1n, y.width));
    if (x.kind === "bits") {
      return x.value === highest(x.width) ? no : ule(literal(x.value + 1n, x.width), y);
    }
    return compare("ult", x, y);
  };
  return { eq, ult, ule };
}

function negation(interner: Interner, order: Order, yes: Bool, no: Bool, x: Bool): Bool {
  switch (x.kind) {
    case "bool":
      return x.value ? no : yes;
    case "not":
      return x.operand;
    case "ult":
      return order.ule(x.right, x.left);
    case "ule":
      return order.ult(x.right, x.left);
    case "bool-variable":
    case "eq":
    case "and":
    case "or":
    case "iff":
      return interner.intern<Bool>(`not ${x.id}`, { kind: "not", operand: x });
  }
}

/** The negation of `x`, if it has been made: asking does not make it. */
function knownNegation(interner: Interner, x: Bool): Bool | Bits | undefined {
  if (x.kind === "not") return x.operand;
  if (x.kind !== "ult" && x.kind !== "ule") return interner.find(`not ${x.id}`);
  const { left, right } = x;
  if (x.kind === "ult") return interner.find(`ule ${right.id} ${left.id}`);
  if (left.kind === "bits") {
    const below = interner.find(literalKey(left.value - 1n, left.width));
    return below && interner.find(`ule ${right.id} ${below.id}`);
  }
  if (right.kind === "bits") {
    const above = interner.find(literalKey(right.value + 1n, right.width));
    return above && interner.find(`ule ${above.id} ${left.id}`);
  }
  return interner.find(`ult ${right.id} ${left.id}`);
}

type Logic = Pick<Terms, "and" | "or" | "implies" | "iff">;

function logicConstructors(interner: Interner, yes: Bool, no: Bool, not: (x: Bool) => Bool): Logic {
  /** `and` and `or` are one function: `unit` changes nothing, `zero` decides. */
  const junction = (kind: "and" | "or", unit: Bool, zero: Bool, xs: readonly Bool[]): Bool => {
    const quick = quickJunction(unit, zero, xs);
    if (quick !== undefined) return quick;
    const members = new Set<Bool>();
    for (const x of xs) {
      if (x === zero) return zero;
      if (x === unit) continue;
      if (x.kind === kind) for (const operand of x.operands) members.add(operand);
      else members.add(x);
    }
    const [first] = members;
    if (first === undefined) return unit;
    if (members.size === 1) return first;
    const held: ReadonlySet<Bool | Bits | undefined> = members;
    for (const x of members) {
      if (held.has(knownNegation(interner, x))) return zero;
      // The negation of a junction of the same kind, whose operands are members themselves.
      const inner = x.kind === "not" && x.operand.kind === kind ? x.operand.operands : undefined;
      if (inner?.every((operand) => members.has(operand)) === true) return zero;
    }
    const operands = [...members].sort((a, b) => a.id - b.id);
    const key = `${kind} ${operands.map((x) => x.id).join(" ")}`;
    return interner.intern<Bool>(key, { kind, operands });
  };
  const and = (...xs: readonly Bool[]): Bool => junction("and", yes, no, xs);
  const or = (...xs: readonly Bool[]): Bool => junction("or", no, yes, xs);
  const iff = (x: Bool, y: Bool): Bool => {
    if (x === y) return yes;
    if (x.kind === "bool") return x.value ? y : not(y);
    if (y.kind === "bool") return y.value ? x : not(x);
    if (knownNegation(interner, x) === y) return no;
    const [left, right] = x.id < y.id ? [x, y] : [y, x];
    return interner.intern<Bool>(`iff ${left.id} ${right.id}`, { kind: "iff", left, right });
  };
  return { and, or, implies: (x, y) => or(not(x), y), iff };
}

/** Most junctions join two terms of which one changes nothing or decides: those need no sorting. */
function quickJunction(unit: Bool, zero: Bool, xs: readonly Bool[]): Bool | undefined {
  const [one, two] = xs;
  if (one === undefined || two === undefined || xs.length !== 2) return undefined;
  if (one === unit || one === two || two === zero) return two;
  return two === unit || one === zero ? one : undefined;
}

function choice(interner: Interner, condition: Bool, x: Bits, y: Bits): Bits {
  sameWidth(x, y);
  if (x === y) return x;
  if (condition.kind === "bool") return condition.value ? x : y;
  if (condition.kind === "not") return choice(interner, condition.operand, y, x);
  const key = `ite ${condition.id} ${x.id} ${y.id}`;
  const parts = { kind: "ite", width: x.width, condition, then: x, otherwise: y } as const;
  return interner.intern<Bits>(key, parts);
}
