/**
 * Sets of pairs (source port, destination port), in a canonical form: structural equality is set
 * equality.
 */
import { HIGHEST_PORT, LOWEST_PORT } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";

/** The pairs whose source port is in one set and whose destination port is in the other. */
export interface PortRow {
  readonly sourcePorts: PortSet;
  readonly ports: PortSet;
}

/**
 * @invariant sets are not empty; `sourcePorts` of different rows are disjoint, their `ports` different;
 * rows are in the order of their lowest source port
 */
export type PortRelation = readonly PortRow[];

/** Every port that a packet of the domain carries. */
export const ALL_PORTS: PortSet = [[LOWEST_PORT, HIGHEST_PORT]];

/** All pairs of `sourcePorts` and `ports`. */
export function portProduct(sourcePorts: PortSet, ports: PortSet): PortRelation {
  return sourcePorts.length === 0 || ports.length === 0 ? [] : [{ sourcePorts, ports }];
}

/** For every source port, `operation` of the destination ports that the relations pair with it. */
export function combineRelations(
  a: PortRelation,
  b: PortRelation,
  operation: (a: PortSet, b: PortSet) => PortSet,
): PortRelation {
  const rows: PortRow[] = [];
  for (const left of a) {
    for (const right of b) {
      const sourcePorts = portSets.intersect(left.sourcePorts, right.sourcePorts);
      rows.push({ sourcePorts, ports: operation(left.ports, right.ports) });
    }
  }
  const alone = (row: PortRow, others: PortRelation): PortSet =>
    others.reduce((rest, other) => portSets.subtract(rest, other.sourcePorts), row.sourcePorts);
  for (const row of a) rows.push({ sourcePorts: alone(row, b), ports: operation(row.ports, []) });
  for (const row of b) rows.push({ sourcePorts: alone(row, a), ports: operation([], row.ports) });
  return canonical(rows);
}

/** The pairs for which the destination port, were it `port`, would be paired with the source port. */
export function pullBack(relation: PortRelation, port: number): PortRelation {
  const rows = relation.filter((row) => portSets.contains(row.ports, port));
  return canonical(rows.map(({ sourcePorts }) => ({ sourcePorts, ports: ALL_PORTS })));
}

/** The destination ports that are paired with some source port. */
export function destinationPortsOf(relation: PortRelation): PortSet {
  return relation.reduce<PortSet>((all, row) => portSets.union(all, row.ports), []);
}

/** A text that is the same iff the relation is. */
export function relationKey(relation: PortRelation): string {
  return relation.map((row) => `${portKey(row.sourcePorts)}:${portKey(row.ports)}`).join(";");
}

/** A text that is the same iff the set is. */
export function portKey(ports: PortSet): string {
  return ports.map(([low, high]) => `${low}-${high}`).join(",");
}

/** Rows whose source ports are disjoint, made canonical. */
function canonical(rows: readonly PortRow[]): PortRelation {
  const byPorts = new Map<string, PortRow>();
  for (const row of rows) {
    if (row.sourcePorts.length === 0 || row.ports.length === 0) continue;
    const key = portKey(row.ports);
    const same = byPorts.get(key);
    const sourcePorts =
      same === undefined ? row.sourcePorts : portSets.union(same.sourcePorts, row.sourcePorts);
    byPorts.set(key, { sourcePorts, ports: row.ports });
  }
  const lowest = (row: PortRow): number => row.sourcePorts[0]?.[0] ?? 0;
  return [...byPorts.values()].sort((a, b) => lowest(a) - lowest(b));
}
