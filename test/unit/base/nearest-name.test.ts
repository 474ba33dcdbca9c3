import { describe, expect, test } from "vitest";
import { didYouMean, nearestName } from "../../../src/base/nearest-name.ts";

describe("nearestName", () => {
  test.each([
    ["prots", ["ports", "from"], "ports"],
    ["Ports", ["ports"], "ports"],
    ["port", ["ports", "sport"], "ports"],
    ["db", ["da", "dc"], "da"],
    ["xyz", ["ports", "from"], undefined],
    ["a", ["bcd"], undefined],
    ["anything", [], undefined],
  ])("%s among %j is %s", (name, candidates, expected) => {
    expect(nearestName(name, candidates)).toBe(expected);
    expect(nearestName(name, candidates.toReversed())).toBe(expected);
  });
});

describe("didYouMean", () => {
  test("is a hint, or nothing", () => {
    expect(didYouMean("prots", ["ports"])).toEqual({ hint: "did you mean ports?" });
    expect(didYouMean("prots", ["x"])).toEqual({});
  });
});
