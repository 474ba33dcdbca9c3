/** What no policy forbids, and who is no subject of policy: S1.4, S1.17, S6.20 to S6.24. */
import { describe, expect, test } from "vitest";
import {
  API,
  NODE1,
  NODE2,
  WEB,
  ask,
  block,
  example,
  exampleCluster,
  fate,
  pods,
  policy,
  rule,
  selector,
  told,
  v6,
} from "../../../support/example-cluster.ts";
import { address } from "../../../support/small-cluster.ts";

const closed = [
  policy("shop", "*", ["ingress", "egress"]),
  policy("ops", "*", ["ingress", "egress"]),
];
const webItself = [example("shop/web", ["10.96.0.1", "fd00:96::1"], 80, 8080)];

describe("traffic inside a pod", () => {
  test("S1.17 a pod reaches its own address and localhost whatever policies say", () => {
    const cluster = exampleCluster({ policies: closed });
    expect(told(cluster, "pod:shop/web", WEB, 80)).toEqual([
      `pod:shop/web at ${WEB} 80 from ${WEB}`,
    ]);
    expect(told(cluster, "pod:shop/web", v6(WEB), 1)).toEqual([
      `pod:shop/web at ${v6(WEB)} 1 from ${v6(WEB)}`,
    ]);
  });

  test("S1.4, S6.24 loopback stays in the pod and is not subject to policy", () => {
    const cluster = exampleCluster({ policies: closed });
    for (const to of ["127.0.0.1", "127.255.255.255", "::1"]) {
      expect(told(cluster, "pod:shop/web", to, 5432, { source: to })).toEqual([
        `pod:shop/web at ${to} 5432 from ${to}`,
      ]);
    }
  });

  test("S1.8 loopback on a node is shared with its host-network pods", () => {
    const cluster = exampleCluster();
    const source = "127.0.0.1";
    for (const from of ["node:n1", "pod:ops/exporter"]) {
      expect(told(cluster, from, source, 9100, { source })).toEqual([
        "pod:ops/exporter at 127.0.0.1 9100 from 127.0.0.1",
      ]);
      expect(told(cluster, from, source, 22, { source })).toEqual([
        "node:n1 at 127.0.0.1 22 from 127.0.0.1",
      ]);
    }
  });

  test("S6.23 a pod that reaches itself through a service passes unless the installation polices it", () => {
    const cluster = exampleCluster({ policies: closed, services: webItself });
    expect(told(cluster, "pod:shop/web", "10.96.0.1", 80)).toEqual([
      `pod:shop/web at ${WEB} 8080 from ${NODE1}`,
    ]);
    const hairpin = { profile: { hairpin: "policed" } } as const;
    expect(told(cluster, "pod:shop/web", "10.96.0.1", 80, hairpin)).toEqual([
      `dropped at ${WEB} 8080`,
    ]);
  });

  test("S6.23 a policed hairpin is judged with the pod itself at both ends", () => {
    const itself = rule([pods(selector({ app: "web" }))]);
    const hairpin = { profile: { hairpin: "policed" } } as const;
    const cluster = exampleCluster({
      policies: [
        policy("shop", "web", ["ingress", "egress"], { ingress: [itself], egress: [itself] }),
      ],
      services: webItself,
    });
    expect(told(cluster, "pod:shop/web", "10.96.0.1", 80, hairpin)).toEqual([
      `pod:shop/web at ${WEB} 8080 from ${NODE1}`,
    ]);
    // The node's address, which the pod sees, is not what policy is asked about.
    const node = rule([block(`${NODE1}/32`)]);
    const byNode = exampleCluster({
      policies: [policy("shop", "web", ["ingress"], { ingress: [node] })],
      services: webItself,
    });
    expect(fate(byNode, "pod:shop/web", "10.96.0.1", 80, hairpin)).toBe("dropped");
  });

  test("S4.20 a hairpin is masqueraded to the node's address of the family", () => {
    const cluster = exampleCluster({ services: webItself });
    expect(told(cluster, "pod:shop/web", "fd00:96::1", 80)).toEqual([
      `pod:shop/web at ${v6(WEB)} 8080 from ${v6(NODE1)}`,
    ]);
    expect(ask(cluster, "pod:shop/web", "fd00:96::1", 80)[0]?.reply).toBe("returned");
  });

  test("S4.25 without a node address of the family the reply does not come from the service", () => {
    const base = exampleCluster({ services: webItself });
    const cluster = {
      ...base,
      nodes: base.nodes.map((n) => ({ ...n, addresses: n.addresses.slice(0, 1) })),
    };
    const [outcome] = ask(cluster, "pod:shop/web", "fd00:96::1", 80);
    expect(outcome?.sourceSeen).toEqual(address(v6(WEB)));
    expect(outcome?.reply).toBe("altered");
  });
});

describe("the own node", () => {
  const cluster = exampleCluster({ policies: closed });

  test("S6.20 traffic from the pod's own node is admitted unless it is policed", () => {
    expect(fate(cluster, "node:n1", WEB, 80)).toBe("delivered");
    expect(fate(cluster, "node:n2", WEB, 80)).toBe("dropped");
    const policed = { profile: { ownNodeIngress: "policed" } } as const;
    expect(fate(cluster, "node:n1", WEB, 80, policed)).toBe("dropped");
  });

  test("S6.20 traffic from a pod to its own node is admitted unless it is policed", () => {
    expect(fate(cluster, "pod:shop/web", NODE1, 22)).toBe("delivered");
    expect(fate(cluster, "pod:shop/web", v6(NODE1), 22)).toBe("delivered");
    expect(fate(cluster, "pod:shop/web", NODE2, 22)).toBe("dropped");
    const policed = { profile: { ownNodeEgress: "policed" } } as const;
    expect(fate(cluster, "pod:shop/web", NODE1, 22, policed)).toBe("dropped");
  });

  test("S6.20 the two directions are separate choices", () => {
    const ingress = { profile: { ownNodeIngress: "policed" } } as const;
    expect(fate(cluster, "pod:shop/web", NODE1, 22, ingress)).toBe("delivered");
    const egress = { profile: { ownNodeEgress: "policed" } } as const;
    expect(fate(cluster, "node:n1", WEB, 80, egress)).toBe("delivered");
  });
});

describe("host-network pods", () => {
  test("S6.21 no policy selects them, and no label peer names them", () => {
    const cluster = exampleCluster({ policies: closed });
    expect(told(cluster, "outside", NODE1, 9100, { source: "203.0.113.9" })).toEqual([
      `pod:ops/exporter at ${NODE1} 9100 from 203.0.113.9`,
    ]);
    expect(fate(cluster, "pod:ops/exporter", "203.0.113.9", 443)).toBe("delivered");
    const named = exampleCluster({
      policies: [
        policy("shop", "api", ["ingress"], { ingress: [rule([pods(undefined, selector())])] }),
      ],
    });
    expect(fate(named, "pod:ops/agent", API, 8080)).toBe("delivered");
    expect(fate(named, "pod:ops/exporter", API, 8080)).toBe("dropped");
  });

  test("S6.22 on the destination's node they pass as the node; from another only blocks admit them", () => {
    const cluster = exampleCluster({ policies: closed });
    expect(fate(cluster, "pod:ops/exporter", WEB, 80)).toBe("delivered");
    expect(fate(cluster, "pod:ops/exporter", API, 8080)).toBe("dropped");
    const byBlock = exampleCluster({
      policies: [policy("shop", "api", ["ingress"], { ingress: [rule([block(`${NODE1}/32`)])] })],
    });
    expect(fate(byBlock, "pod:ops/exporter", API, 8080)).toBe("delivered");
  });

  test("S1.8 a node's port belongs to the first host-network pod that declares it, else to the node", () => {
    const cluster = exampleCluster();
    expect(told(cluster, "pod:shop/web", NODE1, 9100)).toEqual([
      `pod:ops/exporter at ${NODE1} 9100 from ${WEB}`,
    ]);
    expect(told(cluster, "pod:shop/web", NODE1, 9100, { protocol: "UDP" })).toEqual([
      `node:n1 at ${NODE1} 9100 from ${WEB}`,
    ]);
    expect(told(cluster, "pod:shop/web", NODE2, 9100)).toEqual([
      `node:n2 at ${NODE2} 9100 from ${WEB}`,
    ]);
  });
});
