/** Names of Ingresses as people write them. */
import { describe, expect, test } from "vitest";
import { parseHostText } from "../../../src/intent/host-text.ts";

describe("parseHostText", () => {
  test.each([
    ["host:shop.example.com", { host: "shop.example.com", path: "/" }],
    ["host:Shop.example.com/cart/", { host: "shop.example.com", path: "/cart/" }],
    ["https://shop.example.com", { host: "shop.example.com", path: "/", port: 443, tls: true }],
    ["http://a.b/c", { host: "a.b", path: "/c", port: 80, tls: false }],
    ["https://a.b:8443/", { host: "a.b", path: "/", port: 8443, tls: true }],
  ])("reads %s", (text, target) => {
    expect(parseHostText(text)).toEqual({ kind: "host", target });
  });

  test.each([
    "host:",
    "host:/cart",
    "host:a.b:443",
    "host:10.0.0.1",
    "host:a_b.c",
    "host:a..b",
    "host:a.b/c?d",
    "host:a.b/c//d",
    "host:a.b/../d",
    "host:a.b/c%2Fd",
    "https://a.b:70000/",
  ])("refuses %s", (text) => {
    expect(parseHostText(text).kind).toBe("malformed");
  });

  test.each(["shop/web", "db.shop:5432", "internet", "10.0.0.0/8"])("leaves %s alone", (text) => {
    expect(parseHostText(text)).toEqual({ kind: "other" });
  });
});
