/** Ports of rules, both ends, and what a judgement names: S6.25 to S6.35. */
import { describe, expect, test } from "vitest";
import { type Cluster, podEndpoint } from "../../../../models/kubernetes/cluster.ts";
import { judge, passes } from "../../../../models/kubernetes/judgement.ts";
import { DEFAULT_PROFILE } from "../../../../models/kubernetes/profile.ts";
import type { PolicyPort } from "../../../../models/kubernetes/policy.ts";
import {
  API,
  INTERNET,
  NODE2,
  PODS,
  WEB,
  ask,
  block,
  changed,
  example,
  exampleCluster,
  fate,
  pods,
  policy,
  ports,
  rule,
  selector,
  told,
} from "../../../support/example-cluster.ts";
import { SOMEWHERE, address } from "../../../support/small-cluster.ts";

/** The example cluster where shop/api admits these ports from everybody. */
function apiAdmits(...items: readonly PolicyPort[]): Cluster {
  return exampleCluster({
    policies: [policy("shop", "api", ["ingress"], { ingress: [rule("any", items)] })],
  });
}

/** The example cluster where shop/web may leave to these ports of whom `peers` name. */
function webReaches(
  items: readonly PolicyPort[],
  peers: Parameters<typeof rule>[0] = "any",
): Cluster {
  return exampleCluster({
    policies: [policy("shop", "web", ["egress"], { egress: [rule(peers, items)] })],
  });
}

describe("ports of a rule", () => {
  test("S6.25 ports are destination ports: those of the pod behind the service, not the service's", () => {
    const services = [example("shop/api", ["10.96.0.1"], 80, 8080)];
    const target = { ...apiAdmits(ports("TCP", 8080)), services };
    expect(told(target, "pod:shop/web", "10.96.0.1", 80)).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
    ]);
    const front = { ...apiAdmits(ports("TCP", 80)), services };
    expect(told(front, "pod:shop/web", "10.96.0.1", 80)).toEqual([`dropped at ${API} 8080`]);
    const leaving = { ...webReaches([ports("TCP", 80)]), services };
    expect(told(leaving, "pod:shop/web", "10.96.0.1", 80)).toEqual([`dropped at ${API} 8080`]);
  });

  test("S6.26 a port is of one protocol", () => {
    const cluster = apiAdmits(ports("TCP", 53));
    expect(fate(cluster, "pod:shop/web", API, 53)).toBe("delivered");
    expect(fate(cluster, "pod:shop/web", API, 53, { protocol: "UDP" })).toBe("dropped");
  });

  test("S6.27 without a number it means all ports of that protocol, not all", () => {
    const cluster = apiAdmits(ports("TCP"));
    for (const port of [1, 8080, 65_535]) {
      expect(fate(cluster, "pod:shop/web", API, port)).toBe("delivered");
      expect(fate(cluster, "pod:shop/web", API, port, { protocol: "UDP" })).toBe("dropped");
    }
  });

  test("S6.28 a range includes both of its ends", () => {
    const cluster = apiAdmits(ports("TCP", 8000, 8002));
    const admitted = [7999, 8000, 8001, 8002, 8003].filter(
      (port) => fate(cluster, "pod:shop/web", API, port) === "delivered",
    );
    expect(admitted).toEqual([8000, 8001, 8002]);
    expect(fate(apiAdmits(ports("TCP", 65_535)), "pod:shop/web", API, 65_535)).toBe("delivered");
  });

  test("S6.29 a rule for SCTP alone isolates for TCP as well", () => {
    const cluster = apiAdmits(ports("SCTP", 80));
    expect(fate(cluster, "pod:shop/web", API, 80)).toBe("dropped");
    expect(fate(cluster, "pod:shop/web", API, 80, { protocol: "SCTP" })).toBe("delivered");
  });

  test("S6.30 a name resolves on the selected pod for ingress, per pod", () => {
    const both = policy("shop", "*", ["ingress"], {
      ingress: [rule("any", [ports("TCP", "http")])],
    });
    const cluster = exampleCluster({ policies: [both] });
    expect(fate(cluster, "pod:shop/web", API, 8080)).toBe("delivered");
    expect(fate(cluster, "pod:shop/web", API, 80)).toBe("dropped");
    expect(fate(cluster, "pod:shop/api", WEB, 80)).toBe("delivered");
    expect(fate(cluster, "pod:shop/api", WEB, 8080)).toBe("dropped");
  });

  test("S6.30 a name resolves on the peer pod for egress", () => {
    for (const peers of ["any", [pods(selector({ app: "api" }))]] as const) {
      const cluster = webReaches([ports("TCP", "http")], peers);
      expect(fate(cluster, "pod:shop/web", API, 8080)).toBe("delivered");
      expect(fate(cluster, "pod:shop/web", API, 80)).toBe("dropped");
    }
  });

  test("S6.30 a pod without that name and protocol does not match", () => {
    expect(fate(apiAdmits(ports("UDP", "http")), "pod:shop/web", API, 8080)).toBe("dropped");
    expect(
      fate(apiAdmits(ports("UDP", "http")), "pod:shop/web", API, 8080, { protocol: "UDP" }),
    ).toBe("dropped");
    expect(fate(apiAdmits(ports("TCP", "nobody")), "pod:shop/web", API, 8080)).toBe("dropped");
  });

  test("S6.30 what is not named as a pod never matches a name", () => {
    const anyName = [ports("TCP", "http"), ports("TCP", "metrics")];
    const blocks = webReaches(anyName, [block("0.0.0.0/0")]);
    expect(fate(blocks, "pod:shop/web", API, 8080)).toBe("dropped");
    const any = webReaches(anyName);
    for (const to of [INTERNET, NODE2]) {
      for (const port of [80, 8080, 9100]) {
        expect(fate(any, "pod:shop/web", to, port)).toBe("dropped");
      }
    }
  });

  test("S6.30 an ipBlock may go with a name for ingress: the selected pod resolves it", () => {
    const cluster = exampleCluster({
      policies: [
        policy("shop", "api", ["ingress"], {
          ingress: [rule([block("0.0.0.0/0")], [ports("TCP", "http")])],
        }),
      ],
    });
    expect(fate(cluster, "outside", API, 8080)).toBe("delivered");
    expect(fate(cluster, "outside", API, 9090)).toBe("dropped");
  });

  test("S6.31 a name that two containers give to different ports means both", () => {
    const api = PODS[2];
    if (api === undefined) throw new Error("no api");
    const second = {
      name: "second",
      kind: "sidecar",
      ports: [{ name: "http", protocol: "TCP", number: 8081, origin: SOMEWHERE }],
      origin: SOMEWHERE,
    } as const;
    const cluster = {
      ...apiAdmits(ports("TCP", "http")),
      pods: changed("shop/api", { containers: [...api.containers, second] }),
    };
    const admitted = [8079, 8080, 8081, 8082].filter(
      (port) => fate(cluster, "pod:shop/web", API, port) === "delivered",
    );
    expect(admitted).toEqual([8080, 8081]);
  });
});

describe("both ends", () => {
  const closed = [
    policy("shop", "web", ["egress"], { egress: [rule([pods(selector({ app: "api" }))])] }),
    policy("shop", "api", ["ingress"], { ingress: [rule([pods(selector({ app: "web" }))])] }),
  ];

  test("S6.33 between pods the source's egress and the destination's ingress must pass", () => {
    const fates = [closed, closed.slice(0, 1), closed.slice(1)].map((policies) =>
      fate(exampleCluster({ policies }), "pod:shop/web", API, 8080),
    );
    expect(fates).toEqual(["delivered", "delivered", "delivered"]);
    const noEgress = policy("shop", "web", ["egress"]);
    const noIngress = policy("shop", "api", ["ingress"]);
    const refused = [[noEgress], [noIngress], [noEgress, ...closed.slice(1)]].map((policies) =>
      fate(exampleCluster({ policies }), "pod:shop/web", API, 8080),
    );
    expect(refused).toEqual(["dropped", "dropped", "dropped"]);
  });

  test("S6.34 with the outside or a node only the pod's side is asked", () => {
    const cluster = exampleCluster({
      policies: [
        policy("shop", "web", ["egress"], { egress: [rule([block("203.0.113.0/24")])] }),
        policy("shop", "api", ["ingress"], { ingress: [rule([block("172.18.0.0/16")])] }),
      ],
    });
    expect(fate(cluster, "pod:shop/web", INTERNET, 443)).toBe("delivered");
    expect(fate(cluster, "outside", WEB, 80)).toBe("delivered");
    expect(fate(cluster, "node:n1", API, 8080)).toBe("delivered");
    expect(fate(cluster, "outside", API, 8080)).toBe("dropped");
  });

  test("S9.8 blocks match what the installation lets them: everything, all but pods, only the outside", () => {
    const everything = rule([block("0.0.0.0/0")]);
    const cluster = exampleCluster({
      policies: [
        policy("shop", "web", ["egress"], { egress: [everything] }),
        policy("shop", "api", ["ingress"], { ingress: [everything] }),
      ],
    });
    const fates = (["any", "not-pods", "outside"] as const).map((ipBlocks) => {
      const profile = { ipBlocks, ownNodeEgress: "policed" } as const;
      return [
        fate(cluster, "pod:shop/web", INTERNET, 443, { profile }),
        fate(cluster, "pod:shop/web", NODE2, 443, { profile }),
        fate(cluster, "pod:shop/web", API, 8080, { profile }),
        fate(cluster, "outside", API, 8080, { profile }),
        fate(cluster, "node:n1", API, 8080, { profile }),
      ];
    });
    expect(fates).toEqual([
      ["delivered", "delivered", "delivered", "delivered", "delivered"],
      ["delivered", "delivered", "dropped", "delivered", "delivered"],
      ["delivered", "dropped", "dropped", "delivered", "dropped"],
    ]);
  });

  test("S6.35 the reply of an admitted connection needs no rule", () => {
    const cluster = exampleCluster({
      policies: [
        policy("shop", "api", ["ingress", "egress"], { ingress: [rule()] }),
        policy("shop", "web", ["ingress", "egress"], { egress: [rule()] }),
      ],
    });
    expect(ask(cluster, "pod:shop/web", API, 8080).map((o) => o.reply)).toEqual(["returned"]);
    expect(fate(cluster, "pod:shop/api", WEB, 80)).toBe("dropped");
  });
});

describe("judge", () => {
  test("names the policies that isolate and the rules that match", () => {
    const matching = rule([pods(selector({ app: "web" }))]);
    const open = policy("shop", "api", ["ingress"], {
      ingress: [rule([block("10.0.0.0/32")]), matching],
    });
    const closed = policy("shop", "*", ["ingress"]);
    const cluster = exampleCluster({ policies: [closed, open] });
    const api = cluster.pods.find((p) => podEndpoint(p) === "pod:shop/api");
    if (api === undefined) throw new Error("no api");
    const attempt = { peer: address(WEB), protocol: "TCP", port: 8080 } as const;
    const judgement = judge(cluster, DEFAULT_PROFILE, api, "ingress", attempt);
    expect(judgement.isolatedBy).toEqual([closed, open]);
    expect(judgement.admittedBy).toEqual([{ policy: open, rule: matching }]);
    expect(passes(judgement)).toBe(true);
    const refused = judge(cluster, DEFAULT_PROFILE, api, "ingress", {
      ...attempt,
      peer: address(INTERNET),
    });
    expect(refused.admittedBy).toEqual([]);
    expect(passes(refused)).toBe(false);
    expect(passes(judge(cluster, DEFAULT_PROFILE, api, "egress", attempt))).toBe(true);
  });
});
