import { afterAll, describe, expect, test } from "vitest";
import { decodeHeader } from "../../../src/smt/decode.ts";
import { type Assignment, evalTerm } from "../../../src/smt/eval-term.ts";
import { createTerms } from "../../../src/smt/factory.ts";
import { preferredModel, usualWishes } from "../../../src/smt/prefer.ts";
import { openSolver } from "../../../src/smt/solver.ts";
import { type SymbolicHeader, headerVariables } from "../../../src/smt/symbolic-header.ts";
import type { Bool } from "../../../src/smt/term.ts";

const terms = createTerms();
const header: SymbolicHeader = headerVariables(terms, "IPv4");
const solver = openSolver();
afterAll(() => solver.close());

const ANY_PORT = [[1n, 65_535n]] as const;
const domain = terms.and(
  terms.within(header.protocol, [
    [6n, 6n],
    [17n, 17n],
    [132n, 132n],
  ]),
  terms.within(header.sourcePort, ANY_PORT),
  terms.within(header.destinationPort, ANY_PORT),
);

/** The header that is shown for `condition`, whatever the solver offers first. */
async function shown(
  condition: Bool,
  taste: Parameters<typeof usualWishes>[3] = {},
): Promise<ReturnType<typeof decodeHeader>> {
  const whole = terms.and(domain, condition);
  const first = await solver.check([whole]);
  const other = await solver.check([whole, terms.not(modelTerm(first))]);
  const offers = [first, other].flatMap((a): Assignment[] => (a.kind === "sat" ? [a.model] : []));
  const wishes = usualWishes(terms, header, [], taste);
  const found = await Promise.all(
    offers.map(async (offer) => {
      const model = await preferredModel(terms, solver, whole, offer, wishes);
      expect(evalTerm(whole, model)).toBe(true);
      return decodeHeader(header, "IPv4", model);
    }),
  );
  const [one, two] = found;
  if (one === undefined) throw new Error("the condition has no solution");
  if (two !== undefined) expect(two).toEqual(one);
  return one;
}

function modelTerm(answer: Awaited<ReturnType<typeof solver.check>>): Bool {
  const value = answer.kind === "sat" ? answer.model.get("destinationPort") : undefined;
  return typeof value === "bigint"
    ? terms.eq(header.destinationPort, terms.literal(value, 16))
    : terms.no;
}

describe("preferredModel", () => {
  test("prefers TCP, a port that something listens on, and the lowest of everything", async () => {
    const destinations = terms.within(header.destination, [[0x0a00_0003n, 0x0a00_00ffn]]);
    expect(
      await shown(destinations, {
        ports: [
          [8080, 8080],
          [9090, 9090],
        ],
      }),
    ).toEqual({
      family: "IPv4",
      protocol: "TCP",
      source: 0n,
      sourcePort: 32_768,
      destination: 0x0a00_0003n,
      destinationPort: 8080,
    });
  });

  test("takes UDP before SCTP and the lowest port of a range when nothing is preferred there", async () => {
    const condition = terms.and(
      terms.not(terms.eq(header.protocol, terms.literal(6n, 8))),
      terms.within(header.destinationPort, [
        [5_000n, 5_010n],
        [6_000n, 6_000n],
      ]),
      terms.within(header.source, [[7n, 9n]]),
    );
    const found = await shown(condition, { ports: [[80, 80]], sources: [[9n, 9n]] });
    expect(found.protocol).toBe("UDP");
    expect(found.destinationPort).toBe(5_000);
    expect(found.source).toBe(9n);
  });

  test("finds the lowest value also where no comparison changes", async () => {
    // destination < source < 4: the lowest source is 1, between the literals of the condition.
    const condition = terms.and(
      terms.ult(header.destination, header.source),
      terms.ult(header.source, terms.literal(400n, 32)),
      terms.ult(terms.literal(100n, 32), header.destination),
    );
    const found = await shown(condition);
    expect([found.destination, found.source]).toEqual([101n, 102n]);
  });
});
