import { describe, expect, test } from "vitest";
import { type FibAction, rewritten } from "../../../../models/network/action.ts";
import { type Rule, lookup } from "../../../../models/network/fib.ts";
import { ANY, type Match, matches } from "../../../../models/network/match.ts";
import type { Header } from "../../../../models/network/packet.ts";
import { among, deliver, packet, to } from "../../../support/network-examples.ts";

const header = (source: string, destination: string): Header =>
  packet("p", source, destination).header;
const rule = (text: string, match: Match): Rule<FibAction> => ({
  match,
  action: deliver(text),
  because: { text, origins: [] },
});

describe("lookup", () => {
  const otherwise = {
    action: { kind: "discard", reason: "no-route" } as const,
    because: { text: "otherwise", origins: [] },
  };
  const rules = [
    rule("port", to("10.0.0.2", 80)),
    rule("host", to("10.0.0.2")),
    rule("block", to("10.0.0.0/24")),
  ];
  const decidedBy = (destination: string): string =>
    lookup({ rules, otherwise }, header("10.0.0.1 5000", destination), "l", false).because.text;

  test("takes the first rule that matches, not the most specific", () => {
    expect(decidedBy("10.0.0.2 80")).toBe("port");
    expect(decidedBy("10.0.0.2 81")).toBe("host");
    expect(decidedBy("10.0.0.3 80")).toBe("block");
    const reversed = { rules: rules.toReversed(), otherwise };
    const found = lookup(reversed, header("10.0.0.1 5000", "10.0.0.2 80"), "l", false);
    expect(found.because.text).toBe("block");
  });

  test("falls to otherwise when no rule matches", () => {
    expect(decidedBy("10.0.1.0 80")).toBe("otherwise");
    const sent = header("10.0.0.1 1", "10.0.0.2 1");
    const empty = lookup({ rules: [], otherwise }, sent, "l", false);
    expect(empty).toBe(otherwise);
  });
});

describe("matches", () => {
  const seen = header("10.0.0.1 5000", "10.0.0.2 80");
  const cases: readonly (readonly [string, Match, boolean])[] = [
    ["nothing is asked", ANY, true],
    ["the source is in the set", { sources: among("10.0.0.1") }, true],
    ["the source is only in the destination's set", { sources: among("10.0.0.2") }, false],
    ["the destination is in the set", { destinations: among("10.0.0.2") }, true],
    ["only the other family has members", { destinations: among("fd00::/8") }, false],
    ["the set is empty", { destinations: among() }, false],
    ["the source port is the lowest", { sourcePorts: [[5000, 6000]] }, true],
    ["the source port is just below", { sourcePorts: [[5001, 6000]] }, false],
    ["the destination port is the highest", { destinationPorts: [[1, 80]] }, true],
    ["the destination port is just above", { destinationPorts: [[1, 79]] }, false],
    ["the protocol is among them", { protocols: ["UDP", "TCP"] }, true],
    ["the protocol is another", { protocols: ["UDP"] }, false],
    ["it came by the link", { links: ["k", "l"] }, true],
    ["it came by another link", { links: ["k"] }, false],
    ["no link is admitted", { links: [] }, false],
    ["no mark is admitted, and there is none", { marked: false }, true],
    ["a mark is asked for", { marked: true }, false],
    ["one part of several fails", { ...to("10.0.0.2", 80), protocols: ["SCTP"] }, false],
  ];
  test.each(cases)("when %s", (_when, match, expected) => {
    expect(matches(match, seen, "l", false)).toBe(expected);
  });

  test("a marked packet meets what asks for a mark and not what asks for none", () => {
    expect(matches({ marked: true }, seen, "l", true)).toBe(true);
    expect(matches({ marked: false }, seen, "l", true)).toBe(false);
    expect(matches(ANY, seen, "l", true)).toBe(true);
  });
});

describe("rewritten", () => {
  test("changes the fields that the rewrite names and no others", () => {
    const before = header("10.0.0.1 5000", "10.0.0.2 80");
    const because = { text: "", origins: [] };
    expect(rewritten(before, { because })).toEqual(before);
    expect(rewritten(before, { destinationPort: 8080, because })).toEqual({
      ...before,
      destinationPort: 8080,
    });
    const source = { family: "IPv4", bits: 7n } as const;
    expect(rewritten(before, { source, destination: source, because })).toEqual({
      ...before,
      source: 7n,
      destination: 7n,
    });
  });
});
