import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import type { Table } from "../../../models/network/fib.ts";
import type { Network } from "../../../models/network/network.ts";
import { faults } from "../../../models/network/well-formed.ts";
import { InternalError, present } from "../../../src/base/assert.ts";
import { compile } from "../../../src/compile/compile.ts";
import {
  API,
  WEB,
  changed,
  example,
  exampleCluster,
  frontend,
} from "../../support/example-cluster.ts";

const network = compile(exampleCluster());

function fibOf(of: Network, id: string): readonly string[] {
  const { fib } = present(of.switches.get(id), `no switch ${id}`);
  return texts(fib);
}

function texts(table: Table<unknown>): readonly string[] {
  return [...table.rules, table.otherwise].map((rule) => rule.because.text);
}

function stages(of: Network, id: string): readonly string[] {
  const link = present(of.links.get(id), `no link ${id}`);
  return [
    ...link.onLeave.map((hook) => `leave ${hook.stage}`),
    ...link.onEnter.map((hook) => `enter ${hook.stage}`),
  ];
}

describe("compile", () => {
  test("makes a network", () => {
    expect(faults(network)).toEqual([]);
    expect(network.outside).toBe("outside");
  });

  test("lists pods, then nodes, then the outside", () => {
    expect([...network.processes.keys()]).toEqual([
      "pod:ops/agent/main",
      "pod:ops/agent/*",
      "pod:ops/exporter/main",
      "pod:shop/api/main",
      "pod:shop/api/*",
      "pod:shop/web/main",
      "pod:shop/web/*",
      "node:n1/daemon",
      "node:n2/daemon",
      "outside",
    ]);
    expect([...network.switches.keys()]).toEqual([
      "pod:ops/agent",
      "pod:shop/api",
      "pod:shop/web",
      "node:n1",
      "node:n2",
      "outside",
    ]);
  });

  test("links each pod with its node and all nodes and the outside with each other", () => {
    expect([...network.links.keys()].filter((id) => id.includes(">"))).toEqual([
      "pod:ops/agent>node:n1",
      "node:n1>pod:ops/agent",
      "pod:shop/api>node:n2",
      "node:n2>pod:shop/api",
      "pod:shop/web>node:n1",
      "node:n1>pod:shop/web",
      "node:n1>node:n2",
      "node:n1>outside",
      "node:n2>node:n1",
      "node:n2>outside",
      "outside>node:n1",
      "outside>node:n2",
    ]);
  });

  test("says whose each process is, and whether an input declares it", () => {
    const stand = network.processes.get("pod:shop/web/*");
    expect(stand).toMatchObject({ endpoint: "pod:shop/web", declared: false });
    const onHost = network.processes.get("pod:ops/exporter/main");
    expect(onHost).toMatchObject({ endpoint: "pod:ops/exporter", declared: true });
    expect(network.links.get(onHost?.uplink ?? "")?.to).toBe("node:n1");
  });

  test("gives a pod switch localhost, own addresses and the way to its node", () => {
    expect(fibOf(network, "pod:shop/web")).toEqual([
      "container main of shop/web declares TCP 80",
      "no declared listener",
      "container main of shop/web declares TCP 80",
      "no declared listener",
      "not an address of shop/web: to its node n1",
      "no rule of the forwarding table matches",
    ]);
  });

  test("gives a node switch its own, its pods, other nodes, blocks and the outside", () => {
    expect(fibOf(network, "node:n1")).toEqual([
      "container main of ops/exporter declares TCP 9100",
      "no declared listener on n1",
      "container main of ops/exporter declares TCP 9100",
      "no declared listener on n1",
      "ops/agent is on n1",
      "shop/web is on n1",
      "a pod on n2",
      "the address of n2",
      "an address of the cluster that nobody has",
      "not an address of the cluster: to the outside",
      "no rule of the forwarding table matches",
    ]);
  });

  test("puts filters on the node's end of a pod's link", () => {
    expect(stages(network, "pod:shop/web>node:n1")).toEqual(["enter egress"]);
    expect(stages(network, "node:n1>pod:shop/web")).toEqual(["leave ingress"]);
    expect(stages(network, "node:n1>node:n2")).toEqual([]);
  });

  test("throws when a pod is on a node that does not exist", () => {
    expect(() => compile(exampleCluster({ pods: changed("shop/web", { node: "n9" }) }))).toThrow(
      InternalError,
    );
  });
});

describe("services", () => {
  const services = [
    example("shop/api", ["10.96.0.10"], 80, 8080),
    example("shop/gone", ["10.96.0.11"], 80, 80),
  ];
  const withServices = exampleCluster({ services });

  test("are translated before egress policy, and where a process of a node sends", () => {
    const compiled = compile(withServices);
    expect(stages(compiled, "pod:shop/web>node:n1")).toEqual(["enter dnat", "enter egress"]);
    expect(stages(compiled, "pod:ops/exporter/main^")).toEqual(["enter dnat"]);
    expect(stages(compiled, "node:n2/daemon^")).toEqual(["enter dnat"]);
    expect(stages(compiled, "outside^")).toEqual([]);
  });

  test("are translated by one table for the whole network", () => {
    const compiled = compile(withServices);
    const tables = [...compiled.links.values()].flatMap((link) =>
      link.onEnter.filter((hook) => hook.stage === "dnat"),
    );
    expect(new Set(tables).size).toBe(1);
  });

  test("masquerade only at pods that are endpoints, before or after policy as the profile says", () => {
    const allowed = compile(withServices);
    expect(stages(allowed, "node:n2>pod:shop/api")).toEqual(["leave masquerade", "leave ingress"]);
    expect(stages(allowed, "node:n1>pod:shop/web")).toEqual(["leave ingress"]);
    const policed = compile(withServices, { ...DEFAULT_PROFILE, hairpin: "policed" });
    expect(stages(policed, "node:n2>pod:shop/api")).toEqual(["leave ingress", "leave masquerade"]);
  });

  test("without endpoints are refused before or after egress policy as the profile says", () => {
    const after = compile(withServices, {
      ...DEFAULT_PROFILE,
      endpointlessService: "policy-first",
    });
    expect(stages(after, "pod:shop/web>node:n1")).toEqual([
      "enter dnat",
      "enter egress",
      "enter reject",
    ]);
  });

  test("name the choice of an endpoint by service, port and family", () => {
    const [hook] = present(compile(withServices).links.get("node:n1/daemon^"), "uplink").onEnter;
    const actions = hook?.rules.map((rule) => rule.action);
    expect(actions).toMatchObject([
      {
        kind: "translate",
        choice: "dnat:shop/api:80/TCP/IPv4",
        rewrites: [{ destinationPort: 8080 }],
      },
      { kind: "discard", reason: "rejected" },
    ]);
    expect(hook?.rules.map((rule) => [rule.because.text, rule.because.object])).toEqual([
      ["port 80/TCP of shop/Service/api", "shop/Service/api"],
      ["port 80/TCP of shop/Service/gone has no endpoints", "shop/Service/gone"],
    ]);
  });

  test("that lead to a frontend which is not modelled are judged after egress policy", () => {
    const led = compile({ ...withServices, frontends: [frontend([API], 8080)] });
    expect(stages(led, "pod:shop/web>node:n1")).toEqual([
      "enter dnat",
      "enter egress",
      "enter frontend",
    ]);
    const beside = compile({ ...withServices, frontends: [frontend([WEB], 8080)] });
    expect(stages(beside, "pod:shop/web>node:n1")).toEqual(["enter dnat", "enter egress"]);
  });
});
