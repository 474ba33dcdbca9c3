/**
 * docs/lints.md lists what is said about objects. Each rule is broken here, and the right code says so.
 * `UPDATE_DOCS=1 npx vitest run test/meta` writes the document.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROPERTIES } from "../../properties/index.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../src/base/cluster-settings.ts";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import type { LintRow } from "./lint-row.ts";
import { LINTS, SOUND } from "./lint-rows.ts";

const PATH = join(import.meta.dirname, "../../docs/lints.md");

function diagnosticsOf(input: readonly object[] | string): readonly Diagnostic[] {
  const text =
    typeof input === "string" ? input : input.map((one) => JSON.stringify(one)).join("\n---\n");
  const read = readManifests([{ name: "shop.yaml", text, named: true }]);
  if (read.value === undefined) return read.diagnostics;
  const built = buildCluster(read.value.resources, DEFAULT_CLUSTER_SETTINGS);
  return [...read.diagnostics, ...built.diagnostics];
}

function line({ rule, told }: LintRow): string {
  switch (told.kind) {
    case "diagnostic":
      return `| ${rule} | ${told.severity} | ${told.code} |`;
    case "property":
      return `| ${rule} | property | \`${told.id}\` |`;
    case "untold":
      return `| ${rule} | not told | ${told.why} |`;
  }
}

function text(): string {
  const groups = [...new Set(LINTS.map(({ group }) => group))];
  const tables = groups.map((group) => {
    const rows = LINTS.filter((row) => row.group === group).map(line);
    return `## ${group}\n\n| should hold | told as | by |\n|---|---|---|\n${rows.join("\n")}\n`;
  });
  const head =
    "What netqed says about objects that are refused, or accepted and hardly do what is meant. Each row has an input\nin test/meta/lint-rows.ts that breaks it. `netqed explain CODE` says more, as does [diagnostics.md](diagnostics.md).\nRules of NetworkPolicies are there as well (NQ103x, NQ205x).\n";
  return ["# Rules for objects\n", head, ...tables].join("\n");
}

test("docs/lints.md is fresh", () => {
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(PATH, text());
  expect(readFileSync(PATH, "utf8")).toBe(text());
});

test("nothing is said about what breaks no rule", () => {
  expect(diagnosticsOf(SOUND).map(({ code, message }) => `${code} ${message}`)).toEqual([]);
});

test.each(LINTS.map((row) => [`${row.group}: ${row.rule}`, row.told] as const))(
  "%s",
  (_name, told) => {
    switch (told.kind) {
      case "diagnostic": {
        const found = diagnosticsOf(told.input).filter(({ code }) => code === told.code);
        const texts = found.map(({ severity, message, hint = "" }) => ({
          severity,
          text: `${message} ${hint}`,
        }));
        expect(texts).toContainEqual({
          severity: told.severity,
          text: expect.stringContaining(told.says) as string,
        });
        return;
      }
      case "property":
        expect(PROPERTIES.map(({ id }) => id)).toContain(told.id);
        return;
      case "untold":
        expect(told.why).not.toBe("");
    }
  },
);
