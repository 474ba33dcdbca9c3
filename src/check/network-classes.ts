/**
 * Which ends the network cannot tell apart, in both directions and all families.
 */
import { FAMILIES, type Family } from "../../models/base/family.ts";
import type { Address } from "../../models/base/address.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import type { Allowed } from "../reach/packet-sets.ts";
import type { PairClasses } from "../reach/pair-classes.ts";
import type { Reach } from "../reach/reach.ts";
import { addressOf } from "./processes.ts";

/** An end with what is needed to speak for it. */
export interface ClassedEnd {
  readonly process: ProcessId;
  readonly addresses: readonly Address[];
}

/** The classes of a list of ends in one family of one network. */
export interface FamilyClasses {
  /** Sender and destination class of each end; undefined for ends without an address of the family. */
  readonly of: (
    end: number,
  ) => { readonly sender: number; readonly destination: number } | undefined;
  /** Whether the second end's address is one of the first end's own switch. */
  readonly isSelf: (from: number, to: number) => boolean;
  /** For each sender class what is delivered to each destination class, apart for ends of one switch. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<number, ClassCell>>;
}

/** What is delivered between two classes: between ends of different switches, and within one. */
export interface ClassCell {
  others?: Allowed;
  self?: Allowed;
}

/** The classes of `ends` by family. */
export function networkClasses(
  reach: Reach,
  ends: readonly ClassedEnd[],
): ReadonlyMap<Family, FamilyClasses> {
  return new Map(FAMILIES.map((family) => [family, familyClasses(reach, ends, family)]));
}

function familyClasses(reach: Reach, ends: readonly ClassedEnd[], family: Family): FamilyClasses {
  const place = new Map<number, number>();
  const listed = ends.flatMap(({ process, addresses }, index) => {
    const address = addressOf(addresses, family);
    if (address === undefined) return [];
    place.set(index, place.size);
    return [{ process, source: address, address }];
  });
  const classes = reach.pairClasses(listed, listed);
  return {
    of: (end) => {
      const at = place.get(end);
      if (at === undefined) return undefined;
      return { sender: classes.senders[at] ?? -1, destination: classes.destinations[at] ?? -1 };
    },
    isSelf: (from, to) => {
      const [i, j] = [place.get(from), place.get(to)];
      return i !== undefined && j !== undefined && classes.isSelf(i, j);
    },
    rows: rowsOf(classes),
  };
}

function rowsOf({ pairs }: PairClasses): ReadonlyMap<number, ReadonlyMap<number, ClassCell>> {
  const rows = new Map<number, Map<number, ClassCell>>();
  for (const { sender, destination, self, allowed } of pairs) {
    const row = rows.get(sender) ?? new Map<number, ClassCell>();
    rows.set(sender, row);
    const cell = row.get(destination) ?? {};
    row.set(destination, cell);
    if (self) cell.self = allowed;
    else cell.others = allowed;
  }
  return rows;
}

/** A text that is equal for two ends iff they are of the same classes in every family. */
export function classKey(classes: ReadonlyMap<Family, FamilyClasses>, end: number): string {
  return FAMILIES.map((family) => {
    const own = classes.get(family)?.of(end);
    return own === undefined ? "-" : `${String(own.sender)}/${String(own.destination)}`;
  }).join(" ");
}
