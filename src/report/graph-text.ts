/**
 * What `graph` prints for people: an arrow for each pair, then what is undecided.
 */
import type { Graph, GraphEndpoint, GraphRow } from "../check/types.ts";
import { formatRange } from "../base/ip.ts";
import { channelLines } from "./channel-text.ts";
import { diagnosticLines } from "./diagnostics-text.ts";
import { groupBy } from "../base/group-by.ts";
import { portsText } from "./header-text.ts";
import { as, BLANK, type Line } from "./line.ts";
import { profileLines } from "./profile-text.ts";
import { assumptionLines, inputLine, noticeLines, type RunContext } from "./run-context.ts";

/** The report of `graph`. Endpoints are named as on the command line, where that is one of them only. */
export function graphLines(
  graph: Graph,
  context: RunContext,
  options: { readonly all: boolean; readonly quiet: boolean },
): readonly Line[] {
  const names = endpointNames(graph.endpoints);
  const name = (id: string): string => names.get(id) ?? id;
  const legend = graph.endpoints.filter((e) => e.ranges !== undefined && name(e.id) === e.id);
  const edges = graph.connections.map(
    (c): Line => [`${name(c.from)} => ${name(c.to)} : ${rowsText(c.rows)}`],
  );
  const doubts = graph.undecided.map(
    (c): Line => [
      as("doubt", "undecided "),
      `${name(c.from)} => ${name(c.to)} : ${rowsText(c.rows)} (${c.because.join(", ")})`,
    ],
  );
  const pairs = [...edges, ...(doubts.length === 0 ? [] : [BLANK]), ...doubts];
  const channels = graph.channels === undefined ? [] : sharedLines(graph.channels);
  if (options.quiet) return [...pairs, ...channels];
  return [
    ...(context.folder === undefined ? [] : [[as("strong", `folder ${context.folder}`)]]),
    inputLine(context.input),
    ...noticeLines(context),
    BLANK,
    ...diagnosticLines(context.diagnostics, context.sources, options.all),
    ...pairs,
    ...(pairs.length === 0 ? [["nothing can reach anything else"]] : []),
    ...channels,
    BLANK,
    ...legend.map((endpoint): Line => [`${endpoint.id} is ${rangesText(endpoint)}`]),
    ...profileLines(context.profile),
    ...assumptionLines(context.assumptions),
  ];
}

function sharedLines({ list, leavesOut }: NonNullable<Graph["channels"]>): readonly Line[] {
  return [
    BLANK,
    [as("strong", list.length === 0 ? "no channel beside the network is known" : HEADING)],
    ...channelLines(list),
    ...leavesOut.map((text): Line => [as("faint", "left out  "), text]),
  ];
}

const HEADING = "channels that no policy sees:";

/** The text of all `rows`: `tcp/80, udp/53 (IPv4)`. */
export function rowsText(rows: readonly GraphRow[]): string {
  return rows
    .map((row) => {
      const families = row.families === undefined ? "" : ` (${row.families.join(", ")})`;
      return `${portsText(row.protocol, row.ports)}${families}`;
    })
    .join(", ");
}

/** `namespace/name` where that names one endpoint, `external` for the only outside one, else the id. */
export function endpointNames(endpoints: readonly GraphEndpoint[]): ReadonlyMap<string, string> {
  const short = (endpoint: GraphEndpoint): string => {
    if (endpoint.ranges !== undefined) return "external";
    const suffix = /#\d+$/.exec(endpoint.id)?.[0] ?? "";
    return endpoint.namespace === undefined || endpoint.name === undefined
      ? endpoint.id
      : `${endpoint.namespace}/${endpoint.name}${suffix}`;
  };
  const shared = groupBy(endpoints, short);
  return new Map(
    endpoints.map((endpoint) => {
      const name = short(endpoint);
      return [endpoint.id, (shared.get(name)?.length ?? 0) > 1 ? endpoint.id : name];
    }),
  );
}

function rangesText(endpoint: GraphEndpoint): string {
  return (endpoint.ranges ?? [])
    .map(([low, high]) => formatRange(low.family, low.bits, high.bits))
    .join(", ");
}
