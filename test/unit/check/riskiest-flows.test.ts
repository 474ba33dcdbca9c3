import { describe, expect, test } from "vitest";
import { riskiestFlows } from "../../../src/check/riskiest-flows.ts";
import type { Graph, GraphEndpoint } from "../../../src/check/types.ts";
import { address } from "../../support/small-cluster.ts";

const workload = (namespace: string, name: string): GraphEndpoint => ({
  id: `${namespace}/Deployment/${name}`,
  kind: "Deployment",
  namespace,
  name,
  pods: 1,
});
const web = workload("shop", "web");
const api = workload("shop", "api");
const ops = workload("ops", "ops");
const outside: GraphEndpoint = {
  id: "external:1",
  kind: "external",
  ranges: [[address("0.0.0.0"), address("1.0.0.0")]],
};
const edge = (from: GraphEndpoint, to: GraphEndpoint, high: number): Graph["connections"][0] => ({
  from: from.id,
  to: to.id,
  rows: [{ protocol: "TCP", ports: [[80, high]] }],
});

describe("riskiestFlows", () => {
  test("from outside, to the outside, between namespaces, then the rest; more ports first", () => {
    const graph: Graph = {
      endpoints: [web, api, ops, outside],
      connections: [
        edge(web, api, 80),
        edge(api, web, 90),
        edge(web, ops, 80),
        edge(web, outside, 80),
        edge(outside, web, 80),
      ],
      undecided: [],
    };
    expect(riskiestFlows(graph, 9).map(({ from, to }) => `${from} ${to}`)).toEqual([
      "external:1 shop/Deployment/web",
      "shop/Deployment/web external:1",
      "shop/Deployment/web ops/Deployment/ops",
      "shop/Deployment/api shop/Deployment/web",
      "shop/Deployment/web shop/Deployment/api",
    ]);
    expect(riskiestFlows(graph, 1)).toHaveLength(1);
  });
});
