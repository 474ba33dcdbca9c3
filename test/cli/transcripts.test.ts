/**
 * Runs the terminal transcripts of all documentation. `UPDATE_TRANSCRIPTS=1 npx vitest run test/cli` writes
 * what is printed today into the files.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { demandBuild, runShell } from "../support/run-netqed.ts";
import { isRunnable, meets, parseTranscript, rewritten } from "../support/transcript.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const UPDATE = process.env["UPDATE_TRANSCRIPTS"] === "1";

const files = [
  "README.md",
  ...["docs", "examples", "test/golden"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
].sort();

beforeAll(demandBuild);

describe("transcripts", () => {
  test.each(files)("%s shows what is printed", { timeout: 300_000 }, (file) => {
    const path = join(ROOT, file);
    const markdown = readFileSync(path, "utf8");
    const outputs = new Map<number, readonly string[]>();
    for (const block of parseTranscript(markdown)) {
      let status = 0;
      for (const { command, line, expected } of block) {
        if (!isRunnable(command)) continue;
        const ran = runShell(dirname(path), command, status);
        status = ran.code;
        const actual = linesOf(ran.out + ran.err);
        if (meets(actual, expected)) continue;
        if (UPDATE) outputs.set(line, actual);
        else expect(actual, `${file}:${String(line + 1)}: ${command}`).toEqual(expected);
      }
    }
    if (outputs.size > 0) writeFileSync(path, rewritten(markdown, outputs));
  });
});

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
