/** Mistakes that law A3 must notice. */
import type { Mutation } from "../../support/mutate.ts";

const law = "a3-encoding";

export const MUTATIONS: readonly Mutation[] = [
  // An earlier rule of another way is not excluded: first match is lost.
  {
    law,
    file: "src/smt/branches.ts",
    from: "earlier.way === turn.way ||",
    to: "earlier.way !== turn.way ||",
  },
  // What a rule leaves over is taken from what it matches.
  {
    law,
    file: "src/smt/branches.ts",
    from: "bitSets.subtract(region[part.field], part.set)",
    to: "bitSets.intersect(region[part.field], part.set)",
  },
  // One bound of a range is off by one.
  {
    law,
    file: "src/smt/factory.ts",
    from: "order.ule(leaves.literal(low, x.width), x)",
    to: "order.ult(leaves.literal(low, x.width), x)",
  },
  // A choice is made anew each time that it is met.
  {
    law,
    file: "src/smt/offers.ts",
    from: "made !== undefined && made !== index",
    to: "made !== undefined && made < index",
  },
  // The new port is not known to later tables.
  {
    law,
    file: "src/smt/walker.ts",
    from: "nextRegion[field] = [[bits, bits]];",
    to: "nextRegion[field] = region[field];",
  },
  // Packets on the way back to where they have been are not noticed.
  {
    law,
    file: "src/smt/symbolic-header.ts",
    from: "terms.and(...FIELDS.map(",
    to: "terms.or(...FIELDS.map(",
  },
  // Loopback packets may come from anywhere.
  {
    law,
    file: "src/smt/explore.ts",
    from: 'terms.and(isIn("source", loopback), isIn("destination", loopback))',
    to: 'terms.or(isIn("source", loopback), isIn("destination", loopback))',
  },
  // A reply that is delivered anywhere counts as returned.
  {
    law,
    file: "src/smt/replies.ts",
    from: "return home ? terms.yes : terms.no;",
    to: "return terms.yes;",
  },
  // A reply is not translated back.
  {
    law,
    file: "src/smt/replies.ts",
    from: "const after = swapped(entry.original);",
    to: "const after = header;",
  },
  // Marks: not asked for; seen at the next switch; lost by the next translation; seen on a known reply.
  {
    law,
    file: "src/smt/branches.ts",
    from: "if (rule.marked !== undefined && rule.marked !== marked) continue;",
    to: "",
  },
  {
    law,
    file: "src/smt/walker.ts",
    from: "{ ...outside, link, marked: false }",
    to: "{ ...outside, link }",
  },
  {
    law,
    file: "src/smt/walker.ts",
    from: "progress.marked || rewrite.marks === true",
    to: "rewrite.marks === true",
  },
  {
    law,
    file: "src/smt/replies.ts",
    from: "const entry = { link, marked: false };",
    to: "const entry = { link, marked: true };",
  },
  // A choice of links: the first alone; forgotten afterwards; one life of the reply is enough.
  {
    law,
    file: "src/smt/walker.ts",
    from: "takeable(after.choices, action.choice, action.vias)",
    to: "takeable(after.choices, action.choice, action.vias.slice(0, 1))",
  },
  {
    law,
    file: "src/smt/walker.ts",
    from: "{ ...after, choices }, visits, ended)",
    to: "after, visits, ended)",
  },
  // The destination index overlooks rules that name several addresses.
  {
    law,
    file: "src/smt/table-index.ts",
    from: "addresses.length === set.length ? addresses : undefined",
    to: "addresses.length > 0 ? addresses : undefined",
  },
];
