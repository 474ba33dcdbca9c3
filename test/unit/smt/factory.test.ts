import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Assignment, evalTerm, evaluation } from "../../../src/smt/eval-term.ts";
import { type Terms, createTerms } from "../../../src/smt/factory.ts";
import { type Bits, type Bool, inBuildOrder } from "../../../src/smt/term.ts";

const WIDTH = 3;
const VALUES = Array.from({ length: 1 << WIDTH }, (_, i) => BigInt(i));

/** A term, and what it should mean: written without the factory's rules. */
interface Meant<T, V> {
  readonly term: (terms: Terms) => T;
  readonly means: (assignment: Assignment) => V;
}
type MeantBool = Meant<Bool, boolean>;
type MeantBits = Meant<Bits, bigint>;

const number = (a: Assignment, name: string): bigint => {
  const value = a.get(name);
  return typeof value === "bigint" ? value : 0n;
};

const { bool } = fc.letrec<{ bool: MeantBool; bits: MeantBits }>((tie) => ({
  bits: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("x", "y").map(
      (name): MeantBits => ({
        term: (t) => t.variable(name, WIDTH),
        means: (a) => number(a, name),
      }),
    ),
    fc
      .constantFrom(...VALUES)
      .map((value): MeantBits => ({ term: (t) => t.literal(value, WIDTH), means: () => value })),
    fc.tuple(tie("bool"), tie("bits"), tie("bits")).map(
      ([c, x, y]): MeantBits => ({
        term: (t) => t.ite(c.term(t), x.term(t), y.term(t)),
        means: (a) => (c.means(a) ? x.means(a) : y.means(a)),
      }),
    ),
  ),
  bool: fc.oneof(
    { maxDepth: 5 },
    fc.boolean().map((b): MeantBool => ({ term: (t) => (b ? t.yes : t.no), means: () => b })),
    fc.constantFrom("p", "q").map(
      (name): MeantBool => ({
        term: (t) => t.boolVariable(name),
        means: (a) => a.get(name) === true,
      }),
    ),
    fc.tuple(fc.constantFrom("eq", "ult", "ule"), tie("bits"), tie("bits")).map(
      ([kind, x, y]): MeantBool => ({
        term: (t) => t[kind](x.term(t), y.term(t)),
        means: (a) => {
          const [left, right] = [x.means(a), y.means(a)];
          return kind === "eq" ? left === right : kind === "ult" ? left < right : left <= right;
        },
      }),
    ),
    tie("bool").map(
      (x): MeantBool => ({ term: (t) => t.not(x.term(t)), means: (a) => !x.means(a) }),
    ),
    fc.array(tie("bool"), { maxLength: 4 }).map(
      (xs): MeantBool => ({
        term: (t) => t.and(...xs.map((x) => x.term(t))),
        means: (a) => xs.every((x) => x.means(a)),
      }),
    ),
    fc.array(tie("bool"), { maxLength: 4 }).map(
      (xs): MeantBool => ({
        term: (t) => t.or(...xs.map((x) => x.term(t))),
        means: (a) => xs.some((x) => x.means(a)),
      }),
    ),
    fc.tuple(fc.constantFrom("iff", "implies"), tie("bool"), tie("bool")).map(
      ([kind, x, y]): MeantBool => ({
        term: (t) => t[kind](x.term(t), y.term(t)),
        means: (a) => (kind === "iff" ? x.means(a) === y.means(a) : !x.means(a) || y.means(a)),
      }),
    ),
    fc.tuple(tie("bits"), fc.constantFrom(...VALUES), fc.constantFrom(...VALUES)).map(
      ([x, low, high]): MeantBool => ({
        term: (t) => t.within(x.term(t), low <= high ? [[low, high]] : []),
        means: (a) => low <= high && x.means(a) >= low && x.means(a) <= high,
      }),
    ),
  ),
}));

const ASSIGNMENTS: readonly Assignment[] = VALUES.flatMap((x) =>
  VALUES.flatMap((y) =>
    [false, true].flatMap((p) =>
      [false, true].map(
        (q): Assignment =>
          new Map<string, bigint | boolean>([
            ["x", x],
            ["y", y],
            ["p", p],
            ["q", q],
          ]),
      ),
    ),
  ),
);

describe("createTerms", () => {
  test("makes terms that mean what the operations mean, for every assignment", () => {
    fc.assert(
      fc.property(bool, ({ term, means }) => {
        const made = term(createTerms());
        return ASSIGNMENTS.every((each) => evalTerm(made, each) === means(each));
      }),
      { numRuns: 300 },
    );
  });

  test("gives equal terms the same object, in any order of operands", () => {
    const t = createTerms();
    const [p, q, r] = [t.boolVariable("p"), t.boolVariable("q"), t.boolVariable("r")];
    expect(t.and(p, q, r)).toBe(t.and(t.and(r, p), q, p));
    expect(t.or(p, t.or(q, r))).toBe(t.or(r, q, p));
    expect(t.iff(p, q)).toBe(t.iff(q, p));
    const x = t.variable("x", 16);
    expect(t.ult(x, t.literal(80n, 16))).toBe(t.ule(x, t.literal(79n, 16)));
    expect(t.within(x, [[0n, 65_535n]])).toBe(t.yes);
    expect(t.within(x, [])).toBe(t.no);
  });

  test("folds opposites to a constant", () => {
    const t = createTerms();
    const [p, q] = [t.boolVariable("p"), t.boolVariable("q")];
    const [x, y] = [t.variable("x", 8), t.variable("y", 8)];
    const claims = [p, t.and(p, q), t.eq(x, y), t.ult(x, y), t.ule(x, t.literal(7n, 8))];
    for (const claim of claims) {
      expect(t.and(claim, q, t.not(claim))).toBe(t.no);
      expect(t.or(claim, q, t.not(claim))).toBe(t.yes);
      expect(t.iff(claim, t.not(claim))).toBe(t.no);
      expect(t.not(t.not(claim))).toBe(claim);
    }
  });

  test("refuses what has no meaning", () => {
    const t = createTerms();
    expect(() => t.literal(256n, 8)).toThrow("256 does not fit in 8 bits");
    expect(() => t.eq(t.variable("x", 8), t.variable("z", 16))).toThrow("cannot be compared");
    expect(() => t.variable("x", 16)).toThrow("variable x has 8 bits, not 16");
  });
});

describe("evaluation", () => {
  test("throws when a variable that decides has no value, or one of the wrong sort", () => {
    const t = createTerms();
    const { bits } = evaluation(new Map([["x", true]]));
    expect(() => evalTerm(t.boolVariable("p"), new Map())).toThrow("variable p has no value");
    expect(() => bits(t.variable("x", 8))).toThrow("x is no bit vector");
  });
});

describe("inBuildOrder", () => {
  test("puts every term once, after all that it is made of", () => {
    fc.assert(
      fc.property(fc.array(bool, { maxLength: 3 }), (meant) => {
        const terms = createTerms();
        const roots = meant.map(({ term }) => term(terms));
        const order = inBuildOrder(roots);
        expect(new Set(order).size).toBe(order.length);
        for (const root of roots) expect(order).toContain(root);
        order.forEach((term, place) => {
          for (const part of inBuildOrder([term])) {
            expect(order.indexOf(part)).toBeLessThanOrEqual(place);
          }
        });
      }),
      { numRuns: 60 },
    );
  });
});
