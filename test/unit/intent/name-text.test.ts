import { describe, expect, test } from "vitest";
import { parseNameText } from "../../../src/intent/name-text.ts";

describe("parseNameText", () => {
  test.each([
    ["db", { name: "db" }],
    ["db.shop:5432", { name: "db.shop", port: 5432 }],
    ["db.shop.svc.cluster.local.:sql", { name: "db.shop.svc.cluster.local.", port: "sql" }],
    ["API.Example.com", { name: "API.Example.com" }],
    ["1kubernetes", { name: "1kubernetes" }],
    ["_sql._tcp.db", { name: "_sql._tcp.db" }],
  ])("%s is a name", (text, expected) => {
    expect(parseNameText(text)).toEqual(expected);
  });

  test.each([
    "internet",
    "cluster",
    "*",
    "apiserver",
    "shop/web",
    "svc:shop/db",
    "svc:80",
    "node:n1",
    "host:shop.example.com",
    "10.0.0.1",
    "10.0.0.0/8",
    "10.0.0",
    "2001:db8::1",
    "db:0",
    "db:80:80",
    "db:",
    "-db",
    "db..shop",
    "a".repeat(64),
    "$t",
    "",
  ])("%s is none", (text) => {
    expect(parseNameText(text)).toBeUndefined();
  });
});
