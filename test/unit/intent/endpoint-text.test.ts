import { describe, expect, test } from "vitest";
import { parseEndpointText } from "../../../src/intent/endpoint-text.ts";
import { formatPrefix } from "../../../src/base/ip.ts";

describe("parseEndpointText", () => {
  test.each([
    ["shop/web", { kind: "workload", namespace: "shop", name: "web" }],
    [
      "shop/StatefulSet/db",
      { kind: "workload", namespace: "shop", workloadKind: "StatefulSet", name: "db" },
    ],
    ["shop/*", { kind: "namespace", namespace: "shop" }],
    ["svc:shop/web", { kind: "service", namespace: "shop", name: "web" }],
    ["svc:shop/web:http", { kind: "service", namespace: "shop", name: "web", port: "http" }],
    ["svc:shop/web:80", { kind: "service", namespace: "shop", name: "web", port: 80 }],
    ["node:node-1", { kind: "node", name: "node-1" }],
    ["internet", { kind: "internet" }],
    ["external", { kind: "external" }],
    ["cluster", { kind: "cluster" }],
    ["nodes", { kind: "nodes" }],
    ["*", { kind: "cluster" }],
    ["a.b/c.d", { kind: "workload", namespace: "a.b", name: "c.d" }],
  ])("reads %s", (text, expression) => {
    expect(parseEndpointText(text)).toEqual({ kind: "endpoint", expression });
  });

  test.each([
    ["10.0.0.1", "10.0.0.1/32"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
  ])("reads the addresses %s", (text, prefix) => {
    const read = parseEndpointText(text);
    expect(read.kind).toBe("endpoint");
    if (read.kind !== "endpoint" || read.expression.kind !== "addresses") throw new Error("no");
    expect(read.expression.prefixes.map(formatPrefix)).toEqual([prefix]);
    expect(read.note).toBeUndefined();
  });

  test("remarks on host bits", () => {
    const read = parseEndpointText("10.0.0.5/8");
    expect(read).toMatchObject({
      kind: "endpoint",
      note: expect.stringContaining("bits") as unknown,
    });
  });

  test.each([
    "",
    "shop",
    "/web",
    "shop/",
    "a/b/c/d",
    "shop/Web",
    "shop/deployment/web",
    "Shop/web",
    "svc:shop",
    "svc:shop/web:",
    "svc:shop/web:0",
    "svc:shop/web:65536",
    "svc:shop/web:80:81",
    "svc:/web:80",
    "node:",
    "10.0.0.256",
    "10.0.0.0/33",
    "010.0.0.1",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    "1.2.3",
    "**",
    "shop/web ",
  ])("refuses %j", (text) => {
    expect(parseEndpointText(text).kind).toBe("malformed");
  });

  test.each(["apiserver", "host:shop.example.com", "$t"])("does not support %s yet", (text) => {
    expect(parseEndpointText(text).kind).toBe("unsupported");
  });

  test("finds definitions, but no keyword among them", () => {
    const definitions = new Set(["web", "internet"]);
    expect(parseEndpointText("web", definitions)).toEqual({ kind: "definition", name: "web" });
    expect(parseEndpointText("internet", definitions).kind).toBe("endpoint");
  });

  test("suggests the nearest name", () => {
    expect(parseEndpointText("internt")).toMatchObject({ hint: "did you mean internet?" });
    expect(parseEndpointText("gatway", new Set(["gateway"]))).toMatchObject({
      hint: "did you mean gateway?",
    });
    expect(parseEndpointText("shop/Service/web")).toMatchObject({ hint: "write svc:shop/web" });
  });
});
