/**
 * Pods of one workload that have the same rows are one endpoint of the graph; where they differ, the
 * workload is split, so that no row speaks for a pod for which it does not hold.
 */
import { groupBy } from "../base/group-by.ts";
import type { Member } from "./graph-members.ts";
import type { PairTable } from "./graph-pairs.ts";
import { podName, workloadId } from "./naming.ts";
import { rangesOf } from "./ranges.ts";
import type { GraphEndpoint } from "./types.ts";

/** An endpoint and the members it stands for; `first` speaks for all. */
export interface Group {
  readonly id: string;
  readonly first: Member;
  readonly members: readonly Member[];
  readonly endpoint: GraphEndpoint;
}

/** The groups of `members`: workloads in order of id, then the outside. `each`: every pod by itself. */
export function groupMembers(
  members: readonly Member[],
  table: PairTable,
  each: boolean,
): readonly Group[] {
  const pods = members.filter((member) => member.pod !== undefined);
  const outside = members.filter((member) => member.pod === undefined);
  const groups = each ? pods.flatMap(podGroup) : workloadGroups(pods, members, table);
  return [...groups.sort((a, b) => order(a.id, b.id)), ...outside.map(outsideGroup)];
}

/** By text, but `#2` before `#10`. */
function order(a: string, b: string): number {
  const [nameA = "", partA] = a.split("#");
  const [nameB = "", partB] = b.split("#");
  return nameA < nameB ? -1 : nameA > nameB ? 1 : Number(partA ?? 0) - Number(partB ?? 0);
}

function podGroup(member: Member): readonly Group[] {
  const { pod } = member;
  if (pod === undefined) return [];
  const id = podName(pod);
  const endpoint = { id, kind: "Pod", namespace: pod.namespace, name: pod.name, pods: 1 };
  return [{ id, first: member, members: [member], endpoint }];
}

function outsideGroup(member: Member, index: number): Group {
  const id = `external:${String(index + 1)}`;
  const ranges = member.ranges === undefined ? [] : rangesOf(member.ranges);
  return { id, first: member, members: [member], endpoint: { id, kind: "external", ranges } };
}

function workloadGroups(
  pods: readonly Member[],
  members: readonly Member[],
  table: PairTable,
): Group[] {
  const sizes = new Map<number, number>();
  for (const member of members) {
    const classId = table.classOf(member);
    sizes.set(classId, (sizes.get(classId) ?? 0) + 1);
  }
  const byWorkload = groupBy(pods, (member) =>
    member.pod === undefined ? "" : workloadId(member.pod),
  );
  return [...byWorkload].flatMap(([id, list]) => {
    const parts = split(list, table, sizes);
    return parts.map((part, index) => workloadGroup(id, part, parts.length === 1 ? 0 : index + 1));
  });
}

function workloadGroup(workload: string, members: readonly Member[], part: number): Group {
  const [first] = members;
  const pod = first?.pod;
  if (first === undefined || pod === undefined) throw new Error(`no pods in ${workload}`);
  const id = part === 0 ? workload : `${workload}#${String(part)}`;
  const { kind, name, namespace } = pod.workload;
  const whole = { id, kind, namespace, name, pods: members.length };
  const podNames = members.flatMap((member) => (member.pod === undefined ? [] : [member.pod.name]));
  return { id, first, members, endpoint: part === 0 ? whole : { ...whole, podNames } };
}

/**
 * The parts of a workload, in the order of their first pods. Two pods belong together iff they have the
 * same cells to and from every other member; where the parts' pods then differ among themselves, every
 * class is a part of its own.
 */
function split(
  list: readonly Member[],
  table: PairTable,
  sizes: ReadonlyMap<number, number>,
): readonly (readonly Member[])[] {
  const byClass = [...groupBy(list, (member) => table.classOf(member)).values()];
  if (byClass.length === 1) return byClass;
  const own = new Map(byClass.map((part) => [classOfPart(part, table), part.length]));
  const others = [...sizes].filter(([id, size]) => size > (own.get(id) ?? 0)).map(([id]) => id);
  const view = (from: number): string => cellsKey(table, from, others);
  const merged = [...groupBy(byClass, (part) => view(classOfPart(part, table))).values()];
  const parts = merged.map((classes) => classes.flat().sort((a, b) => a.index - b.index));
  return merged.every((classes) => agreeAmongThemselves(classes, byClass, table)) ? parts : byClass;
}

function classOfPart(part: readonly Member[], table: PairTable): number {
  const [first] = part;
  return first === undefined ? -1 : table.classOf(first);
}

/** The cells to and from each of `others`, as a key: equal iff all of them are. */
function cellsKey(table: PairTable, classId: number, others: readonly number[]): string {
  const row = table.row(classId);
  return others
    .map((other) => {
      const back = table.row(other).get(classId);
      return `${String(row.get(other)?.id ?? -1)}>${String(back?.id ?? -1)}`;
    })
    .join();
}

/** Whether the classes merged into one part see, and are seen by, each class of the workload alike. */
function agreeAmongThemselves(
  classes: readonly (readonly Member[])[],
  all: readonly (readonly Member[])[],
  table: PairTable,
): boolean {
  const ids = classes.map((part) => classOfPart(part, table));
  return all.every((part) => {
    const other = classOfPart(part, table);
    return ids.includes(other) || new Set(ids.map((id) => cellsKey(table, id, [other]))).size === 1;
  });
}
