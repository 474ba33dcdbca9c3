/** Whom a rule names: S0.7, S6.11 to S6.19. */
import { describe, expect, test } from "vitest";
import { selects } from "../../../../models/kubernetes/selector.ts";
import type { Peer } from "../../../../models/kubernetes/policy.ts";
import type { Cluster } from "../../../../models/kubernetes/cluster.ts";
import {
  AGENT,
  API,
  INTERNET,
  NODE1,
  NODE2,
  WEB,
  block,
  exampleCluster,
  example,
  fate,
  pods,
  policy,
  rule,
  selector,
  v6,
} from "../../../support/example-cluster.ts";

/** Who may connect to shop/web when its policy has one ingress rule with these peers. */
function admittedPeers(...peers: readonly Peer[]): readonly string[] {
  const cluster = withIngress(...peers);
  const senders = ["pod:ops/agent", "pod:ops/exporter", "pod:shop/api", "node:n2", "outside"];
  // The exporter is on web's own node, which policy cannot refuse unless the profile polices it.
  const profile = { ownNodeIngress: "policed" } as const;
  return senders.filter((from) => fate(cluster, from, WEB, 80, { profile }) === "delivered");
}

function withIngress(...peers: readonly Peer[]): Cluster {
  return exampleCluster({
    policies: [policy("shop", "web", ["ingress"], { ingress: [rule(peers)] })],
  });
}

/** Whether shop/web may reach `to` when its policy has one egress rule with these peers. */
function reaches(to: string, ...peers: readonly Peer[]): boolean {
  const cluster = exampleCluster({
    policies: [policy("shop", "web", ["egress"], { egress: [rule(peers)] })],
  });
  return fate(cluster, "pod:shop/web", to, 80) === "delivered";
}

describe("selects", () => {
  test("S0.7 NotIn and DoesNotExist hold without the key; In and Exists do not", () => {
    const holds = (operator: "In" | "NotIn" | "Exists" | "DoesNotExist", labels: string[][]) => {
      const values = operator === "In" || operator === "NotIn" ? ["a"] : [];
      const map = new Map(labels.map(([key = "", value = ""]) => [key, value]));
      return selects(selector({}, { key: "k", operator, values }), map);
    };
    const operators = ["In", "NotIn", "Exists", "DoesNotExist"] as const;
    expect(operators.map((o) => holds(o, []))).toEqual([false, true, false, true]);
    expect(operators.map((o) => holds(o, [["k", "a"]]))).toEqual([true, false, true, false]);
    expect(operators.map((o) => holds(o, [["k", "b"]]))).toEqual([false, true, true, false]);
  });

  test("S0.7 all terms must hold, and no term selects everything", () => {
    const expression = { key: "tier", operator: "Exists", values: [] } as const;
    const both = selector({ app: "web" }, expression);
    expect(selects(both, new Map([["app", "web"]]))).toBe(false);
    expect(selects(both, new Map([["tier", "x"]]))).toBe(false);
    expect(
      selects(
        both,
        new Map([
          ["app", "web"],
          ["tier", "x"],
        ]),
      ),
    ).toBe(true);
    expect(selects(selector(), new Map())).toBe(true);
  });
});

describe("peers", () => {
  test("S6.11 a podSelector alone names pods of the policy's namespace", () => {
    expect(admittedPeers(pods(selector()))).toEqual(["pod:shop/api"]);
    expect(admittedPeers(pods(selector({ app: "agent" })))).toEqual([]);
  });

  test("S6.12 a namespaceSelector alone names all pods of those namespaces, its own included", () => {
    expect(admittedPeers(pods(undefined, selector({ team: "ops" })))).toEqual(["pod:ops/agent"]);
    expect(admittedPeers(pods(undefined, selector({ team: "shop" })))).toEqual(["pod:shop/api"]);
  });

  test("S6.13 both in one item must both fit", () => {
    const ops = selector({ team: "ops" });
    expect(admittedPeers(pods(selector({ app: "agent" }), ops))).toEqual(["pod:ops/agent"]);
    expect(admittedPeers(pods(selector({ app: "api" }), ops))).toEqual([]);
  });

  test("S6.14 two items are alternatives, and the podSelector is of the own namespace", () => {
    const items = [pods(undefined, selector({ team: "ops" })), pods(selector({ app: "api" }))];
    expect(admittedPeers(...items)).toEqual(["pod:ops/agent", "pod:shop/api"]);
  });

  test("S6.15 an empty namespaceSelector names all pods, but neither nodes nor the outside", () => {
    expect(admittedPeers(pods(undefined, selector()))).toEqual(["pod:ops/agent", "pod:shop/api"]);
  });

  test("S6.16 an ipBlock names addresses, those of pods and nodes included", () => {
    expect(admittedPeers(block("10.244.1.0/24"))).toEqual(["pod:shop/api"]);
    expect(admittedPeers(block(`${NODE1}/32`))).toEqual(["pod:ops/exporter"]);
    expect(admittedPeers(block("0.0.0.0/0"))).toEqual([
      "pod:ops/agent",
      "pod:ops/exporter",
      "pod:shop/api",
      "node:n2",
      "outside",
    ]);
    expect(reaches(API, block("10.244.1.0/24"))).toBe(true);
    expect(reaches(AGENT, block("10.244.1.0/24"))).toBe(false);
  });

  test("S6.16 an ipBlock is of one family", () => {
    expect(reaches(v6(API), block("0.0.0.0/0"))).toBe(false);
    expect(reaches(v6(API), block("::/0"))).toBe(true);
  });

  test("S6.16 a block ends at its first and last address", () => {
    const inside = block("203.0.113.8/30");
    expect(reaches("203.0.113.7", inside)).toBe(false);
    expect(reaches("203.0.113.8", inside)).toBe(true);
    expect(reaches("203.0.113.11", inside)).toBe(true);
    expect(reaches("203.0.113.12", inside)).toBe(false);
  });

  test("S6.17 an exception is local to its item", () => {
    const without = block("203.0.113.0/24", "203.0.113.8/29");
    expect(reaches(INTERNET, without)).toBe(false);
    expect(reaches("203.0.113.16", without)).toBe(true);
    expect(reaches(INTERNET, without, block("203.0.113.9/32"))).toBe(true);
  });

  test("S6.18 a label peer never names what is outside, nor a service", () => {
    const everyPod = pods(undefined, selector());
    expect(reaches(INTERNET, everyPod)).toBe(false);
    expect(reaches(NODE2, everyPod)).toBe(false);
    const web = policy("shop", "web", ["egress"], { egress: [rule([everyPod])] });
    const empty = example("shop/empty", ["10.96.0.9"], 80, 80);
    const cluster = exampleCluster({ policies: [web], services: [empty] });
    const profile = { endpointlessService: "policy-first" } as const;
    expect(fate(cluster, "pod:shop/web", "10.96.0.9", 80, { profile })).toBe("dropped");
  });

  test("S6.19 peers are named by the labels that pods and namespaces have now", () => {
    const ops = withIngress(pods(undefined, selector({ team: "ops" })));
    const renamed = ops.namespaces.map((n) => ({ ...n, labels: new Map([["team", "other"]]) }));
    expect(fate(ops, "pod:ops/agent", WEB, 80, { profile: { ownNodeIngress: "policed" } })).toBe(
      "delivered",
    );
    expect(fate({ ...ops, namespaces: renamed }, "pod:ops/agent", WEB, 80)).toBe("dropped");
  });
});
