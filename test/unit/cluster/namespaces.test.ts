import { describe, expect, test } from "vitest";
import {
  deployment,
  namespace,
  networkPolicy,
  origin,
  podPeer,
  rule,
  selector,
} from "../../support/resource-values.ts";
import { build } from "./helpers.ts";

describe("namespaces", () => {
  test("are the built-in ones, the defined ones and those that objects mention", () => {
    const built = build([namespace("shop", "team=a"), deployment("far/away")]);
    expect(built.cluster.namespaces.map((n) => n.name)).toEqual([
      "default",
      "far",
      "kube-node-lease",
      "kube-public",
      "kube-system",
      "shop",
    ]);
    const shop = built.cluster.namespaces.at(-1);
    expect([...(shop?.labels ?? [])]).toEqual([
      ["team", "a"],
      ["kubernetes.io/metadata.name", "shop"],
    ]);
    expect(built.unknowns.namespaceLabels.has("far")).toBe(true);
    expect(built.unknowns.namespaceLabels.has("shop")).toBe(false);
    expect(built.codes).toEqual(["warning NQ2002"]);
  });

  test("have the labels that the configuration gives, and are known then", () => {
    const labels = new Map([["team", "b"]]);
    const settings = { namespaces: new Map([["far", { labels, at: origin("far") }]]) };
    const built = build([deployment("far/away")], settings);
    expect(built.cluster.namespaces.find((n) => n.name === "far")?.labels.get("team")).toBe("b");
    expect(built.unknowns.namespaceLabels.has("far")).toBe(false);
    expect(built.codes).toEqual([]);
    const both = build([namespace("far", "team=a"), deployment("far/away")], settings);
    expect(both.cluster.namespaces.find((n) => n.name === "far")?.labels.get("team")).toBe("a");
    expect(both.codes).toEqual(["warning NQ2004"]);
  });

  test("that are built in are noted only where a policy asks for their labels", () => {
    const peer = podPeer(undefined, selector("team=a"));
    const policy = networkPolicy("default/p", selector(), { ingress: [rule([peer])] });
    expect(build([deployment("default/web")]).codes).toEqual([]);
    expect(build([deployment("default/web"), policy]).codes).toContain("note NQ2002");
  });

  test("default to default, with one note", () => {
    const built = build([deployment("web"), deployment("api")]);
    expect(built.cluster.pods.map((p) => p.namespace)).toEqual(["default", "default"]);
    expect(built.codes).toEqual(["note NQ2001"]);
  });
});
