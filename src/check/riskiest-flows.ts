/**
 * Which open connections deserve a look first.
 */
import { portSets } from "../../models/base/interval-set.ts";
import { compareText } from "../base/diagnostic.ts";
import type { Graph, GraphConnection, GraphEndpoint } from "./types.ts";

/**
 * The `count` riskiest connections of `graph`: those from outside first, then those to the outside, then
 * those between namespaces; among equals those with more ports, then by name. A heuristic to look at, and
 * no claim.
 */
export function riskiestFlows(graph: Graph, count: number): readonly GraphConnection[] {
  const endpoints = new Map(graph.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const ranked = graph.connections.map((connection) => ({
    connection,
    rank: rankOf(endpoints.get(connection.from), endpoints.get(connection.to)),
    ports: portCount(connection),
  }));
  return ranked
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        b.ports - a.ports ||
        compareText(a.connection.from, b.connection.from) ||
        compareText(a.connection.to, b.connection.to),
    )
    .slice(0, count)
    .map(({ connection }) => connection);
}

function rankOf(from: GraphEndpoint | undefined, to: GraphEndpoint | undefined): number {
  if (from?.ranges !== undefined) return 0;
  if (to?.ranges !== undefined) return 1;
  return from?.namespace === to?.namespace ? 3 : 2;
}

function portCount({ rows }: GraphConnection): number {
  return rows
    .flatMap((row) => portSets.of(row.ports))
    .reduce((sum, [low, high]) => sum + high - low + 1, 0);
}
