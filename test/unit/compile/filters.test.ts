import { describe, expect, test } from "vitest";
import type { Origin } from "../../../models/base/origin.ts";
import type { NetworkPolicy } from "../../../models/kubernetes/policy.ts";
import type { Hook } from "../../../models/network/fib.ts";
import type { Network } from "../../../models/network/network.ts";
import { present } from "../../../src/base/assert.ts";
import { compile } from "../../../src/compile/compile.ts";
import {
  PODS,
  block,
  changed,
  exampleCluster,
  pods,
  policy,
  ports,
  rule,
  selector,
} from "../../support/example-cluster.ts";

const at = (line: number): Origin => ({ file: "p.yaml", line, column: 1, path: "" });

function filter(network: Network, link: string, stage: string): Hook {
  const { onEnter, onLeave } = present(network.links.get(link), `no link ${link}`);
  return present(
    [...onEnter, ...onLeave].find((hook) => hook.stage === stage),
    `no ${stage}`,
  );
}

const webOut = (network: Network): Hook => filter(network, "pod:shop/web>node:n1", "egress");
const webIn = (network: Network): Hook => filter(network, "node:n1>pod:shop/web", "ingress");

describe("a filter", () => {
  test("passes everything and says so when no policy selects the pod", () => {
    expect(webOut(compile(exampleCluster()))).toEqual({
      stage: "egress",
      rules: [],
      otherwise: {
        action: { kind: "pass" },
        because: { text: "no policy selects shop/web for egress", origins: [] },
      },
    });
  });

  test("names all isolating policies where nothing admits, with the lines that isolate", () => {
    const first: NetworkPolicy = {
      ...policy("shop", "web", ["egress"]),
      isolationOrigin: { egress: at(3), ingress: at(4) },
    };
    const second: NetworkPolicy = {
      ...policy("shop", "*", ["egress"]),
      isolationOrigin: { egress: at(5), ingress: at(6) },
    };
    const both = compile(exampleCluster({ policies: [first, second] }));
    expect(webOut(both).otherwise).toEqual({
      action: { kind: "discard", reason: "filtered" },
      because: {
        text: "egress of shop/web is isolated by shop/NetworkPolicy/web-egress, shop/NetworkPolicy/*-egress; no rule admits it",
        origins: [at(3), at(5)],
      },
    });
    const one = compile(exampleCluster({ policies: [first] }));
    expect(webOut(one).otherwise.because.object).toBe("shop/NetworkPolicy/web-egress");
  });

  test("gives each admitting rule the lines of its peer, port, rule and policy", () => {
    const admitting: NetworkPolicy = {
      ...policy("shop", "web", ["ingress"], {
        ingress: [
          {
            peers: [{ ...pods(selector({ app: "api" })), origin: at(10) }],
            ports: [{ ...ports("TCP", 80), origin: at(11) }],
            origin: at(9),
          },
        ],
      }),
      origin: at(1),
    };
    const hook = webIn(compile(exampleCluster({ policies: [admitting] })));
    expect(hook.rules.at(-1)?.because).toEqual({
      text: "shop/NetworkPolicy/web-ingress admits it",
      object: "shop/NetworkPolicy/web-ingress",
      origins: [at(10), at(11), at(9), at(1)],
    });
  });

  test("exempts the pod itself and its own node first", () => {
    const isolated = compile(
      exampleCluster({ policies: [policy("shop", "web", ["ingress", "egress"])] }),
    );
    const reasons = (hook: Hook): readonly string[] => hook.rules.map((r) => r.because.text);
    expect(reasons(webIn(isolated))).toEqual([
      "shop/web cannot be kept from itself",
      "n1 is the node of shop/web",
    ]);
    expect(webIn(isolated).rules[0]?.match).toEqual({ links: ["pod:shop/web>node:n1"] });
    expect(reasons(webOut(isolated))).toEqual([
      "shop/web cannot be kept from itself",
      "n1 is the node of shop/web",
    ]);
  });

  test("is not there for a rule whose peer names nobody", () => {
    const nobody = policy("shop", "web", ["ingress"], {
      ingress: [rule([pods(selector({ app: "nobody" }))])],
    });
    const hook = webIn(compile(exampleCluster({ policies: [nobody] })));
    expect(hook.rules.some((r) => r.because.object !== undefined)).toBe(false);
  });
});

describe("rules of policies", () => {
  const open = policy("shop", "*", ["ingress"], {
    ingress: [rule([block("203.0.113.0/24")], [ports("TCP", 443)])],
  });
  const admitted = (hook: Hook) => hook.rules.filter((r) => r.because.object !== undefined);

  test("are the same objects for all pods that the policy selects", () => {
    const network = compile(exampleCluster({ policies: [open] }));
    const [here] = admitted(webIn(network));
    const [there] = admitted(filter(network, "node:n2>pod:shop/api", "ingress"));
    expect(here).toBeDefined();
    expect(here).toBe(there);
  });

  test("with a named port differ only where the pods give the name other numbers", () => {
    const named = policy("shop", "*", ["ingress"], {
      ingress: [rule("any", [ports("TCP", "http")])],
    });
    const network = compile(exampleCluster({ policies: [named] }));
    const numbers = ["node:n1>pod:shop/web", "node:n2>pod:shop/api"].map((link) =>
      admitted(filter(network, link, "ingress")).map((r) => r.match.destinationPorts),
    );
    expect(numbers).toEqual([[[[80, 80]]], [[[8080, 8080]]]]);
  });

  test("share one set of addresses where peers name the same pods", () => {
    const peers = [pods(selector({ app: "api" })), pods(selector({ app: "api" }), selector())];
    const twice = policy("shop", "web", ["ingress"], { ingress: [rule(peers)] });
    const [a, b] = admitted(webIn(compile(exampleCluster({ policies: [twice] }))));
    expect(a?.match.sources).toBeDefined();
    expect(a?.match.sources).toBe(b?.match.sources);
  });

  test("resolve a named port of egress on each destination pod", () => {
    const out = policy("shop", "web", ["egress"], {
      egress: [rule("any", [ports("TCP", "metrics")])],
    });
    const rules = admitted(webOut(compile(exampleCluster({ policies: [out] }))));
    // The exporter declares the name as well, but it is on the host's network.
    expect(rules.map((r) => r.match.destinationPorts)).toEqual([[[9090, 9090]]]);
  });

  test("never select a pod on the host's network", () => {
    const all = policy("ops", "*", ["ingress", "egress"]);
    const network = compile(exampleCluster({ policies: [all] }));
    expect(network.links.get("pod:ops/exporter/main^")?.onEnter).toEqual([]);
    expect(PODS.some((pod) => pod.hostNetwork)).toBe(true);
  });

  test("do without an init container's named port", () => {
    const init = changed("shop/web", {
      containers: PODS.filter((p) => p.name === "web").flatMap((p) =>
        p.containers.map((c) => ({ ...c, kind: "init" as const })),
      ),
    });
    const named = policy("shop", "web", ["ingress"], {
      ingress: [rule("any", [ports("TCP", "http")])],
    });
    const network = compile(exampleCluster({ pods: init, policies: [named] }));
    expect(admitted(webIn(network))).toEqual([]);
  });
});
