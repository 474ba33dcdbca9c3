/**
 * Sets over (protocol, source port, destination port), each kept once and known by a number: two sets
 * are equal iff their numbers are, and every operation is computed once per pair of numbers.
 */
import { PROTOCOLS, type Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import { present } from "../base/assert.ts";
import { remember } from "./remember.ts";
import {
  ALL_PORTS,
  type PortRelation,
  combineRelations,
  destinationPortsOf,
  portKey,
  portProduct,
  pullBack,
  relationKey,
} from "./port-relation.ts";

/** The number of a set. */
export type PacketSetId = number;

/** The empty set. */
export const NO_PACKETS: PacketSetId = 0;
/** Every protocol, source port and destination port. */
export const ALL_PACKETS: PacketSetId = 1;

/** The packets of one protocol whose ports lie in both sets. */
export interface PacketRow {
  readonly protocol: Protocol;
  readonly sourcePorts: PortSet;
  readonly ports: PortSet;
}

/** The destination ports of one protocol. @invariant ports is not empty */
export interface AllowedRow {
  readonly protocol: Protocol;
  readonly ports: PortSet;
}

/**
 * Destination ports by protocol, at most one row each, in the order of PROTOCOLS. From the same
 * `PacketSets`, equal ones are the same object.
 */
export type Allowed = readonly AllowedRow[];

/** The pool of sets. Grows with the distinct sets met, of which a network has few. */
export interface PacketSets {
  /** The packets of `protocols` whose ports lie in the given sets; absent: all. */
  readonly product: (
    protocols: readonly Protocol[] | undefined,
    sourcePorts: PortSet | undefined,
    ports: PortSet | undefined,
  ) => PacketSetId;
  readonly union: (a: PacketSetId, b: PacketSetId) => PacketSetId;
  readonly intersect: (a: PacketSetId, b: PacketSetId) => PacketSetId;
  readonly subtract: (a: PacketSetId, b: PacketSetId) => PacketSetId;
  /** The packets that would be in `set` if their destination port were `port`. */
  readonly pullBack: (set: PacketSetId, port: number) => PacketSetId;
  /** The set as products, protocols in the order of PROTOCOLS, lower source ports first. */
  readonly rows: (set: PacketSetId) => readonly PacketRow[];
  /** The destination ports for which some source port is in the set. */
  readonly allowed: (set: PacketSetId) => Allowed;
  /** The one object for these rows, which may come from elsewhere, in any order and overlapping. */
  readonly intern: (rows: Allowed) => Allowed;
}

type Relations = Readonly<Record<Protocol, PortRelation>>;

/** An empty pool. Reaches that share one pool can compare their `Allowed` by identity. */
export function createPacketSets(): PacketSets {
  const { numberOf, relationsOf } = createPool();
  const products = new Map<string, PacketSetId>();
  const allowedOf = new Map<PacketSetId, Allowed>();

  const product: PacketSets["product"] = (protocols, sourcePorts, ports) => {
    if (protocols === undefined && sourcePorts === undefined && ports === undefined) {
      return ALL_PACKETS;
    }
    const key = [
      protocols ?? PROTOCOLS,
      portKey(sourcePorts ?? ALL_PORTS),
      portKey(ports ?? ALL_PORTS),
    ];
    return remember(products, key.join(":"), () => {
      const relation = portProduct(valid(sourcePorts), valid(ports));
      return numberOf(each((p) => (protocols?.includes(p) === false ? [] : relation)));
    });
  };
  const binary = (operation: (a: PortSet, b: PortSet) => PortSet): PacketSets["union"] => {
    // One map for each first set: a pair as one number would not fit a small integer.
    const known: (Map<PacketSetId, PacketSetId> | undefined)[] = [];
    return (a, b) => {
      const ofFirst = (known[a] ??= new Map<PacketSetId, PacketSetId>());
      const before = ofFirst.get(b);
      if (before !== undefined) return before;
      const [left, right] = [relationsOf(a), relationsOf(b)];
      const result = numberOf(each((p) => combineRelations(left[p], right[p], operation)));
      ofFirst.set(b, result);
      return result;
    };
  };
  const union = binary(portSets.union);
  const intersect = binary(portSets.intersect);
  const subtract = binary(portSets.subtract);
  const allowed = (set: PacketSetId): Allowed =>
    remember(allowedOf, set, () => {
      const relations = relationsOf(set);
      // Sets that only differ in source ports share the object of the one that leaves these open.
      const open = numberOf(each((p) => portProduct(ALL_PORTS, destinationPortsOf(relations[p]))));
      if (open !== set) return allowed(open);
      return PROTOCOLS.flatMap((protocol) =>
        relations[protocol].map(({ ports }): AllowedRow => ({ protocol, ports })),
      );
    });

  numberOf(each(() => []));
  numberOf(each(() => portProduct(ALL_PORTS, ALL_PORTS)));
  return {
    product,
    union: (a, b) => (a === NO_PACKETS || a === b ? b : b === NO_PACKETS ? a : union(a, b)),
    intersect: (a, b) => {
      if (a === ALL_PACKETS || a === b || b === NO_PACKETS) return b;
      return b === ALL_PACKETS || a === NO_PACKETS ? a : intersect(a, b);
    },
    subtract: (a, b) => {
      if (a === b || b === ALL_PACKETS) return NO_PACKETS;
      return a === NO_PACKETS || b === NO_PACKETS ? a : subtract(a, b);
    },
    pullBack: (set, port) => numberOf(each((p) => pullBack(relationsOf(set)[p], port))),
    rows: (set) =>
      PROTOCOLS.flatMap((protocol) =>
        relationsOf(set)[protocol].map((row) => ({ protocol, ...row })),
      ),
    allowed,
    intern: (rows) =>
      allowed(
        rows.reduce(
          (all, { protocol, ports }) => union(all, product([protocol], undefined, ports)),
          NO_PACKETS,
        ),
      ),
  };
}

/** Gives every set one number. */
function createPool(): {
  readonly numberOf: (relations: Relations) => PacketSetId;
  readonly relationsOf: (set: PacketSetId) => Relations;
} {
  const sets: Relations[] = [];
  const numbers = new Map<string, PacketSetId>();
  return {
    numberOf: (relations) => {
      const key = PROTOCOLS.map((protocol) => relationKey(relations[protocol])).join("|");
      return remember(numbers, key, () => sets.push(relations) - 1);
    },
    relationsOf: (set) => present(sets[set], `no packet set ${set}`),
  };
}

/** Port 0 is no port of the domain. */
function valid(ports: PortSet | undefined): PortSet {
  return portSets.intersect(ports ?? ALL_PORTS, ALL_PORTS);
}

function each(relation: (protocol: Protocol) => PortRelation): Relations {
  return { TCP: relation("TCP"), UDP: relation("UDP"), SCTP: relation("SCTP") };
}
