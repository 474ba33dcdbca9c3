/**
 * The reachability of every pair of ends, by classes of ends, in both bounds and families.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import { type BitSet, bitSets } from "../../models/base/interval-set.ts";
import type { Allowed } from "../reach/packet-sets.ts";
import { boundsAgree } from "./bounds-agree.ts";
import type { Member } from "./graph-members.ts";
import { type FamilyClasses, classKey, networkClasses } from "./network-classes.ts";
import type { Subject } from "./subject.ts";

/** What one class can open of another. */
export interface Cell {
  /** Equal ids iff equal cells, within one table. */
  readonly id: number;
  /** By family: for certain, and at most. Absent: nothing. */
  readonly byFamily: Readonly<
    Partial<Record<Family, { readonly least?: Allowed; readonly most?: Allowed }>>
  >;
}

/** Rows of cells by class; absent cells are empty. Equal cells are the same object. */
export interface PairTable {
  /** The class of a member: members of one class have the same cells to and from all others. */
  readonly classOf: (member: Member) => number;
  readonly row: (from: number) => ReadonlyMap<number, Cell>;
}

type Bounds = Readonly<Record<"least" | "most", ReadonlyMap<Family, FamilyClasses>>>;

/**
 * The table of `members`. A class against itself is about two different members: what a pod sends to
 * itself is nobody else's business.
 *
 * @cost pairs of classes with something allowed: see `pairClasses` of src/reach
 */
export function pairTable(subject: Subject, members: readonly Member[]): PairTable {
  const most = networkClasses(subject.reach("most"), members);
  const exact = boundsAgree(subject, addressesOf(members));
  const bounds = { most, least: exact ? most : networkClasses(subject.reach("least"), members) };
  const classes = classesOf(members, bounds);
  const rows = new Map<number, ReadonlyMap<number, Cell>>();
  const cells = cellPool();
  const reps = representatives(members, classes);
  const byDestination = destinationIndex(bounds, reps);
  for (const [classId, [first, second]] of reps.entries()) {
    const row = rowOf({ bounds, reps, byDestination, exact }, classId, first, second);
    rows.set(classId, new Map([...row].map(([to, draft]) => [to, cells(draft)])));
  }
  const empty = new Map<number, Cell>();
  return {
    classOf: (member) => classes[member.index] ?? -1,
    row: (from) => rows.get(from) ?? empty,
  };
}

/** All addresses for which `members` speak. */
function addressesOf(members: readonly Member[]): AddressSet {
  const sets = members.map(({ ranges, addresses }) => ranges ?? addressSets.ofAddresses(addresses));
  const all = (family: Family): BitSet => bitSets.of(sets.flatMap((set) => set[family]));
  return { IPv4: all("IPv4"), IPv6: all("IPv6") };
}

/** Numbers the classes. Ends that share a switch with others are told apart by it. */
function classesOf(members: readonly Member[], bounds: Bounds): readonly number[] {
  const numbers = new Map<string, number>();
  return members.map((member) => {
    const place = member.pod?.hostNetwork === true ? `at ${member.pod.node}` : "";
    const outside = member.ranges === undefined ? "" : "outside";
    const key = `${classKey(bounds.least, member.index)} | ${classKey(bounds.most, member.index)} ${place}${outside}`;
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
}

/** The first two members of each class, by class; the second may be missing. */
function representatives(
  members: readonly Member[],
  classes: readonly number[],
): readonly (readonly [Member, Member?])[] {
  const found: [Member, Member?][] = [];
  for (const member of members) {
    const at = classes[member.index] ?? -1;
    const known = found[at];
    if (known === undefined) found[at] = [member];
    else known[1] ??= member;
  }
  return found;
}

type DestinationIndex = Readonly<
  Record<"least" | "most", ReadonlyMap<Family, ReadonlyMap<number, readonly number[]>>>
>;

/** The classes of members that have each destination class, by bound and family. */
function destinationIndex(
  bounds: Bounds,
  reps: readonly (readonly [Member, Member?])[],
): DestinationIndex {
  const index = (
    classes: ReadonlyMap<Family, FamilyClasses>,
  ): ReadonlyMap<Family, ReadonlyMap<number, readonly number[]>> =>
    new Map(
      FAMILIES.map((family) => {
        const lists = new Map<number, number[]>();
        reps.forEach(([first], classId) => {
          const own = classes.get(family)?.of(first.index);
          if (own === undefined) return;
          const list = lists.get(own.destination);
          if (list === undefined) lists.set(own.destination, [classId]);
          else list.push(classId);
        });
        return [family, lists] as const;
      }),
    );
  const most = index(bounds.most);
  return { most, least: bounds.least === bounds.most ? most : index(bounds.least) };
}

type Draft = Partial<Record<Family, { least?: Allowed; most?: Allowed }>>;

interface Tables {
  readonly bounds: Bounds;
  readonly reps: readonly (readonly [Member, Member?])[];
  readonly byDestination: DestinationIndex;
  readonly exact: boolean;
}

/** Every cell from one class, in no particular order. */
function rowOf(
  tables: Tables,
  classId: number,
  first: Member,
  second: Member | undefined,
): ReadonlyMap<number, Draft> {
  const row = new Map<number, Draft>();
  const receiverOf = (to: number): Member | undefined => {
    const receiver = to === classId ? second : tables.reps[to]?.[0];
    const beyond = first.ranges !== undefined && receiver?.ranges !== undefined;
    return beyond ? undefined : receiver;
  };
  for (const bound of tables.exact ? (["most"] as const) : (["least", "most"] as const)) {
    for (const family of FAMILIES) addCells(row, tables, { bound, family, first, receiverOf });
  }
  return row;
}

interface RowPart {
  readonly bound: "least" | "most";
  readonly family: Family;
  readonly first: Member;
  readonly receiverOf: (to: number) => Member | undefined;
}

/** Adds to `row` what one bound and family delivers from the class of `first`. */
function addCells(
  row: Map<number, Draft>,
  { bounds, byDestination, exact }: Tables,
  { bound, family, first, receiverOf }: RowPart,
): void {
  const classes = bounds[bound].get(family);
  const own = classes?.of(first.index);
  if (classes === undefined || own === undefined) return;
  for (const [destination, cell] of classes.rows.get(own.sender) ?? []) {
    for (const to of byDestination[bound].get(family)?.get(destination) ?? []) {
      const receiver = receiverOf(to);
      if (receiver === undefined) continue;
      const self = classes.isSelf(first.index, receiver.index);
      const allowed = self ? cell.self : cell.others;
      if (allowed === undefined) continue;
      const draft = row.get(to) ?? {};
      row.set(to, draft);
      draft[family] = exact
        ? { least: allowed, most: allowed }
        : { ...draft[family], [bound]: allowed };
    }
  }
}

/** Makes cells of drafts; equal drafts give the same cell. */
function cellPool(): (draft: Draft) => Cell {
  const cells = new Map<string, Cell>();
  const ids = new Map<Allowed, number>();
  const id = (allowed: Allowed | undefined): string => {
    if (allowed === undefined) return "-";
    const known = ids.get(allowed) ?? ids.size;
    ids.set(allowed, known);
    return String(known);
  };
  return (draft) => {
    const key = FAMILIES.map((f) => `${id(draft[f]?.least)}/${id(draft[f]?.most)}`).join();
    const known = cells.get(key) ?? { id: cells.size, byFamily: draft };
    cells.set(key, known);
    return known;
  };
}
