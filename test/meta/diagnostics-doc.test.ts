/**
 * docs/diagnostics.md lists every code and property. `UPDATE_DOCS=1 npx vitest run test/meta` writes it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { PROPERTIES } from "../../properties/index.ts";
import { type CodeEntry, DIAGNOSTIC_CODES } from "../../src/base/diagnostic-codes.ts";

const PATH = join(fileURLToPath(new URL("../..", import.meta.url)), "docs", "diagnostics.md");

function document(): string {
  const codes = Object.entries<CodeEntry>(DIAGNOSTIC_CODES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { title, explanation }]) => `## ${code}: ${title}\n\n${explanation}\n`);
  const properties = PROPERTIES.map(
    ({ id, title, formula, explanation, broken, source }) =>
      `## ${id}: ${title}\n\n${explanation}\n\n\`${formula}\`\n\nBroken by: ${broken}\n\nSource: ${source}\n`,
  );
  return [
    "# Diagnostics and properties\n",
    "Made from the tables in src/base/codes and properties. `netqed explain CODE` prints one entry.\n",
    ...codes,
    "# Built-in properties\n",
    ...properties,
  ].join("\n");
}

test("docs/diagnostics.md is fresh", () => {
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(PATH, document());
  expect(readFileSync(PATH, "utf8")).toBe(document());
});
