/**
 * `graph -o json`: a contract, see docs/schemas/graph.schema.json.
 */
import type { Graph, GraphEndpoint, GraphRow } from "../check/types.ts";
import { formatRange } from "../base/ip.ts";
import { channelJson } from "./channel-text.ts";
import { contextJson, type JsonObject, SCHEMA_VERSION } from "./json.ts";
import type { RunContext } from "./run-context.ts";

/** The report of `graph`. */
export function graphJson(graph: Graph, context: RunContext): JsonObject {
  return {
    schemaVersion: SCHEMA_VERSION,
    folder: context.folder,
    endpoints: graph.endpoints.map(endpointJson),
    connections: graph.connections.map(({ from, to, rows }) => ({
      from,
      to,
      allowed: rows.map(rowJson),
    })),
    undecided: graph.undecided.map(({ from, to, rows, because }) => ({
      from,
      to,
      rows: rows.map(rowJson),
      because,
    })),
    channels: graph.channels?.list.map(channelJson),
    channelsLeaveOut: graph.channels?.leavesOut,
    ...contextJson(context),
  };
}

function endpointJson(endpoint: GraphEndpoint): JsonObject {
  const { id, kind, namespace, name, pods, podNames, ranges } = endpoint;
  return {
    id,
    kind,
    namespace,
    name,
    pods,
    podNames,
    ranges: ranges?.map(([low, high]) => formatRange(low.family, low.bits, high.bits)),
  };
}

function rowJson({ protocol, ports, families }: GraphRow): JsonObject {
  return { protocol, ports, families };
}
