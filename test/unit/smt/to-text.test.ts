import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { createTerms } from "../../../src/smt/factory.ts";
import { toSmtLib } from "../../../src/smt/to-text.ts";

const terms = createTerms();
const port = terms.variable("destinationPort", 16);
const bit = terms.variable("choice dnat:a/b", 1);
const web = terms.within(port, [[80n, 81n]]);

const SCRIPT = `; property: nothing | else
(set-logic QF_BV)
(set-info :status unsat)
(declare-const |destinationPort| (_ BitVec 16))
(define-fun t!0 () Bool (and (bvule #x0050 |destinationPort|) (bvule |destinationPort| #x0051)))
(declare-const |p%7cq| Bool)
(declare-const |choice dnat:a/b| (_ BitVec 1))
(assert (or t!0 |p%7cq|))
(assert (not t!0))
(assert (= |choice dnat:a/b| #b1))
(check-sat)
(exit)
`;

describe("toSmtLib", () => {
  const assertions = [
    terms.or(web, terms.boolVariable("p|q")),
    terms.not(web),
    terms.eq(bit, terms.literal(1n, 1)),
  ];

  test("declares variables, defines shared parts once, and says what to expect", () => {
    expect(toSmtLib(assertions, "unsat", ["property: nothing\n| else"])).toBe(SCRIPT);
  });

  test("writes ite and iff", () => {
    const either = terms.ite(terms.boolVariable("r"), port, terms.literal(7n, 16));
    const text = toSmtLib([terms.iff(terms.ule(either, port), terms.boolVariable("r"))], "sat");
    expect(text).toContain(
      "(assert (= |r| (bvule (ite |r| |destinationPort| #x0007) |destinationPort|)))",
    );
  });

  test.for([
    { solver: "z3", args: ["-in"] },
    { solver: "cvc5", args: ["--lang=smt2", "-"] },
  ])("is understood by $solver, where it is installed", ({ solver, args }, context) => {
    if (spawnSync(solver, ["--version"]).status !== 0) return context.skip(`no ${solver} here`);
    const input = toSmtLib(assertions, "sat");
    const { stdout } = spawnSync(solver, args, { input, encoding: "utf8" });
    expect(stdout.trim()).toBe("sat");
  });
});
