/**
 * Tables as a unit meets them, in words that can be compared between units. See exchange-units.ts for
 * the argument.
 */
import type { HookAction } from "../../models/network/action.ts";
import type { LinkId, SwitchId } from "../../models/network/ids.ts";
import type { Unit } from "./exchange-units.ts";
import {
  type IdRanges,
  idRanges,
  idsIn,
  intersectRanges,
  lastAtMost,
  withinRanges,
} from "./id-ranges.ts";
import type { IndexedNetwork } from "./indexed-network.ts";
import type { IndexedRule, IndexedTable } from "./indexed-table.ts";
import { NO_PACKETS, type PacketSetId } from "./packet-sets.ts";
import { remember } from "./remember.ts";

/** On which way of a unit's packets a table lies. */
export type Place = "uplink" | "out" | "into";

/** What is known of the units while their marks are made. */
export interface Context {
  readonly indexed: IndexedNetwork;
  readonly ids: IdRanges;
  readonly units: ReadonlyMap<SwitchId, Unit>;
  readonly unitByLink: ReadonlyMap<LinkId, Unit>;
  /** The given addresses in a set, known by a number. */
  readonly numberOf: (set: IdRanges) => SetNumber;
  /** The rules of a table that packets between the given addresses can meet. */
  readonly metRules: (table: IndexedTable<HookAction>) => readonly MetRule[];
  /** Numbers of sets that some table uses to tell units apart, with their members. */
  readonly common: Map<number, IdRanges>;
  /** Units that some rule names by a link of theirs. */
  readonly named: Set<SwitchId>;
  /** Whether some rule decides by a link between hubs, or translates: then no unit is like another. */
  readonly tooMuch: { found: boolean };
}

/** A set, known by a number; equal numbers iff the same given addresses are in it. */
export interface SetNumber {
  readonly number: number;
  readonly members: IdRanges;
  /** The unit whose own all members are. */
  readonly owner: Unit | undefined;
}

/** A rule and the numbers of its sets, which are not empty. */
interface MetRule {
  readonly rule: IndexedRule<HookAction>;
  readonly sources: SetNumber | undefined;
  readonly destinations: SetNumber | undefined;
  /** What the rule is to units that it does not tell from others by name; made when first met. */
  common?: readonly Line[];
}

/** The context of `units` with respect to addresses `ids`. */
export function createContext(
  indexed: IndexedNetwork,
  ids: IdRanges,
  units: ReadonlyMap<SwitchId, Unit>,
): Context {
  const unitByLink = new Map<LinkId, Unit>();
  for (const unit of units.values()) {
    for (const link of [unit.out, unit.into, ...unit.uplinks]) unitByLink.set(link.id, unit);
  }
  const numberOf = setNumbers(ids, units);
  const met = new Map<IndexedRule<HookAction>, MetRule | "never">();
  const ofTable = new Map<IndexedTable<HookAction>, readonly MetRule[]>();
  return {
    indexed,
    ids,
    units,
    unitByLink,
    common: new Map(),
    named: new Set(),
    tooMuch: { found: false },
    numberOf,
    metRules: (table) =>
      remember(ofTable, table, () =>
        table.rules.flatMap((rule) => {
          const found = remember(met, rule, () => metRule(rule, numberOf));
          return found === "never" ? [] : [found];
        }),
      ),
  };
}

function setNumbers(
  ids: IdRanges,
  units: ReadonlyMap<SwitchId, Unit>,
): (set: IdRanges) => SetNumber {
  const all = Int32Array.from(idsIn(ids));
  const owners = new Map<number, Unit>();
  for (const unit of units.values()) for (const id of idsIn(unit.own)) owners.set(id, unit);
  const numbers = new Map<string, SetNumber>();
  const known = new Map<IdRanges, SetNumber>();
  return (set) =>
    remember(known, set, () => {
      // By place among the given addresses, so that sets which differ elsewhere are the same.
      const flat: number[] = [];
      for (let i = 0; i < set.length; i += 2) {
        flat.push(
          lastAtMost(all, (set[i] ?? 0) - 1) + 1,
          lastAtMost(all, (set[i + 1] ?? 0) - 1) + 1,
        );
      }
      return remember(numbers, idRanges(flat).join(","), () => {
        const members = intersectRanges(set, ids);
        const owner = owners.get(members[0] ?? -1);
        const alone = owner !== undefined && withinRanges(members, owner.own);
        return { number: numbers.size, members, owner: alone ? owner : undefined };
      });
    });
}

function metRule(
  rule: IndexedRule<HookAction>,
  numberOf: (set: IdRanges) => SetNumber,
): MetRule | "never" {
  const sources = rule.sources && numberOf(rule.sources);
  const destinations = rule.destinations && numberOf(rule.destinations);
  const nobody =
    rule.marked === true || [sources, destinations].some((set) => set?.members.length === 0);
  return nobody || rule.packets === NO_PACKETS ? "never" : { rule, sources, destinations };
}

/** The tables of one way, in order, those that let everything pass left out. */
export function tablesMark(
  context: Context,
  unit: Unit,
  place: Place,
  tables: readonly IndexedTable<HookAction>[],
): string {
  return tables
    .map((table) => tableMark(context, unit, place, table))
    .filter((mark) => mark !== "pass")
    .join("+");
}

/**
 * A table as the unit meets it. Where all rules pass, their order does not matter, and rules that look
 * at the same sets are one.
 */
function tableMark(
  context: Context,
  unit: Unit,
  place: Place,
  table: IndexedTable<HookAction>,
): string {
  const lines = context.metRules(table).flatMap((rule) => ruleLines(context, unit, place, rule));
  const otherwise = table.table.otherwise.action.kind;
  if (otherwise === "translate") context.tooMuch.found = true;
  if (lines.every((line) => line.action === otherwise)) return otherwise;
  if (!lines.every((line) => line.action === "pass")) {
    const texts = lines.map((line) => `${line.action} ${line.where} ${line.packets}`);
    return [...texts, otherwise].join(";");
  }
  const passed = new Map<string, PacketSetId>();
  for (const { where, packets } of lines) {
    passed.set(where, context.indexed.sets.union(passed.get(where) ?? NO_PACKETS, packets));
  }
  return [...[...passed].map(([where, packets]) => `${where} ${packets}`).sort(), otherwise].join(
    ";",
  );
}

interface Line {
  readonly action: HookAction["kind"];
  readonly where: string;
  readonly packets: PacketSetId;
}

/** The rule as the unit meets it; none if no packet of the unit between the given addresses meets it. */
function ruleLines(context: Context, unit: Unit, place: Place, met: MetRule): readonly Line[] {
  const { rule, sources, destinations } = met;
  const special = sources?.owner === unit || destinations?.owner === unit;
  if (special || rule.links !== undefined) return ownLines(context, unit, place, met);
  met.common ??= ownLines(context, unit, place, met);
  return met.common;
}

function ownLines(
  context: Context,
  unit: Unit,
  place: Place,
  { rule, ...sets }: MetRule,
): readonly Line[] {
  const sources = sideOf(unit, sets.sources);
  const destinations = sideOf(unit, sets.destinations);
  // Its own packets to itself never leave the switch, and nobody else sends from its addresses.
  if (place === "out" && destinations.own) return [];
  if (place === "into" && sources.own) return [];
  const links = linksOf(context, unit, rule.links);
  if (place === "into" && links.own) return [];
  for (const set of [sets.sources, sets.destinations]) {
    if (set !== undefined && set.owner !== unit) context.common.set(set.number, set.members);
  }
  if (rule.action.kind === "translate") context.tooMuch.found = true;
  const where = `${sources.text}>${destinations.text}${links.text}`;
  return [{ action: rule.action.kind, where, packets: rule.packets }];
}

interface Side {
  readonly text: string;
  /** Only addresses of the unit itself. */
  readonly own: boolean;
}

/** A set as the unit sees it. */
function sideOf(unit: Unit, set: SetNumber | undefined): Side {
  if (set === undefined) return { text: "*", own: false };
  if (set.owner !== unit) return { text: `S${set.number}`, own: false };
  const own = [...idsIn(unit.own)];
  const places = [...idsIn(set.members)].map((id) => own.indexOf(id));
  return { text: `own${places.join(".")}`, own: true };
}

/** The links of a rule as the unit sees them. Units and hubs that they name are noted. */
function linksOf(
  context: Context,
  unit: Unit,
  links: readonly LinkId[] | undefined,
): { readonly text: string; readonly own: boolean } {
  if (links === undefined) return { text: "", own: false };
  const roles = links.map((id) => {
    const owner = context.unitByLink.get(id);
    if (owner === unit)
      return id === unit.out.id ? "out" : id === unit.into.id ? "into" : `up ${id}`;
    noteLink(context, id);
    return id;
  });
  return {
    text: ` by ${roles.sort().join(",")}`,
    own: links.every((id) => context.unitByLink.get(id) === unit),
  };
}

/** Notes that some rule decides by link `id`. */
export function noteLink(context: Context, id: LinkId): void {
  const owner = context.unitByLink.get(id);
  if (owner === undefined) context.tooMuch.found = true;
  else context.named.add(owner.at);
}
