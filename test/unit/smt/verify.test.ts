import { describe, expect, test } from "vitest";
import type { Box } from "../../../models/base/box.ts";
import { boxesTerm, endsTerm, portsTerm } from "../../../src/smt/boxes-term.ts";
import { evalTerm } from "../../../src/smt/eval-term.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import type { Solver } from "../../../src/smt/solver.ts";
import type { Answer } from "../../../src/smt/solver-answer.ts";
import { headerVariables } from "../../../src/smt/symbolic-header.ts";
import type { Bool } from "../../../src/smt/term.ts";
import { assignmentOf } from "../../../src/smt/decode.ts";
import { createProver, equivalent, implies, never } from "../../../src/smt/verify.ts";

/** A solver that gives the same answer to everything and counts what it is asked. */
function stubborn(answer: Answer): { readonly solver: Solver; readonly asked: Bool[] } {
  const asked: Bool[] = [];
  const solver: Solver = {
    start: () => {},
    check: () => Promise.resolve(answer),
    checkAll: (questions) => {
      asked.push(...questions);
      return Promise.resolve(questions.map(() => answer));
    },
    asked: () => asked.length,
    version: () => undefined,
    close: () => Promise.resolve(),
  };
  return { solver, asked };
}

describe("createProver", () => {
  const terms = createTerms();
  const [p, q] = [terms.boolVariable("p"), terms.boolVariable("q")];

  test("asks once for claims that are broken by the same values", async () => {
    const { solver, asked } = stubborn({ kind: "unsat" });
    const prover = createProver(terms, solver);
    const claims = [never(terms, [p, q], terms.yes), never(terms, [p], q)];
    const both = never(terms, [q], p);
    const proved = { kind: "proved" };
    expect(await prover.proveAll(claims)).toEqual([proved, proved]);
    expect(await prover.prove(both)).toEqual(proved);
    expect(asked).toEqual([terms.and(p, q)]);
    expect(prover.counts()).toEqual({ claims: 3, folded: 0, proofs: 1 });
  });

  test("needs no solver where the condition folds", async () => {
    const { solver, asked } = stubborn({ kind: "unsat" });
    const prover = createProver(terms, solver);
    expect(await prover.prove(equivalent(terms, [q], p, p))).toEqual({ kind: "proved" });
    expect(await prover.prove(implies(terms, [q], p, p))).toEqual({ kind: "proved" });
    expect(await prover.prove(never(terms, [], terms.yes))).toEqual({
      kind: "refuted",
      model: new Map(),
    });
    expect(asked).toEqual([]);
  });

  test("is undecided, and asks again, when the solver gives up", async () => {
    const { solver, asked } = stubborn({ kind: "unknown", code: "NQ5001", reason: "late" });
    const prover = createProver(terms, solver);
    const undecided = { kind: "undecided", code: "NQ5001", why: "late" };
    expect(await prover.prove(never(terms, [], p))).toEqual(undecided);
    expect(await prover.prove(never(terms, [], p))).toEqual(undecided);
    expect(asked.length).toBe(2);
  });

  test("shows the values that refute", async () => {
    const model = new Map([["p", true]]);
    const { solver } = stubborn({ kind: "sat", model });
    const prover = createProver(terms, solver);
    expect(await prover.prove(never(terms, [], p))).toEqual({ kind: "refuted", model });
  });
});

describe("boxesTerm", () => {
  const terms = createTerms();
  const header = headerVariables(terms, "IPv4");
  const box: Box = {
    family: "IPv4",
    protocol: "UDP",
    sources: [[1n, 2n]],
    destinations: [[9n, 9n]],
    ports: [[53, 54]],
  };
  const inside = {
    family: "IPv4",
    protocol: "UDP",
    source: 2n,
    sourcePort: 1,
    destination: 9n,
    destinationPort: 53,
  } as const;
  const outside = [
    { ...inside, protocol: "TCP" },
    { ...inside, source: 3n },
    { ...inside, destination: 8n },
    { ...inside, destinationPort: 55 },
  ] as const;

  test("holds of the headers in a box of the family, and of no others", () => {
    const term = boxesTerm(
      terms,
      [{ ...box, family: "IPv6", ports: [[1, 65_535]] }, box],
      "IPv4",
      header,
    );
    expect(evalTerm(term, assignmentOf(inside, {}))).toBe(true);
    for (const each of outside) expect(evalTerm(term, assignmentOf(each, {}))).toBe(false);
    expect(boxesTerm(terms, [], "IPv4", header)).toBe(terms.no);
  });

  test("is the conjunction of its ends and its ports", () => {
    const parts = terms.and(
      endsTerm(terms, { sources: box.sources, destinations: box.destinations }, header),
      portsTerm(terms, box.protocol, box.ports, header),
    );
    expect(boxesTerm(terms, [box], "IPv4", header)).toBe(parts);
    expect(endsTerm(terms, {}, header)).toBe(terms.yes);
  });
});
