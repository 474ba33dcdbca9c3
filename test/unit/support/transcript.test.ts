import { describe, expect, test } from "vitest";
import { isRunnable, meets, parseTranscript, rewritten } from "../../support/transcript.ts";

const MARKDOWN = [
  "# Title",
  "```console",
  "$ netqed verify",
  "1 property",
  "",
  "done",
  "$ echo $?",
  "0",
  "```",
  "```sh",
  "$ not this",
  "```",
  "````md",
  "```console",
  "$ nor this",
  "```",
  "````",
  "```console",
  "$ npm ci",
  "```",
].join("\n");

describe("parseTranscript", () => {
  test("finds the commands of console blocks and what they print", () => {
    expect(parseTranscript(MARKDOWN)).toEqual([
      [
        { command: "netqed verify", line: 2, expected: ["1 property", "", "done"] },
        { command: "echo $?", line: 6, expected: ["0"] },
      ],
      [{ command: "npm ci", line: 18, expected: [] }],
    ]);
  });
});

describe("isRunnable", () => {
  test.each([
    ["netqed verify k8s/", true],
    ["cat a.yaml | netqed verify - | head -1", true],
    ["echo $?", true],
    ["netqed reach a b   # after the fix", true],
    ["npm ci && npm start", false],
    ["kubectl get pods -o yaml | netqed verify -", false],
    ["netqed verify > out.txt", false],
    ["echo $(rm -r x)", false],
    ["netqed verify; rm -r x", false],
  ])("%s: %s", (command, runnable) => {
    expect(isRunnable(command)).toBe(runnable);
  });
});

describe("meets", () => {
  test("is equality, but for lines that stand for any lines", () => {
    expect(meets(["a", "b"], ["a", "b"])).toBe(true);
    expect(meets(["a", "b"], ["a"])).toBe(false);
    expect(meets(["a"], ["a", "b"])).toBe(false);
    expect(meets([], [])).toBe(true);
    expect(meets(["a", "b", "c"], ["a", "…", "c"])).toBe(true);
    expect(meets(["a", "c"], ["a", "…", "c"])).toBe(true);
    expect(meets(["a", "b", "d"], ["a", "…", "c"])).toBe(false);
    expect(meets(["a"], ["…"])).toBe(true);
  });
});

describe("rewritten", () => {
  test("replaces what is below the commands", () => {
    const outputs = new Map([
      [2, ["x"]],
      [6, ["1", "2"]],
    ]);
    const text = rewritten(MARKDOWN, outputs);
    expect(text.split("\n").slice(0, 7)).toEqual([
      "# Title",
      "```console",
      "$ netqed verify",
      "x",
      "$ echo $?",
      "1",
      "2",
    ]);
    expect(text.split("\n").slice(-4)).toEqual(MARKDOWN.split("\n").slice(-4));
  });
});
