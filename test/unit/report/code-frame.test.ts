import { describe, expect, test } from "vitest";
import { codeFrame } from "../../../src/report/code-frame.ts";
import { render } from "../../../src/report/line.ts";

function frame(
  text: string,
  line: number,
  column: number,
  note = "",
  context: readonly number[] = [],
): string {
  const at = (l: number, c: number): Parameters<typeof codeFrame>[1] => ({
    file: "a.yaml",
    line: l,
    column: c,
    path: "",
  });
  return render(
    codeFrame(
      new Map([["a.yaml", text]]),
      at(line, column),
      note,
      context.map((l) => at(l, 1)),
    ),
    false,
  );
}

describe("codeFrame", () => {
  test("underlines from the column to the end of the line, a comment left out", () => {
    expect(frame("a: 1\n  - b: x # why\n", 2, 5, "no such thing")).toBe(
      [" --> a.yaml:2:5", "  |", "2 |   - b: x # why", "  |     ^^^^ no such thing", ""].join("\n"),
    );
  });

  test("shows context above it, but not from far away", () => {
    const text = Array.from({ length: 20 }, (_, i) => `line${String(i + 1)}`).join("\n");
    expect(frame(text, 12, 1, "", [10])).toBe(
      [
        "  --> a.yaml:12:1",
        "   |",
        "10 | line10",
        "11 | line11",
        "12 | line12",
        "   | ^^^^^^",
        "",
      ].join("\n"),
    );
    expect(frame(text, 12, 1, "", [2, 15])).not.toContain("line11");
  });

  test("gives the place alone when the source is not there", () => {
    expect(frame("", 9, 2, "note")).toBe(" --> a.yaml:9:2\n  = note\n");
    expect(frame("", 9, 2)).toBe(" --> a.yaml:9:2\n");
  });

  test("takes carriage returns, tabs, wide characters and a byte order mark", () => {
    expect(frame("\uFEFFx: 1\r\ny: 2\r\n", 1, 1)).toContain("1 | x: 1\n  | ^^^^\n");
    expect(frame("\tk: v", 1, 2)).toContain("1 |   k: v\n  |   ^^^^\n");
    expect(frame("日本: v", 1, 5)).toContain("  |       ^\n");
  });

  test("cuts a line of a megabyte around the column", () => {
    const json = `{${'"k": 1, '.repeat(100_000)}}`;
    const shown = frame(json, 1, 400_001).split("\n");
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThan(150);
    expect(shown[2]).toContain("…");
  });

  test("marks at least one column, even beyond the end of the line", () => {
    expect(frame("ab", 1, 9)).toContain("^");
    expect(frame("ab\n\n", 2, 1)).toContain("^");
  });

  test("shows what a hostile line holds without obeying it", () => {
    const shown = frame("name: \u001b[2Jx", 1, 1);
    expect(shown).toContain("1 | name: \\u{1b}[2Jx\n  | ^^^^^^^^^^^^^^^^\n");
  });
});
