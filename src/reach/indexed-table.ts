/**
 * A table, prepared for sets of packets: for a source and a destination piece, what it does with which
 * protocols and ports. Each question is answered once per pair of cells.
 */
import type { Provenance } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Rule, Table } from "../../models/network/fib.ts";
import type { LinkId } from "../../models/network/ids.ts";
import { present } from "../base/assert.ts";
import type { AddressId, AddressSpace } from "./address-space.ts";
import { type IdRanges, hasId } from "./id-ranges.ts";
import { ALL_PACKETS, NO_PACKETS, type PacketSetId, type PacketSets } from "./packet-sets.ts";
import { once, remember } from "./remember.ts";
import { type Segments, cellOf, segmentsOf } from "./segments.ts";

/** What happens to `packets`. */
export interface Part<A> {
  readonly action: A;
  readonly because: Provenance;
  readonly packets: PacketSetId;
}

/** What a table does, as disjoint sets that make up all packets, in the order of the rules. */
export interface Verdicts<A> {
  readonly parts: readonly Part<A>[];
  /** The packets that pass, that are delivered, and that are translated. */
  readonly passed: PacketSetId;
  readonly delivered: PacketSetId;
  readonly translated: PacketSetId;
  /** The packets that take one of several links. */
  readonly spread: PacketSetId;
  /** The packets that are forwarded, by link; those that are spread are not among them. */
  readonly ways: readonly { readonly via: LinkId; readonly packets: PacketSetId }[];
}

/** A rule with its sets as ids and its ports and protocols as one set. */
export interface IndexedRule<A> {
  readonly action: A;
  readonly because: Provenance;
  readonly sources: IdRanges | undefined;
  readonly destinations: IdRanges | undefined;
  readonly links: readonly LinkId[] | undefined;
  /** Whether the packets have to be marked, or must not be; undefined: either. */
  readonly marked: boolean | undefined;
  readonly packets: PacketSetId;
}

/** A prepared table. */
export interface IndexedTable<A> {
  readonly table: Table<A>;
  readonly rules: readonly IndexedRule<A>[];
  /** The destinations as this table tells them apart. */
  readonly destinations: Segments;
  /** The sources as this table tells them apart. */
  readonly sources: Segments;
  readonly sourceCell: (source: AddressId) => number;
  /** The links at which some rule looks. */
  readonly mentioned: readonly LinkId[];
  /** The number under which `verdicts` knows unmarked packets that entered through the link. */
  readonly linkClass: (entered: LinkId) => number;
  /** The same of packets that are marked. */
  readonly markedClass: (entered: LinkId) => number;
  readonly verdicts: (
    entryClass: number,
    sourceCell: number,
    destinationCell: number,
  ) => Verdicts<A>;
  /**
   * What the table may do with packets to the destination cell, whatever their source, ports, link and
   * mark: never less than what can happen.
   */
  readonly possible: (destinationCell: number) => readonly Part<A>[];
  /** The same for packets that nothing has translated: these are not marked. */
  readonly possibleUnmarked: (destinationCell: number) => readonly Part<A>[];
}

/** `table`, prepared; rules that tables share are prepared once, in `shared`. */
export function indexTable<A extends FibAction | HookAction>(
  table: Table<A>,
  space: AddressSpace,
  sets: PacketSets,
  shared: Map<Rule<A>, IndexedRule<A>>,
): IndexedTable<A> {
  const rules = table.rules.map((rule) =>
    remember(shared, rule, () => indexRule(rule, space, sets)),
  );
  const destinations = once(() => segmentsOf(rules.map((rule) => rule.destinations)));
  const sources = once(() => segmentsOf(rules.map((rule) => rule.sources)));
  const mentioned = new Map<LinkId, number>();
  for (const { links } of rules) {
    for (const link of links ?? []) {
      if (!mentioned.has(link)) mentioned.set(link, mentioned.size + 1);
    }
  }
  const linkIds = [undefined, ...mentioned.keys()];
  const rulesTo = (cell: number): readonly IndexedRule<A>[] =>
    present(destinations().rulesOf[cell], "no such cell").map((r) => present(rules[r], "no rule"));
  const looksAtMarks = rules.some((rule) => rule.marked !== undefined);
  const linkClass = (entered: LinkId): number =>
    mentioned.size === 0 ? 0 : (mentioned.get(entered) ?? 0);
  const compute = (entryClass: number, sourceCell: number, cell: number): Verdicts<A> => {
    const link = linkIds[entryClass % linkIds.length];
    const marked = entryClass >= linkIds.length;
    const source = sources().member[sourceCell] ?? 0;
    const here = rulesTo(cell).filter(
      (rule) =>
        (rule.sources === undefined || hasId(rule.sources, source)) &&
        (rule.links === undefined || (link !== undefined && rule.links.includes(link))) &&
        (rule.marked === undefined || rule.marked === marked),
    );
    return verdictsOf(firstMatch(here, table, sets), sets);
  };
  const known = new Map<number, Verdicts<A>>();
  const possible = new Map<number, readonly Part<A>[]>();
  const unmarked = looksAtMarks ? new Map<number, readonly Part<A>[]>() : possible;
  return {
    table,
    rules,
    mentioned: [...mentioned.keys()],
    get destinations() {
      return destinations();
    },
    get sources() {
      return sources();
    },
    sourceCell: (source) => cellOf(sources(), source),
    linkClass,
    markedClass: (entered) => linkClass(entered) + (looksAtMarks ? linkIds.length : 0),
    verdicts: (entryClass, sourceCell, cell) => {
      const row = entryClass * sources().rulesOf.length + sourceCell;
      const key = row * destinations().rulesOf.length + cell;
      const before = known.get(key);
      if (before !== undefined) return before;
      const verdicts = compute(entryClass, sourceCell, cell);
      known.set(key, verdicts);
      return verdicts;
    },
    possible: (cell) => remember(possible, cell, () => possibleParts(rulesTo(cell), table)),
    possibleUnmarked: (cell) =>
      remember(unmarked, cell, () => possibleParts(unmarkedRules(rulesTo(cell)), table)),
  };
}

function verdictsOf<A extends FibAction | HookAction>(
  parts: readonly Part<A>[],
  sets: PacketSets,
): Verdicts<A> {
  const all = (kind: (FibAction | HookAction)["kind"]): PacketSetId =>
    parts.reduce(
      (set, p) => (p.action.kind === kind ? sets.union(set, p.packets) : set),
      NO_PACKETS,
    );
  const ways = new Map<LinkId, PacketSetId>();
  for (const { action, packets } of parts) {
    if (action.kind !== "forward") continue;
    ways.set(action.via, sets.union(ways.get(action.via) ?? NO_PACKETS, packets));
  }
  return {
    parts,
    passed: all("pass"),
    delivered: all("deliver"),
    translated: all("translate"),
    spread: all("multipath"),
    ways: [...ways].map(([via, packets]) => ({ via, packets })),
  };
}

function indexRule<A>(rule: Rule<A>, space: AddressSpace, sets: PacketSets): IndexedRule<A> {
  const { match, action, because } = rule;
  return {
    action,
    because,
    sources: match.sources && space.rangesOf(match.sources),
    destinations: match.destinations && space.rangesOf(match.destinations),
    links: match.links,
    marked: match.marked,
    packets: sets.product(match.protocols, match.sourcePorts, match.destinationPorts),
  };
}

/** First match wins: each rule takes what is left of its packets, `otherwise` takes the rest. */
function firstMatch<A>(
  rules: readonly IndexedRule<A>[],
  table: Table<A>,
  sets: PacketSets,
): readonly Part<A>[] {
  const parts: Part<A>[] = [];
  let left = ALL_PACKETS;
  for (const { action, because, packets } of rules) {
    const taken = sets.intersect(left, packets);
    if (taken === NO_PACKETS) continue;
    parts.push({ action, because, packets: taken });
    left = sets.subtract(left, taken);
    if (left === NO_PACKETS) return parts;
  }
  const { action, because } = table.otherwise;
  return [...parts, { action, because, packets: left }];
}

/** The rules as unmarked packets meet them. */
function unmarkedRules<A>(rules: readonly IndexedRule<A>[]): readonly IndexedRule<A>[] {
  return rules.flatMap((rule) =>
    rule.marked === undefined ? [rule] : rule.marked ? [] : [{ ...rule, marked: undefined }],
  );
}

/** The rules up to the first that nothing but the destination restricts; `otherwise` if there is none. */
function possibleParts<A>(rules: readonly IndexedRule<A>[], table: Table<A>): readonly Part<A>[] {
  const parts: Part<A>[] = [];
  for (const { action, because, packets, sources, links, marked } of rules) {
    if (packets === NO_PACKETS) continue;
    parts.push({ action, because, packets });
    const open = sources === undefined && links === undefined && marked === undefined;
    if (packets === ALL_PACKETS && open) return parts;
  }
  const { action, because } = table.otherwise;
  return [...parts, { action, because, packets: ALL_PACKETS }];
}
