import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Origin } from "../../../models/base/origin.ts";
import { readLocated } from "../../../src/manifest/located-document.ts";

/** `line:column` of an origin. */
const place = (at: Origin | undefined): string =>
  at === undefined ? "" : `${String(at.line)}:${String(at.column)}`;

const read = (text: string, name = "a.yaml") => readLocated(name, text);
const codes = (text: string, name = "a.yaml"): readonly string[] =>
  read(text, name).diagnostics.map((d) => `${d.code}@${place(d.at)}`);
const contents = (text: string, name = "a.yaml"): readonly unknown[] =>
  (read(text, name).value ?? []).map((d) => d.content);

describe("readLocated", () => {
  test("knows where values and keys stand", () => {
    const [document] = read("a:\n  - b: 1\n    c: x\nd: {e: [true]}\n").value ?? [];
    expect(document?.content).toEqual({ a: [{ b: 1, c: "x" }], d: { e: [true] } });
    expect(document?.positionOf(["a", 0, "c"])).toEqual({
      file: "a.yaml",
      line: 3,
      column: 8,
      path: "a[0].c",
    });
    expect(place(document?.keyPositionOf(["a", 0, "c"]))).toBe("3:5");
    expect(place(document?.positionOf(["a", 0]))).toBe("2:5");
    expect(place(document?.positionOf(["d", "e", 0]))).toBe("4:9");
  });

  test("falls back to the nearest ancestor that exists", () => {
    const [document] = read("a:\n  b: 1\n").value ?? [];
    expect(document?.positionOf(["a", "x", "y"])).toMatchObject({ line: 2, column: 3, path: "a" });
  });

  test("places a value that is not written at its key", () => {
    const [document] = read("a:\n  b:\nc: 1\n").value ?? [];
    expect(document?.content).toEqual({ a: { b: null }, c: 1 });
    expect(place(document?.positionOf(["a", "b"]))).toBe("2:3");
  });

  test("reads several documents and leaves empty ones out", () => {
    expect(contents("---\n---\na: 1\n---\n# nothing\n---\nb: 2\n...\n")).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
    expect(contents("")).toEqual([]);
  });

  test("accepts a byte order mark and CRLF", () => {
    const [document] = read("\uFEFFa: 1\r\nb:\r\n  c: 2\r\n").value ?? [];
    expect(document?.content).toEqual({ a: 1, b: { c: 2 } });
    expect(place(document?.positionOf(["a"]))).toBe("1:4");
    expect(place(document?.positionOf(["b", "c"]))).toBe("3:6");
    expect(contents('\uFEFF{"a": 1}', "a.json")).toEqual([{ a: 1 }]);
  });

  test("resolves anchors, aliases and merge keys", () => {
    const text =
      "base: &b {x: 1, y: 2}\nuse: *b\nmerged:\n  <<: *b\n  y: 3\nmany:\n  <<: [{x: 7}, *b]\n";
    const x1y2 = { x: 1, y: 2 };
    expect(contents(text)).toEqual([
      { base: x1y2, use: x1y2, merged: { x: 1, y: 3 }, many: { x: 7, y: 2 } },
    ]);
  });

  test("merges under a YAML 1.1 directive too, and not where the key is quoted", () => {
    expect(contents("%YAML 1.1\n---\na: &a {x: 1}\nb: {<<: *a}\n")).toEqual([
      { a: { x: 1 }, b: { x: 1 } },
    ]);
    expect(contents("a: {'<<': {x: 1}}\n")).toEqual([{ a: { "<<": { x: 1 } } }]);
  });

  test("keeps a key named __proto__ as data", () => {
    const [content] = contents("__proto__: {a: 1}\n");
    expect(Object.keys(content as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(content)).toBe(Object.prototype);
  });

  test("reads number-like keys as text", () => {
    expect(contents("80: a\ntrue: b\n")).toEqual([{ "80": "a", true: "b" }]);
  });

  test("reads JSON as it reads YAML, several values in a row included", () => {
    expect(contents('{"a": [1, "x\\n", null]}\n{"b": -1.5e3}')).toEqual([
      { a: [1, "x\n", null] },
      { b: -1500 },
    ]);
    expect(contents('{"a":\t1}', "a.json")).toEqual([{ a: 1 }]);
    expect(contents("{a: 1, b: [x, ]}")).toEqual([{ a: 1, b: ["x"] }]);
  });

  test("places JSON values", () => {
    const [document] = read('{\n  "a": [ 1,\n {"b": 2} ]\n}', "a.json").value ?? [];
    expect(place(document?.positionOf(["a", 1, "b"]))).toBe("3:8");
    expect(place(document?.keyPositionOf(["a"]))).toBe("2:3");
  });

  test("shows the template that Helm names, on standard input only", () => {
    const text =
      "---\n# Source: shop/templates/a.yaml\na: 1\n---\n# Source: shop/templates/b.yaml\n\nb: 2\n";
    const files = (name: string) =>
      (read(text, name).value ?? []).map((d) => `${d.at.file}:${place(d.at)}`);
    expect(files("<stdin>")).toEqual(["shop/templates/a.yaml:3:1", "shop/templates/b.yaml:7:1"]);
    expect(files("out.yaml")).toEqual(["out.yaml:3:1", "out.yaml:7:1"]);
  });
});

describe("readLocated on broken text", () => {
  test("reports each broken document and keeps the others", () => {
    const text = "a: 1\n---\nb: [1, 2\n---\nc: 3\n---\nd: x: y\n---\ne: 5\n";
    expect(codes(text)).toEqual(["NQ1001@4:1", "NQ1001@7:4"]);
    expect(contents(text)).toEqual([{ a: 1 }, { c: 3 }, { e: 5 }]);
  });

  test("reports a key that is written twice, with both places", () => {
    const { diagnostics, value } = read("a: 1\nb:\n  c: 1\n  c: 2\n");
    expect(value).toEqual([]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: "NQ1003", at: { line: 4, column: 3 } });
    expect(place(diagnostics[0]?.related?.[0]?.at)).toBe("3:3");
    expect(codes('{"a": 1,\n"a": 2}', "a.json")).toEqual(["NQ1003@2:1"]);
  });

  test("recognises template placeholders, also where they are valid YAML", () => {
    expect(codes("replicas: {{ .Values.replicas }}\n")).toEqual(["NQ1004@1:11"]);
    expect(codes("a:\n{{- if .Values.x }}\n  b: 1\n{{- end }}\n")).toEqual(["NQ1004@2:1"]);
    expect(codes('{{- include "x" . }}\n')).toEqual(["NQ1004@1:1"]);
    expect(codes("a: '{{ x }}'\n")).toEqual([]);
  });

  test("does not blame a placeholder far from the error", () => {
    expect(codes("a: |\n  x: {{ y }}\nb: [\n")).toEqual([expect.stringContaining("NQ1001")]);
  });

  test("refuses unknown, recursive and exploding aliases", () => {
    expect(codes("a: *x\n")).toEqual(["NQ1005@1:4"]);
    expect(codes("a: &x [*x]\n")).toEqual(["NQ1005@1:8"]);
    const level = (n: number) =>
      `a${String(n)}: &a${String(n)} [${`*a${String(n - 1)}, `.repeat(9)}]`;
    const bomb = `a0: &a0 [x]\n${Array.from({ length: 20 }, (_, i) => level(i + 1)).join("\n")}\n`;
    expect(codes(bomb)).toEqual([expect.stringContaining("NQ1005")]);
  });

  test.each([
    ["brackets", "[".repeat(5000), "1:501"],
    ["closed brackets", `${"[".repeat(5000)}${"]".repeat(5000)}`, "1:501"],
    ["objects", `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`, "1:2501"],
    ["dashes", `${"- ".repeat(20_000)}a`, "1:1001"],
    ["lines", Array.from({ length: 1200 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"), "501:501"],
  ])("refuses what nests too deep, by its %s, and keeps the other documents", (_, text, at) => {
    const { value, diagnostics } = read(`a: 1\n---\n${text}\n`);
    const [line = "", column = ""] = at.split(":");
    const below = `${String(Number(line) + 2)}:${column}`;
    expect(diagnostics.map((d) => `${d.code}@${place(d.at)}`)).toEqual([`NQ1006@${below}`]);
    expect(value?.map((d) => d.content)).toEqual([{ a: 1 }]);
    expect(codes(text)).toEqual([`NQ1006@${at}`]);
  });

  test("refuses what ends a line for kubectl only, unless it is quoted", () => {
    // Here a comment, to kubectl the key b.
    for (const end of ["\u0085", "\u2028", "\u2029", "\r"]) {
      expect(codes(`a: 1 # c${end}b: 2\n`)).toEqual(["NQ1001@1:9"]);
    }
    expect(codes("---\na: 1\n---\nb: |\n  x\u2028y\nc: z\u2028\n")).toEqual(["NQ1001@5:4"]);
    expect(codes("a: \"x\u2028y\"\nb: 'x\u2028y'\n")).toEqual([]);
    expect(codes('{"a": "x\u2028y"}')).toEqual([]);
    expect(codes("a: 1 # c\r\nb: 2\r\n")).toEqual([]);
  });

  test("refuses unusable keys", () => {
    expect(codes("? [a]\n: 1\n")).toEqual(["NQ1009@1:3"]);
    expect(codes("<<: 1\n")).toEqual(["NQ1009@1:5"]);
    expect(codes(": 1\n")).toEqual(["NQ1009@1:1"]);
  });

  test("refuses tabs as indentation", () => {
    expect(codes("a:\n\tb: 1\n")).toEqual([expect.stringContaining("NQ1001@2:")]);
  });

  test("warns of tags that Kubernetes does not know", () => {
    expect(codes("a: !Ref b\n")).toEqual(["NQ1014@1:4"]);
    expect(contents("a: !Ref b\n")).toEqual([{ a: "b" }]);
  });

  test("speaks of JSON where the file is called so", () => {
    expect(codes('{"a": 1', "a.json")).toEqual(["NQ1002@1:8"]);
    expect(codes('{"a": "\\q"}', "a.json")).toEqual(["NQ1002@1:7"]);
    expect(codes('{"a": 1,, }', "a.json")).toEqual(["NQ1002@1:9"]);
  });

  test.each([1000, 30_000])("survives nesting of depth %i", (depth) => {
    for (const open of ["[", "{a: ", '{"a":']) {
      for (const name of ["a.yaml", "a.json"]) {
        const { diagnostics, value } = read(open.repeat(depth), name);
        expect(value).toEqual([]);
        expect(diagnostics).toHaveLength(1);
      }
    }
  });
});

describe("laws of reading", () => {
  const fragment = fc.constantFrom(
    "a",
    "b: ",
    "- ",
    "\n",
    "  ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "'",
    '"',
    "|",
    ">",
    "&x ",
    "*x",
    "<<: ",
    "---\n",
    "...\n",
    "{{",
    "}}",
    "!",
    "%",
    "@",
    "# c",
    "0777",
    "yes",
    "null",
    "\r\n",
    "\uFEFF",
    "\\",
    "?",
  );
  const garbage = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.array(fragment).map((parts) => parts.join("")),
  );

  test("never throws, and every position lies in the text", () => {
    fc.assert(
      fc.property(garbage, fc.constantFrom("a.yaml", "a.json"), (text, name) => {
        const { diagnostics, value = [] } = readLocated(name, text);
        const lines = text.replace(/^\uFEFF/, "").split("\n");
        for (const at of [...diagnostics.map((d) => d.at), ...value.map((d) => d.at)]) {
          expect(at.line).toBeGreaterThanOrEqual(1);
          expect(at.line).toBeLessThanOrEqual(lines.length);
          expect(at.column).toBeGreaterThanOrEqual(1);
          expect(at.column).toBeLessThanOrEqual((lines[at.line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("JSON is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "medium" }), fc.nat(4), (data, indent) => {
        fc.pre(typeof data === "object" && data !== null);
        const text = JSON.stringify(data, null, indent);
        expect(contents(text, "a.json")).toEqual([JSON.parse(text)]);
      }),
    );
  });
});
