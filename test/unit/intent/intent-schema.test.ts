import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { readIntentFile } from "../../../src/intent/intent-file.ts";
import { intentJsonSchema } from "../../../src/intent/intent-schema.ts";
import { readLocated } from "../../../src/manifest/located-document.ts";

const validate = new Ajv({ strict: false }).compile(intentJsonSchema());

const property = (claim: string): string => `version: 1\nproperties:\n  - id: p\n    ${claim}\n`;

/** Whether the published schema and the reader accept `text`. */
function verdicts(text: string): { readonly schema: boolean; readonly reader: boolean } {
  const { diagnostics } = readIntentFile("intent.yaml", text);
  return {
    schema: validate(readLocated("intent.yaml", text).value?.[0]?.content),
    reader: !diagnostics.some((d) => d.severity === "error"),
  };
}

describe("intentJsonSchema", () => {
  test("is published as docs/schemas/intent.schema.json", () => {
    const url = new URL("../../../docs/schemas/intent.schema.json", import.meta.url);
    // To renew it: netqed schema > docs/schemas/intent.schema.json
    expect(JSON.parse(readFileSync(url, "utf8"))).toEqual(intentJsonSchema());
  });

  test.each([
    "allow: { from: a/b, to: c/d }",
    "allow: { from: { any: [a/b, { labels: { x: [y, z] } }] }, to: { not: c/d }, ports: [443, udp/53] }",
    "deny: { from: internet, to: { namespace: [a, b], namespaceLabels: x }, except: [{ from: a/b }] }",
    "only: { into: a/b, flows: [] }",
    "only: { outOf: { cidr: [10.0.0.0/8] }, flows: [{ to: a/b, ports: any }] }",
  ])("accepts what the reader accepts: %s", (claim) => {
    expect(verdicts(property(claim))).toEqual({ schema: true, reader: true });
  });

  test.each([
    "why: nothing",
    "allow: { from: a/b, to: c/d }\n    deny: { from: a/b, to: c/d }",
    "allow: { from: a/b }",
    "allow: { from: a/b, to: c/d, port: 80 }",
    "only: { into: a/b, outOf: c/d, flows: [] }",
    "only: { flows: [] }",
    "deny: { from: [], to: c/d }",
    "deny: { from: {}, to: c/d }",
    "deny: { from: { name: x }, to: c/d }",
    "deny: { from: a/b, to: c/d, ports: 70000 }",
    "deny: { from: a/b, to: c/d }\n    severity: high",
    "isolate: [a/b, c/d]",
    "deny: { from: { labels: { a: 1 } }, to: c/d }",
  ])("refuses what the reader refuses: %s", (claim) => {
    expect(verdicts(property(claim))).toEqual({ schema: false, reader: false });
  });
});
