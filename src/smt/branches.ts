/**
 * One table, read symbolically: the ways in which it can decide, each with its condition. First match
 * wins; rules that decide alike make one way.
 */
import type { BitSet } from "../../models/base/interval-set.ts";
import { bitSets } from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { LinkId } from "../../models/network/ids.ts";
import { type Part, condition, fold, narrowed } from "./encode-match.ts";
import type { Terms } from "./factory.ts";
import { type Field, type Region, type SymbolicHeader, forEachField } from "./symbolic-header.ts";
import type { PreparedRule, TableIndex } from "./table-index.ts";
import type { Bool } from "./term.ts";

/** One way in which a table decides. */
export interface Branch<A> {
  /** Holds, of a header of the region that was asked about, iff the table decides this way. */
  readonly condition: Bool;
  /** A region in which every header lies that is decided this way. */
  readonly region: Region;
  readonly action: A;
  /** The rules, or the default, of which one decides; in order. */
  readonly because: readonly Provenance[];
}

/** What a match sees beside the header: on one path both are known. */
export interface Entry {
  /** Through which the packets entered the switch. */
  readonly link: LinkId;
  /** Whether a translation at the switch has marked them. */
  readonly marked: boolean;
}

/** A rule or the default, with what is left of its match within the region asked about. */
interface Turn<A> {
  readonly way: string;
  readonly action: A;
  readonly because: Provenance;
  readonly rule: PreparedRule<A> | undefined;
  readonly open: readonly Part[];
  /** A region of the headers that reach this turn and match. */
  readonly region: Region;
}

/**
 * Every way in which the table decides a header of `region` that came as `entry` says. Ways with a
 * condition that folds to false are left out; the conditions of the others exclude each other and
 * together cover the region.
 *
 * @law A3 encoding
 * @cost the square of the candidate rules that can match
 */
export function branches<A extends FibAction | HookAction>(
  terms: Terms,
  index: TableIndex<A>,
  header: SymbolicHeader,
  region: Region,
  entry: Entry,
): readonly Branch<A>[] {
  const turns = turnsOf(index, region, entry);
  const [only] = turns;
  if (only !== undefined && turns.length === 1) {
    const { action, because } = only;
    return [{ condition: terms.yes, region, action, because: [because] }];
  }
  const ways = new Map<string, Turn<A>[]>();
  for (const turn of turns) {
    const way = ways.get(turn.way);
    if (way === undefined) ways.set(turn.way, [turn]);
    else way.push(turn);
  }
  const found: Branch<A>[] = [];
  for (const way of ways.values()) {
    const [first] = way;
    if (first === undefined) continue;
    const holds = terms.or(...way.map((turn) => firstMatch(terms, turns, turn, header, region)));
    if (holds === terms.no) continue;
    found.push({
      condition: holds,
      region: hull(way.map((turn) => turn.region)),
      action: first.action,
      because: way.map((turn) => turn.because),
    });
  }
  return found;
}

/** The rules that can decide, in order, and the default unless a rule surely decides before it. */
function turnsOf<A extends FibAction | HookAction>(
  index: TableIndex<A>,
  region: Region,
  { link, marked }: Entry,
): readonly Turn<A>[] {
  const turns: Turn<A>[] = [];
  // What the rules so far leave over: a region of the headers that none of them matches.
  let rest = region;
  for (const rule of index.candidates(region.destination)) {
    if (rule.links !== undefined && !rule.links.includes(link)) continue;
    if (rule.marked !== undefined && rule.marked !== marked) continue;
    const reached = fold(rule.parts, rest);
    if (reached === undefined) continue;
    // Only `region` is known to hold where the condition of this turn is read: fold by that.
    const open = fold(rule.parts, region) ?? [];
    const { action, because, position } = rule;
    const way = wayOf(action, because, position);
    turns.push({ way, action, because, rule, open, region: narrowed(rest, reached) });
    const left = without(rest, reached);
    if (left === undefined) return turns;
    rest = left;
  }
  const { action, because } = index.otherwise;
  const way = wayOf(action, because, "default");
  turns.push({ way, action, because, rule: undefined, open: [], region: rest });
  return turns;
}

/** `region` without what has all `parts`, as far as regions can say; undefined when nothing is left. */
function without(region: Region, parts: readonly Part[]): Region | undefined {
  const [part, other] = parts;
  if (part === undefined) return undefined;
  if (other !== undefined) return region;
  const left: Record<Field, BitSet> = { ...region };
  left[part.field] = bitSets.subtract(region[part.field], part.set);
  return left[part.field].length === 0 ? undefined : left;
}

/**
 * That `turn` matches and no earlier turn of another way does. Earlier turns of the same way need not
 * be excluded: what they match is decided alike.
 */
function firstMatch<A>(
  terms: Terms,
  turns: readonly Turn<A>[],
  turn: Turn<A>,
  header: SymbolicHeader,
  region: Region,
): Bool {
  const inside = narrowed(region, turn.open);
  const conjuncts: Bool[] = [condition(terms, header, turn.open)];
  for (const earlier of turns) {
    if (earlier === turn) break;
    if (earlier.way === turn.way || earlier.rule === undefined) continue;
    const open = fold(earlier.rule.parts, inside);
    if (open !== undefined) conjuncts.push(terms.not(condition(terms, header, open)));
  }
  return terms.and(...conjuncts);
}

/**
 * A text that is equal for turns that decide alike. Each translation is a way of its own, since what it
 * rewrites to differs; discards are told apart by whom they name.
 */
export function wayOf(
  action: FibAction | HookAction,
  because: Provenance,
  position: number | "default",
): string {
  switch (action.kind) {
    case "pass":
      return "pass";
    case "deliver":
      return `deliver ${action.to}`;
    case "forward":
      return `forward ${action.via}`;
    case "multipath":
      return `multipath ${JSON.stringify([action.choice, ...action.vias])}`;
    case "discard":
      return `discard ${action.reason} ${because.object ?? ""} ${because.uncertain ?? ""}`;
    case "translate":
      return `translate ${position}`;
  }
}

/** The smallest region that holds all `regions`. */
function hull(regions: readonly Region[]): Region {
  const [first, second] = regions;
  if (first !== undefined && second === undefined) return first;
  return forEachField((field) =>
    regions.reduce<BitSet>(
      (union, region) => (union === region[field] ? union : bitSets.union(union, region[field])),
      first?.[field] ?? [],
    ),
  );
}
