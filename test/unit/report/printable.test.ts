import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { as, render } from "../../../src/report/line.ts";
import { displayWidth, padded, printable, printableJson } from "../../../src/report/printable.ts";

const OBEYED = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u;

describe("printable", () => {
  test.each([
    ["plain", "plain"],
    ["\u001b[31mred", "\\u{1b}[31mred"],
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\u009b31m", "\\u{9b}31m"],
    ["x\u202egnp.exe", "x\\u{202e}gnp.exe"],
    ["zero\u200bwidth", "zero\\u{200b}width"],
    ["\u2028", "\\u{2028}"],
    ["half \ud800", "half \\u{d800}"],
    ["tag \u{e0041}", "tag \\u{e0041}"],
    ["größe 日本 🎉", "größe 日本 🎉"],
  ])("%j becomes %j", (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test("leaves nothing that a terminal obeys, in whatever text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = printable(text);
        return !OBEYED.test(shown) && printable(shown) === shown;
      }),
      { numRuns: 300 },
    );
  });
});

describe("render", () => {
  test("escapes every piece, coloured or not, and ends every line once", () => {
    const lines = [["label=", as("bad", "a\u001b[2J\nb")], [], ["end  "]];
    expect(render(lines, false)).toBe("label=a\\u{1b}[2J\\nb\n\nend\n");
    expect(render(lines, true)).toBe("label=\u001b[31ma\\u{1b}[2J\\nb\u001b[39m\n\nend\n");
  });
});

describe("printableJson", () => {
  test("means the same and holds nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: "binary" }), (value, text) => {
        const data = { value, [text]: text };
        const json = printableJson(JSON.stringify(data, null, 1));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(data)));
        expect(json).not.toMatch(/[^\P{Cc}\n]/u);
      }),
      { numRuns: 300 },
    );
  });
});

describe("displayWidth", () => {
  test.each([
    ["abc", 3],
    ["日本", 4],
    ["e\u0301", 1],
    ["🎉", 2],
    ["", 0],
  ])("%s takes %i columns", (text, width) => {
    expect(displayWidth(text)).toBe(width);
    expect(displayWidth(padded(text, 10))).toBe(10);
  });
});
