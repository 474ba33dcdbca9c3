import { describe, expect, test } from "vitest";
import { intentAssumptions } from "../../../src/intent/intent-assumptions.ts";
import { readIntentFile } from "../../../src/intent/intent-file.ts";
import { pod, smallCluster } from "../../support/small-cluster.ts";

const cluster = smallCluster([pod("shop/web", ["10.244.0.1"]), pod("shop/db", ["10.244.0.2"])]);

function assumed(claim: string): readonly string[] {
  const text = `version: 1\ndefine: { everyone: "*" }\nproperties: [{ id: p, ${claim} }]\n`;
  const properties = readIntentFile("i", text).value?.properties ?? [];
  return intentAssumptions(properties, cluster).map((sentence) => sentence.slice(0, 24));
}

describe("intentAssumptions", () => {
  test.each([
    ["deny: { from: shop/web, to: shop/db }", []],
    ["deny: { from: everyone, to: shop/db }", ["*, cluster and not range"]],
    ["deny: { from: shop/web, to: [shop/db, { not: shop/web }] }", ["*, cluster and not range"]],
    ["allow: { from: { any: internet }, to: shop/db }", ["internet is every addres"]],
    [
      "only: { into: shop/db, flows: [{ from: [cluster, internet] }] }",
      ["*, cluster and not range", "internet is every addres"],
    ],
  ])("%s rests on %j", (claim, sentences) => {
    expect(assumed(claim)).toEqual(sentences);
  });
});
