/**
 * All pairs: who can open which ports of whom, certain rows apart from undecided ones. What is addressed to
 * a frontend that is not modelled is undecided, whoever calls.
 */
import { FAMILIES, type Family, PROTOCOLS, type Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import { groupBy } from "../base/group-by.ts";
import type { DiagnosticCode } from "../base/diagnostic-codes.ts";
import { compareText } from "../base/diagnostic.ts";
import { channelsLeaveOut, channelsOf } from "./channels.ts";
import { type Claim, claimCodes, claimedPorts, claimsOf } from "./graph-frontends.ts";
import { type Cell, pairTable } from "./graph-pairs.ts";
import { type Group, groupMembers } from "./graph-groups.ts";
import { whyUndecided } from "./graph-because.ts";
import { type Member, graphMembers } from "./graph-members.ts";
import { addressOf } from "./processes.ts";
import type { Subject } from "./subject.ts";
import type { Graph, GraphConnection, GraphRow } from "./types.ts";

/** How a graph is drawn. */
export interface GraphOptions {
  /** Every pod by itself; otherwise the pods of a workload are one endpoint where they agree. */
  readonly pods: boolean;
  /** Whether the channels that no policy sees are listed. */
  readonly channels?: boolean;
}

/**
 * Every ordered pair of distinct endpoints with something allowed or undecided, each once, sorted by
 * the order of the endpoints: workloads by id, then the ranges of the outside in address order.
 *
 * @cost pairs of classes with something allowed, then pairs of endpoints with something allowed
 */
export function graphOf(subject: Subject, options: GraphOptions): Graph {
  const members = graphMembers(subject);
  const table = pairTable(subject, members);
  const groups = groupMembers(members, table, options.pods);
  const rowsOf = rowCache();
  const claims = claimsOf(groups, subject.cluster.frontends);
  const connections: GraphConnection[] = [];
  const undecided: (GraphConnection & { readonly because: readonly DiagnosticCode[] })[] = [];
  const groupsByClass = groupBy(groups, (group) => table.classOf(group.first));
  const rank = new Map(groups.map((group, index) => [group, index]));
  for (const from of groups) {
    for (const { to, cell } of edgesFrom(from)) {
      const ends = { from: from.id, to: to.id };
      const claimed = claims.get(to) ?? UNCLAIMED;
      const { certain, open } = rowsOf(cell, sharedFamilies(from.first, to.first), claimed);
      if (certain.length > 0) connections.push({ ...ends, rows: certain });
      if (open.length > 0) {
        const why = whyUndecided(subject, from.first, to.first, open);
        const because = [...new Set([...why, ...claimCodes(claimed, open)])].sort(compareText);
        undecided.push({ ...ends, rows: open, because });
      }
    }
  }
  const endpoints = groups.map((group) => group.endpoint);
  if (options.channels !== true) return { endpoints, connections, undecided };
  const list = channelsOf(subject, options.pods);
  const channels = { list, leavesOut: channelsLeaveOut(subject) };
  return { endpoints, connections, undecided, channels };

  /** Whom `from` may reach, in the order of the endpoints. */
  function edgesFrom(from: Group): readonly Edge[] {
    const edges: Edge[] = [];
    const met = new Set<Group>();
    for (const [classId, cell] of table.row(table.classOf(from.first))) {
      for (const to of groupsByClass.get(classId) ?? []) {
        if (to !== from) edges.push({ at: rank.get(to) ?? 0, to, cell });
        if (claims.has(to)) met.add(to);
      }
    }
    const other = [...claims.keys()].filter((to) => !met.has(to) && isPair(from, to));
    for (const to of other) edges.push({ at: rank.get(to) ?? 0, to, cell: NOTHING });
    return edges.sort((a, b) => a.at - b.at);
  }
}

interface Edge {
  /** Where `to` stands among the endpoints. */
  readonly at: number;
  readonly to: Group;
  readonly cell: Cell;
}

/** A cell without anything, for pairs of which only a frontend can say more. */
const NOTHING: Cell = { id: -1, byFamily: {} };
const UNCLAIMED: readonly Claim[] = [];

/** Whether the graph speaks about the two: they differ, and are not both outside. */
function isPair(from: Group, to: Group): boolean {
  return from !== to && (from.first.pod !== undefined || to.first.pod !== undefined);
}

function sharedFamilies(a: Member, b: Member): readonly Family[] {
  return FAMILIES.filter((family) => hasFamily(a, family) && hasFamily(b, family));
}

function hasFamily({ addresses }: Member, family: Family): boolean {
  return addressOf(addresses, family) !== undefined;
}

interface Rows {
  readonly certain: readonly GraphRow[];
  readonly open: readonly GraphRow[];
}

type RowsOf = (cell: Cell, families: readonly Family[], claims: readonly Claim[]) => Rows;

/** The rows of a cell; equal cells are the same object, so each is converted once while nobody claims it. */
function rowCache(): RowsOf {
  const known = new Map<Cell, Map<string, Rows>>();
  return (cell, families, claims) => {
    if (claims.length > 0) return rowsOfCell(cell, families, claims);
    const key = families.join();
    const ofCell = known.get(cell) ?? new Map<string, Rows>();
    known.set(cell, ofCell);
    const rows = ofCell.get(key) ?? rowsOfCell(cell, families, claims);
    ofCell.set(key, rows);
    return rows;
  };
}

function rowsOfCell(cell: Cell, families: readonly Family[], claims: readonly Claim[]): Rows {
  const certain = graphRows(families, (family, protocol) =>
    ports(cell.byFamily[family]?.least, protocol),
  );
  const open = graphRows(families, (family, protocol) =>
    portSets.subtract(
      portSets.union(
        ports(cell.byFamily[family]?.most, protocol),
        claimedPorts(claims, family, protocol),
      ),
      ports(cell.byFamily[family]?.least, protocol),
    ),
  );
  return { certain, open };
}

function ports(
  allowed: readonly { readonly protocol: Protocol; readonly ports: PortSet }[] | undefined,
  protocol: Protocol,
): PortSet {
  return allowed?.find((row) => row.protocol === protocol)?.ports ?? [];
}

function graphRows(
  families: readonly Family[],
  portsOf: (family: Family, protocol: Protocol) => PortSet,
): readonly GraphRow[] {
  return PROTOCOLS.flatMap((protocol): readonly GraphRow[] => {
    const byFamily = families.map((family) => ({ family, set: portsOf(family, protocol) }));
    const [first] = byFamily;
    if (first === undefined) return [];
    if (byFamily.every(({ set }) => portSets.equals(set, first.set))) {
      return first.set.length === 0 ? [] : [{ protocol, ports: first.set }];
    }
    return byFamily
      .filter(({ set }) => set.length > 0)
      .map(({ family, set }) => ({ protocol, ports: set, families: [family] }));
  });
}
