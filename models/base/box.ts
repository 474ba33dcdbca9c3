/**
 * A box: a product of sets, one per header field. Unions of boxes describe sets of connections.
 */
import type { BitSet, PortSet } from "./interval-set.ts";
import type { Family, Protocol } from "./family.ts";

/**
 * The connections of one family and protocol whose source, destination and destination port lie in
 * the given sets. Source ports are never restricted.
 */
export interface Box {
  readonly family: Family;
  readonly protocol: Protocol;
  readonly sources: BitSet;
  readonly destinations: BitSet;
  readonly ports: PortSet;
}
