/**
 * Objects that the input defines more than once: harmless when they say the same about the network, an
 * error otherwise.
 */
import type { Origin } from "../../models/base/origin.ts";
import { compareText, type Diagnostic } from "../base/diagnostic.ts";
import { groupOf } from "./known-kinds.ts";
import type { LocatedNode, MapNode } from "./node.ts";
import type { Resource } from "./resources.ts";
import { saysTheSame } from "./says-the-same.ts";

/** A resource and the tree that it was decoded from. */
export interface Decoded {
  readonly resource: Resource;
  readonly node: MapNode;
}

/** How many objects and places one message names. */
const NAMED_MAX = 5;
const RELATED_MAX = 20;

/**
 * Each object once, the first of those with one identity. At most four diagnostics: a warning for all
 * identical duplicates, one for those that differ only in what is not read, an error for all others, and a
 * warning for those that differ but are not modelled. The latter all stay: what any of them may do remains
 * undecided.
 */
export function withoutDuplicates(decoded: readonly Decoded[]): {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const groups = new Map<string, Decoded[]>();
  for (const item of decoded) {
    const key = identityOf(item.resource);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  const repeated = [...groups].filter(([, group]) => group.length > 1);
  const identical = repeated.filter(([, group]) => allSame(group));
  const differing = repeated.filter(([, group]) => !allSame(group));
  const unmodelled = differing.filter(([, group]) => isUnmodelled(group));
  const modelled = differing.filter(([, group]) => !isUnmodelled(group));
  const alike = modelled.filter(([, group]) => allAlike(group));
  const conflicts = modelled.filter(([, group]) => !allAlike(group));
  const surplus = new Set(
    [...identical, ...modelled].flatMap(([, [, ...rest]]) => rest.map((item) => item.resource)),
  );
  return {
    resources: decoded.map((item) => item.resource).filter((resource) => !surplus.has(resource)),
    diagnostics: [
      ...differingError(conflicts),
      ...warning("NQ1012", identical, "identically, and counted once"),
      ...warning("NQ1012", alike, "differing only in what no packet depends on, and counted once"),
      ...warning("NQ1011", unmodelled, "differently; their kinds are not modelled, so all count"),
    ],
  };
}

function isUnmodelled(group: readonly Decoded[]): boolean {
  return group[0]?.resource.kind === "unmodelled";
}

type Group = readonly [name: string, members: readonly Decoded[]];

/** `namespace/Kind.group/name`; undefined for what has no say, and for what has no name. */
function identityOf({ kind, meta }: Resource): string | undefined {
  if (kind === "ignored" || kind === "PersistentVolumeClaim") return undefined;
  if (meta.name === "") return undefined;
  const group = groupOf(meta.apiVersion);
  // Of a kind that is not decoded it is not known whether it has a namespace when it names none.
  const unnamed =
    kind === "Namespace" || kind === "Node" || kind === "unmodelled" ? "" : "default/";
  const namespace = meta.namespace === undefined ? unnamed : `${meta.namespace.value}/`;
  return `${namespace}${meta.kind}${group === "" ? "" : `.${group}`}/${meta.name}`;
}

function allSame(group: readonly Decoded[]): boolean {
  const [first, ...rest] = group;
  return first === undefined || rest.every((item) => sameObject(first.node, item.node));
}

function allAlike(group: readonly Decoded[]): boolean {
  const [first, ...rest] = group;
  return first === undefined || rest.every((item) => saysTheSame(first.resource, item.resource));
}

/** What the server writes into an object; it says nothing about intent. */
const SERVER_KEYS = new Set(["status"]);
const SERVER_META_KEYS = new Set([
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

function sameObject(a: MapNode, b: MapNode): boolean {
  return sameMap(a, b, SERVER_KEYS, (key, x, y) =>
    key === "metadata" && x.kind === "map" && y.kind === "map"
      ? sameMap(x, y, SERVER_META_KEYS, (_, p, q) => sameNode(p, q))
      : sameNode(x, y),
  );
}

function sameMap(
  a: MapNode,
  b: MapNode,
  ignored: ReadonlySet<string>,
  same: (key: string, x: LocatedNode, y: LocatedNode) => boolean,
): boolean {
  const keys = (map: MapNode) => [...map.entries.keys()].filter((key) => !ignored.has(key));
  const own = keys(a);
  return (
    own.length === keys(b).length &&
    own.every((key) => {
      const x = a.entries.get(key)?.value;
      const y = b.entries.get(key)?.value;
      return x !== undefined && y !== undefined && same(key, x, y);
    })
  );
}

function sameNode(a: LocatedNode, b: LocatedNode): boolean {
  if (a === b) return true;
  if (a.kind === "scalar") return b.kind === "scalar" && Object.is(a.value, b.value);
  if (a.kind === "map") {
    return b.kind === "map" && sameMap(a, b, new Set(), (_, x, y) => sameNode(x, y));
  }
  if (b.kind !== "list" || a.items.length !== b.items.length) return false;
  return a.items.every((item, index) => {
    const other = b.items[index];
    return other !== undefined && sameNode(item, other);
  });
}

function differingError(groups: readonly Group[]): readonly Diagnostic[] {
  const at = groups[0]?.[1][1]?.resource.meta.at;
  if (at === undefined) return [];
  const folders = sortedUnique(places(groups).map((place) => folderOf(place.file)));
  const subject = groups.length === 1 ? "one object is" : `${String(groups.length)} objects are`;
  return [
    {
      code: "NQ1011",
      severity: "error",
      message: `${subject} defined more than once, and differently: ${nameGroups(groups)}; expected each once${disagreement(folders)}`,
      at,
      related: relatedPlaces(groups),
      hint: proposal(folders),
    },
  ];
}

function disagreement(folders: readonly string[]): string {
  return folders.length > 1 ? `. The folders that disagree: ${listed(folders)}` : "";
}

function proposal(folders: readonly string[]): string {
  const [first, second] = folders;
  if (first === undefined || second === undefined) {
    return "keep one of the definitions, or leave a file out with --ignore";
  }
  return `read one variant at a time, for example netqed verify ${first} or netqed verify ${second}; or each folder by itself with --each; or leave one out with --ignore`;
}

function warning(
  code: "NQ1011" | "NQ1012",
  groups: readonly Group[],
  how: string,
): readonly Diagnostic[] {
  const at = groups[0]?.[1][1]?.resource.meta.at;
  if (at === undefined) return [];
  const subject = groups.length === 1 ? "one object is" : `${String(groups.length)} objects are`;
  const message = `${subject} defined more than once, ${how}: ${nameGroups(groups)}`;
  return [{ code, severity: "warning", message, at, related: relatedPlaces(groups) }];
}

function nameGroups(groups: readonly Group[]): string {
  return listed(
    groups.map(([name, members]) => {
      const files = sortedUnique(members.map((m) => m.resource.meta.at.file));
      return `${name} (${listed(files)})`;
    }),
  );
}

function places(groups: readonly Group[]): readonly Origin[] {
  return groups.flatMap(([, members]) => members.map((member) => member.resource.meta.at));
}

function relatedPlaces(groups: readonly Group[]): NonNullable<Diagnostic["related"]> {
  return groups
    .flatMap(([name, members]) =>
      members.map((member) => ({ message: name, at: member.resource.meta.at })),
    )
    .slice(0, RELATED_MAX);
}

function folderOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "." : file.slice(0, slash);
}

function sortedUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}

function listed(texts: readonly string[]): string {
  const more = texts.length - NAMED_MAX;
  const shown = texts.slice(0, NAMED_MAX).join(", ");
  return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
