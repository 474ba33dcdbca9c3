/** Mistakes that law A4 must notice: in the translation for Z3, on the way to it and on the way back. */
import type { Mutation } from "../../support/mutate.ts";

const law = "a4-solving";
/** Each case asks dozens of questions. */
const numRuns = 12;

export const MUTATIONS: readonly Mutation[] = [
  // One bound of every range is corrupted.
  {
    law,
    numRuns,
    file: "src/smt/solver-z3.ts",
    from: "return z3.mk_bvule(context, at(built, term[1]), at(built, term[2]));",
    to: "return z3.mk_bvult(context, at(built, term[1]), at(built, term[2]));",
  },
  // Conjunctions are read as disjunctions.
  {
    law,
    numRuns,
    file: "src/smt/solver-z3.ts",
    from: "return z3.mk_and(",
    to: "return z3.mk_or(",
  },
  // Only the first link of a choice is ever taken.
  {
    law,
    numRuns: 40,
    file: "src/smt/choices.ts",
    from: "offer(action.choice, action.vias.length)",
    to: "offer(action.choice, 1)",
  },
  // Marks are seen at the next switch.
  {
    law,
    numRuns,
    file: "src/smt/walker.ts",
    from: "{ ...outside, link, marked: false }",
    to: "{ ...outside, link }",
  },
  // Literals arrive off by one.
  {
    law,
    numRuns,
    file: "src/smt/solver-wire.ts",
    from: "term.value.toString()",
    to: "(term.value ^ 1n).toString()",
  },
  // A packet is read back with another source port.
  {
    law,
    numRuns,
    file: "src/smt/decode.ts",
    from: "sourcePort: Number(bits(header.sourcePort)),",
    to: "sourcePort: Number(bits(header.sourcePort)) + 1,",
  },
  // The goal is asked for instead of its violation.
  {
    law,
    numRuns,
    file: "src/smt/verify.ts",
    from: "return terms.and(...assumptions, terms.not(goal));",
    to: "return terms.and(...assumptions, goal);",
  },
];
