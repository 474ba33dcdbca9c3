/**
 * The reachability of every pair of classes, in both bounds and families.
 */
import { FAMILIES, type Family } from "../../models/base/family.ts";
import type { Allowed } from "../reach/reach.ts";
import type { Member } from "./graph-members.ts";
import type { Subject } from "./subject.ts";

/** What one class can open of another: by family, for certain (`least`) and at most. */
export interface Cell {
  /** Equal ids iff equal cells, within one table. */
  readonly id: number;
  readonly byFamily: Readonly<
    Partial<Record<Family, { readonly least?: Allowed; readonly most?: Allowed }>>
  >;
}

/** Rows of cells by class; absent cells are empty. Equal cells are the same object. */
export interface PairTable {
  readonly row: (from: number) => ReadonlyMap<number, Cell>;
}

/**
 * The table of `members`. A class is judged by one representative, and against itself by two different
 * members, since what a pod sends to itself is nobody else's business.
 *
 * @cost output-sensitive: see `allPairs` of src/reach
 */
export function pairTable(subject: Subject, members: readonly Member[]): PairTable {
  const representatives = twoPerClass(members);
  const firsts = firstOfEachClass(members);
  const found = new Map<number, Map<number, Draft>>();
  for (const family of FAMILIES) {
    const ends = representatives.flatMap((member) => {
      const address = member.addresses.get(family);
      return address === undefined
        ? []
        : [{ member, process: member.process, source: address, address }];
    });
    const bounds: readonly ("least" | "most")[] =
      subject.network("least") === subject.network("most") ? ["most"] : ["least", "most"];
    for (const bound of bounds) {
      subject.reach(bound).allPairs(ends, ends, (i, j, allowed) => {
        const [from, to] = [ends[i]?.member, ends[j]?.member];
        if (from === undefined || to === undefined || !judges(from, to, firsts)) return;
        if (from.ranges !== undefined && to.ranges !== undefined) return;
        const draft = draftAt(found, from.classId, to.classId);
        draft[family] = { ...draft[family], [bound]: allowed };
        if (bounds.length === 1) draft[family] = { least: allowed, most: allowed };
      });
    }
  }
  return { row: interned(found) };
}

type Draft = Partial<Record<Family, { least?: Allowed; most?: Allowed }>>;

function draftAt(found: Map<number, Map<number, Draft>>, from: number, to: number): Draft {
  const row = found.get(from) ?? new Map<number, Draft>();
  found.set(from, row);
  const draft = row.get(to) ?? {};
  row.set(to, draft);
  return draft;
}

/** The first member of each class, and the second where there is one. */
function twoPerClass(members: readonly Member[]): readonly Member[] {
  const seen = new Map<number, number>();
  return members.filter((member) => {
    const count = seen.get(member.classId) ?? 0;
    seen.set(member.classId, count + 1);
    return count < 2;
  });
}

function firstOfEachClass(members: readonly Member[]): ReadonlySet<Member> {
  const seen = new Set<number>();
  return new Set(
    members.filter((member) => {
      const fresh = !seen.has(member.classId);
      seen.add(member.classId);
      return fresh;
    }),
  );
}

/** Whether the pair speaks for its classes: first to first, or within one class first to second. */
function judges(from: Member, to: Member, firsts: ReadonlySet<Member>): boolean {
  if (from === to) return false;
  if (from.classId === to.classId) return from.index < to.index;
  return firsts.has(from) && firsts.has(to);
}

/** The drafts as cells: equal ones are the same object. */
function interned(
  found: Map<number, Map<number, Draft>>,
): (from: number) => ReadonlyMap<number, Cell> {
  const cells = new Map<string, Cell>();
  const ids = new Map<Allowed, number>();
  const id = (allowed: Allowed | undefined): string => {
    if (allowed === undefined) return "-";
    const known = ids.get(allowed) ?? ids.size;
    ids.set(allowed, known);
    return String(known);
  };
  const cellOf = (draft: Draft): Cell => {
    const key = FAMILIES.map((f) => `${id(draft[f]?.least)}/${id(draft[f]?.most)}`).join();
    const known = cells.get(key) ?? { id: cells.size, byFamily: draft };
    cells.set(key, known);
    return known;
  };
  const table = new Map(
    [...found].map(([from, row]) => [
      from,
      new Map([...row].map(([to, draft]) => [to, cellOf(draft)])),
    ]),
  );
  const empty = new Map<number, Cell>();
  return (from) => table.get(from) ?? empty;
}
