/**
 * Finds the first rule that matches without asking all of them. A first match over a list of rules is
 * the least of the first matches over any two parts of it; so the rules that narrow one field down are
 * filed by the value of that field, the others go to an index of another field.
 */
import type { Family } from "../../models/base/family.ts";
import type { IntervalSet } from "../../models/base/interval-set.ts";
import type { LinkId } from "../../models/network/ids.ts";
import type { Match } from "../../models/network/match.ts";
import type { Header } from "../../models/network/packet.ts";
import { meets } from "./match-header.ts";

/** A rule's match and its place in the table. */
export interface Numbered {
  readonly number: number;
  readonly match: Match;
}

/** Finds rules among some of a table's. */
export interface RuleIndex {
  /** The least number below `bound` of a rule that matches, else `bound`. */
  readonly find: (header: Header, link: LinkId, marked: boolean, bound: number) => number;
}

/** A field by whose value rules can be filed; for the headers of one family. */
interface Field {
  /** `rules` filed by this field, and those of them that are not; undefined when few can be. */
  readonly file: (rules: readonly Numbered[]) => Filed | undefined;
}

interface Filed {
  readonly count: number;
  readonly rest: readonly Numbered[];
  /** The filed rules whose set of this field may hold the value of `header`: where they are kept. */
  readonly drawerOf: (header: Header) => number;
  /** What is kept there, in the order of the table; undefined when nothing is. */
  readonly drawers: readonly (readonly Numbered[] | undefined)[];
}

/** So few rules are asked one by one. */
const SCAN_MAX = 8;
/** A set with more intervals, or one that would be filed in more drawers, narrows nothing down. */
const DRAWERS_MAX = 64;

/**
 * An index of `rules` for headers of `family`.
 *
 * @cost to build: rules times DRAWERS_MAX at worst, in practice sorting; parts are built when first
 * needed. To find: a binary search in each field that files rules, and the few rules found there.
 * @law a2-engine
 */
export function ruleIndex(rules: readonly Numbered[], family: Family): RuleIndex {
  const possible = rules.filter(({ match: { sources, destinations } }) =>
    [sources, destinations].every((set) => set === undefined || set[family].length > 0),
  );
  const fields = [
    field(
      (match) => match.destinations?.[family],
      (header) => header.destination,
      (address) => address + 1n,
    ),
    field(
      (match) => match.sources?.[family],
      (header) => header.source,
      (address) => address + 1n,
    ),
    field(
      (match) => match.destinationPorts,
      (header) => header.destinationPort,
      (port) => port + 1,
    ),
  ];
  return indexBy(possible, fields);
}

function indexBy(rules: readonly Numbered[], fields: readonly Field[]): RuleIndex {
  if (rules.length <= SCAN_MAX) return scan(rules);
  let best: { readonly field: Field; readonly filed: Filed } | undefined;
  for (const each of fields) {
    const filed = each.file(rules);
    if (filed !== undefined && filed.count > (best?.filed.count ?? 0))
      best = { field: each, filed };
  }
  if (best === undefined) return scan(rules);
  const { field: chosen, filed } = best;
  return lookUpFiled(
    filed,
    fields.filter((f) => f !== chosen),
  );
}

function lookUpFiled(filed: Filed, others: readonly Field[]): RuleIndex {
  const rest = indexBy(filed.rest, others);
  const built: (RuleIndex | undefined)[] = [];
  const drawer = (place: number): RuleIndex | undefined => {
    const rules = filed.drawers[place];
    if (rules === undefined) return undefined;
    return (built[place] ??= indexBy(rules, others));
  };
  return {
    find: (header, link, marked, bound) => {
      const found = drawer(filed.drawerOf(header))?.find(header, link, marked, bound) ?? bound;
      return rest.find(header, link, marked, found);
    },
  };
}

/** Asks `rules`, which are in the order of the table, one by one. */
function scan(rules: readonly Numbered[]): RuleIndex {
  return {
    find: (header, link, marked, bound) => {
      for (const { number, match } of rules) {
        if (number >= bound) return bound;
        if (meets(match, header, link, marked)) return number;
      }
      return bound;
    },
  };
}

function field<T extends number | bigint>(
  setOf: (match: Match) => IntervalSet<T> | undefined,
  valueOf: (header: Header) => T,
  next: (value: T) => T,
): Field {
  return {
    file: (rules) => {
      const sets = rules.map(({ match }) => {
        const set = setOf(match);
        return set === undefined || set.length > DRAWERS_MAX ? undefined : set;
      });
      if (sets.filter((set) => set !== undefined).length <= SCAN_MAX) return undefined;
      const cuts = cutsOf(sets, next);
      const drawers: Numbered[][] = [];
      const rest: Numbered[] = [];
      let count = 0;
      rules.forEach((rule, i) => {
        const places = placesOf(sets[i], cuts);
        if (places === undefined) rest.push(rule);
        else count += 1;
        for (const place of places ?? []) (drawers[place] ??= []).push(rule);
      });
      return { count, rest, drawers, drawerOf: (header) => countUpTo(cuts, valueOf(header)) };
    },
  };
}

/** Every value at which membership in one of `sets` can change, ascending, each once. */
function cutsOf<T extends number | bigint>(
  sets: readonly (IntervalSet<T> | undefined)[],
  next: (value: T) => T,
): readonly T[] {
  const ends = sets.flatMap((set) => (set ?? []).flatMap(([low, high]) => [low, next(high)]));
  ends.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return ends.filter((end, i) => end !== ends[i - 1]);
}

/** The places between `cuts` that `set` covers; undefined when they are too many, or not limited. */
function placesOf<T extends number | bigint>(
  set: IntervalSet<T> | undefined,
  cuts: readonly T[],
): readonly number[] | undefined {
  if (set === undefined) return undefined;
  const places: number[] = [];
  for (const [low, high] of set) {
    const last = countUpTo(cuts, high);
    for (let place = countUpTo(cuts, low); place <= last; place += 1) {
      if (places.length === DRAWERS_MAX) return undefined;
      places.push(place);
    }
  }
  return places;
}

/** How many of the ascending `cuts` are at most `value`. */
function countUpTo<T extends number | bigint>(cuts: readonly T[], value: T): number {
  let from = 0;
  let to = cuts.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const cut = cuts[middle];
    if (cut === undefined || cut > value) to = middle;
    else from = middle + 1;
  }
  return from;
}
