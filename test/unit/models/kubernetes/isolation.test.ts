/** Which pods a policy isolates, and what its rule lists mean: S6.1 to S6.10. */
import { describe, expect, test } from "vitest";
import {
  API,
  INTERNET,
  NODE2,
  WEB,
  exampleCluster,
  fate,
  policy,
  pods,
  ports,
  rule,
  selector,
} from "../../../support/example-cluster.ts";

const toWeb = (cluster: Parameters<typeof fate>[0], from = "pod:shop/api"): string =>
  fate(cluster, from, WEB, 80);

describe("isolation", () => {
  test("S6.1 policies are in force in every cluster of the model", () => {
    expect(toWeb(exampleCluster())).toBe("delivered");
    expect(toWeb(exampleCluster({ policies: [policy("shop", "web", ["ingress"])] }))).toBe(
      "dropped",
    );
  });

  test("S6.2 a policy selects pods of its own namespace only", () => {
    expect(toWeb(exampleCluster({ policies: [policy("ops", "web", ["ingress"])] }))).toBe(
      "delivered",
    );
  });

  test("S6.2 an empty podSelector selects every pod of the namespace and no other", () => {
    const cluster = exampleCluster({ policies: [policy("shop", "*", ["ingress"])] });
    expect(toWeb(cluster)).toBe("dropped");
    expect(fate(cluster, "pod:shop/web", API, 8080)).toBe("dropped");
    expect(fate(cluster, "pod:shop/api", "10.244.0.20", 80)).toBe("delivered");
  });

  test("S6.3 directions are independent", () => {
    const ingress = exampleCluster({ policies: [policy("shop", "web", ["ingress"])] });
    expect(toWeb(ingress)).toBe("dropped");
    expect(fate(ingress, "pod:shop/web", API, 8080)).toBe("delivered");
    const egress = exampleCluster({ policies: [policy("shop", "web", ["egress"])] });
    expect(toWeb(egress)).toBe("delivered");
    expect(fate(egress, "pod:shop/web", API, 8080)).toBe("dropped");
  });

  test("S6.5 rules of a direction that is not isolated are inert", () => {
    const cluster = exampleCluster({
      policies: [policy("shop", "web", ["ingress"], { egress: [rule([pods(selector())])] })],
    });
    expect(fate(cluster, "pod:shop/web", INTERNET, 443)).toBe("delivered");
  });

  test("S6.6 a policy of both types with egress rules only denies all ingress", () => {
    const cluster = exampleCluster({
      policies: [policy("shop", "web", ["ingress", "egress"], { egress: [rule()] })],
    });
    expect(toWeb(cluster)).toBe("dropped");
    expect(fate(cluster, "pod:shop/web", API, 8080)).toBe("delivered");
  });

  test("S6.7 policies only add, in whatever order", () => {
    const closed = policy("shop", "web", ["ingress"]);
    const open = policy("shop", "*", ["ingress"], { ingress: [rule()] });
    expect(toWeb(exampleCluster({ policies: [closed, open] }))).toBe("delivered");
    expect(toWeb(exampleCluster({ policies: [open, closed] }))).toBe("delivered");
  });

  test("S6.8 no rule admits nothing, an empty rule admits everything", () => {
    const none = policy("shop", "web", ["ingress"]);
    expect(toWeb(exampleCluster({ policies: [none] }))).toBe("dropped");
    const all = policy("shop", "web", ["ingress"], { ingress: [rule("any", "any")] });
    const cluster = exampleCluster({ policies: [all] });
    for (const from of ["pod:shop/api", "node:n2", "outside"]) {
      expect(toWeb(cluster, from)).toBe("delivered");
    }
  });

  test("S6.9 a rule wants a peer and a port; any peer includes the outside and nodes", () => {
    const http = policy("shop", "web", ["ingress"], {
      ingress: [rule("any", [ports("TCP", 80)])],
    });
    const cluster = exampleCluster({ policies: [http] });
    for (const from of ["pod:shop/api", "node:n2", "outside"]) {
      expect(fate(cluster, from, WEB, 80)).toBe("delivered");
      expect(fate(cluster, from, WEB, 81)).toBe("dropped");
    }
    const anyEgress = policy("shop", "web", ["egress"], { egress: [rule()] });
    const out = exampleCluster({ policies: [anyEgress] });
    expect(fate(out, "pod:shop/web", INTERNET, 443)).toBe("delivered");
    expect(fate(out, "pod:shop/web", NODE2, 22)).toBe("delivered");
  });

  test("S6.10 peers and ports are a full cross product", () => {
    const both = policy("shop", "web", ["ingress"], {
      ingress: [
        rule(
          [pods(selector({ app: "api" })), pods(undefined, selector({ team: "ops" }))],
          [ports("TCP", 80), ports("UDP", 53)],
        ),
      ],
    });
    const cluster = exampleCluster({ policies: [both] });
    for (const from of ["pod:shop/api", "pod:ops/agent"]) {
      expect(fate(cluster, from, WEB, 80)).toBe("delivered");
      expect(fate(cluster, from, WEB, 53, { protocol: "UDP" })).toBe("delivered");
      expect(fate(cluster, from, WEB, 53)).toBe("dropped");
    }
  });
});
