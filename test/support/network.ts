/**
 * Arbitrary well-formed networks, at the level of models/network: small, but with everything that the
 * definition knows. Sets are drawn from a few addresses and ports, so that rules overlap and packets of
 * network-packets.ts meet them.
 */
import fc from "fast-check";
import type { Address, AddressSet } from "../../models/base/address.ts";
import { ALL_ADDRESSES, addressSets } from "../../models/base/address.ts";
import { type Family, FAMILIES, PROTOCOLS } from "../../models/base/family.ts";
import {
  type BitSet,
  type Interval,
  type PortSet,
  bitSets,
  portSets,
} from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type {
  Deliver,
  Discard,
  DiscardReason,
  FibAction,
  Forward,
  HookAction,
  Multipath,
  Pass,
  Rewrite,
  Translate,
} from "../../models/network/action.ts";
import type { Fib, Hook, Otherwise, Rule, Table } from "../../models/network/fib.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Match } from "../../models/network/match.ts";
import type { Link, Network, Process, Switch } from "../../models/network/network.ts";

/** How large the networks get. Absent settings take the defaults of `DEFAULT_SIZES`. */
export interface NetworkSizes {
  /** At least 1. */
  readonly switchesMax: number;
  /** Processes of each switch, at least 1. */
  readonly processesMax: number;
  /** Random rules of each table; routes to processes come in addition. */
  readonly rulesMax: number;
  /** Hooks at each end of each link. */
  readonly hooksMax: number;
  /** Names for choices; those with index i offer i + 1 rewrites, or as many links. */
  readonly choicesMax: number;
}

/** Sizes at which a run of the definition takes well below a millisecond. */
const DEFAULT_SIZES: NetworkSizes = {
  switchesMax: 4,
  processesMax: 2,
  rulesMax: 5,
  hooksMax: 2,
  choicesMax: 3,
};

const STAGES = ["dnat", "reject", "egress", "masquerade", "ingress"] as const;
const REASONS: readonly DiscardReason[] = [
  "no-route",
  "filtered",
  "rejected",
  "unassigned",
  "undefined-port",
  "unmodelled",
];

/** The lowest address of the few that processes have; process i has base + i in both families. */
const BASE: Readonly<Record<Family, bigint>> = { IPv4: 0x0a00_0000n, IPv6: 0xfdn << 120n };
/** Processes have the first of these, rules speak about all. */
const NEAR = 12n;
const FAR: Readonly<Record<Family, readonly bigint[]>> = {
  IPv4: [0n, 0x7f00_0001n, 0xffff_fffen, 0xffff_ffffn],
  IPv6: [0n, 1n, (1n << 128n) - 2n, (1n << 128n) - 1n],
};
const PORTS = [1, 2, 79, 80, 81, 443, 8080, 65_534, 65_535] as const;

/** Networks without faults. The same seed gives the same networks; shrinks have no faults either. */
export function networkArbitrary(sizes: Partial<NetworkSizes> = {}): fc.Arbitrary<Network> {
  const all = { ...DEFAULT_SIZES, ...sizes };
  return planArbitrary(all).chain((plan) => tablesArbitrary(plan, all));
}

/** Unions of at most three intervals of one family; one in eight holds everything. */
export function bitSetArbitrary(family: Family): fc.Arbitrary<BitSet> {
  const near = fc.bigInt({ min: 0n, max: NEAR - 1n }).map((i) => BASE[family] + i);
  const any = fc.oneof({ weight: 5, arbitrary: near }, fc.constantFrom(...FAR[family]));
  const point = any.map((a): Interval<bigint> => [a, a]);
  const range = fc.tuple(any, any).map(([a, b]): Interval<bigint> => (a < b ? [a, b] : [b, a]));
  const intervals = fc.array(fc.oneof({ weight: 3, arbitrary: point }, range), { maxLength: 3 });
  const top = FAR[family].at(-1) ?? 0n;
  return fc.oneof({ weight: 7, arbitrary: intervals.map(bitSets.of) }, fc.constant([[0n, top]]));
}

/** Sets of addresses, of both families or of one only. */
function addressSetArbitrary(families = FAMILIES): fc.Arbitrary<AddressSet> {
  const of = (family: Family): fc.Arbitrary<BitSet> =>
    families.includes(family) ? bitSetArbitrary(family) : fc.constant([]);
  return fc.record({ IPv4: of("IPv4"), IPv6: of("IPv6") });
}

/** Unions of at most two ranges of ports. */
function portSetArbitrary(): fc.Arbitrary<PortSet> {
  const port = fc.constantFrom(...PORTS);
  const range = fc.tuple(port, port).map(([a, b]): Interval<number> => (a < b ? [a, b] : [b, a]));
  const point = port.map((a): Interval<number> => [a, a]);
  return fc.array(fc.oneof(point, range), { minLength: 1, maxLength: 2 }).map(portSets.of);
}

/** Matches of `families` for a table at which packets have entered by one of `links`. */
export function matchArbitrary(
  links: readonly LinkId[],
  families: readonly Family[] = FAMILIES,
): fc.Arbitrary<Match> {
  const sometimes = <T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight, arbitrary }, { weight: 10 - weight, arbitrary: fc.constant(undefined) });
  // Only destinations that are there keep the packets of the other family out.
  const oneFamily = families.length === 1;
  const fields = fc.record({
    sources: sometimes(3, addressSetArbitrary(families)),
    sourcePorts: sometimes(1, portSetArbitrary()),
    destinations: sometimes(oneFamily ? 10 : 7, addressSetArbitrary(families)),
    destinationPorts: sometimes(4, portSetArbitrary()),
    protocols: sometimes(2, fc.subarray([...PROTOCOLS], { minLength: 1 })),
    links: sometimes(2, fc.subarray([...links])),
    marked: sometimes(2, fc.boolean()),
  });
  // Marks are seldom: what asks for one mostly asks for nothing else.
  const [only] = families;
  const all =
    oneFamily && only !== undefined ? { ...NOWHERE, [only]: ALL_ADDRESSES[only] } : undefined;
  const byMark = fc
    .constantFrom(true, true, true, false)
    .map((marked): Match => (all === undefined ? { marked } : { marked, destinations: all }));
  const matches = fields.map(
    ({ sources, sourcePorts, destinations, destinationPorts, ...rest }) => ({
      ...(sources === undefined ? {} : { sources }),
      ...(sourcePorts === undefined ? {} : { sourcePorts }),
      ...(destinations === undefined ? {} : { destinations }),
      ...(destinationPorts === undefined ? {} : { destinationPorts }),
      ...(rest.protocols === undefined ? {} : { protocols: rest.protocols }),
      ...(rest.links === undefined ? {} : { links: rest.links }),
      ...(rest.marked === undefined ? {} : { marked: rest.marked }),
    }),
  );
  return fc.oneof({ weight: 3, arbitrary: matches }, { weight: 1, arbitrary: byMark });
}

/** A process and its place; `own` are addresses that nothing but shrinking gives to another. */
interface Member {
  readonly process: Process;
  readonly at: SwitchId;
  readonly own: AddressSet;
}

/** A network without its tables. */
interface Plan {
  readonly switches: readonly SwitchId[];
  readonly members: readonly Member[];
  readonly links: readonly { id: LinkId; from: SwitchId | ProcessId; to: SwitchId }[];
  readonly outside: string | undefined;
}

function planArbitrary(sizes: NetworkSizes): fc.Arbitrary<Plan> {
  const { switchesMax, processesMax } = sizes;
  const more = fc.option(addressSetArbitrary(), { freq: 4, nil: undefined });
  return fc
    .record({
      members: fc.array(fc.array(more, { minLength: 1, maxLength: processesMax }), {
        minLength: 1,
        maxLength: switchesMax,
        size: "max",
      }),
      joined: fc.infiniteStream(fc.integer({ min: 0, max: 3 })).map((s) => [...s.take(16)]),
      shared: fc.boolean(),
      outside: fc.option(fc.nat(7), { freq: 3, nil: undefined }),
    })
    .map(({ members, joined, shared, outside }) => {
      const switches = members.map((_, s) => `s${s}`);
      const placed = members.flatMap((own, s) =>
        own.map((extra, p) => memberOf(s, p, processesMax, shared, extra)),
      );
      const between = switches.flatMap((from, i) =>
        switches
          .filter((to, j) => to !== from && (joined[(i * 4 + j) % 16] ?? 0) > 0)
          .map((to) => ({ id: `${from}>${to}`, from, to })),
      );
      const uplinks = placed.map(({ process, at }) => ({
        id: process.uplink,
        from: process.id,
        to: at,
      }));
      const end =
        outside === undefined ? undefined : placed[outside % placed.length]?.process.endpoint;
      return { switches, members: placed, links: [...uplinks, ...between], outside: end };
    });
}

function memberOf(
  s: number,
  p: number,
  processesMax: number,
  shared: boolean,
  extra: AddressSet | undefined,
): Member {
  const id = `s${s}p${p}`;
  const number = BigInt(s * processesMax + p);
  const own = addressSets.ofAddresses(
    FAMILIES.map((family) => ({ family, bits: BASE[family] + number })),
  );
  const process: Process = {
    id,
    name: `process ${id}`,
    endpoint: shared ? `end:s${s}` : `end:${id}`,
    addresses: extra === undefined ? own : addressSets.union(own, extra),
    uplink: `${id}^`,
    declared: p === 0,
    origins: [],
  };
  return { process, at: `s${s}`, own };
}

function tablesArbitrary(plan: Plan, sizes: NetworkSizes): fc.Arbitrary<Network> {
  const fibs = plan.switches.map((s) => fibArbitrary(plan, s, sizes));
  const hooks = plan.links.map((link) => {
    // A process has no tables: nothing happens at its end of an uplink.
    const leaving = plan.switches.includes(link.from) ? sizes.hooksMax : 0;
    return fc.record({
      onLeave: hooksArbitrary(plan, link.from, `${link.id} leaving`, {
        ...sizes,
        hooksMax: leaving,
      }),
      onEnter: hooksArbitrary(plan, link.to, `${link.id} entering`, sizes),
    });
  });
  return fc.tuple(fc.tuple(...fibs), fc.tuple(...hooks)).map(([tables, ends]): Network => {
    const switches = plan.switches.map((id, i): [SwitchId, Switch] => [
      id,
      { id, name: `switch ${id}`, fib: at(tables, i) },
    ]);
    const links = plan.links.map((link, i): [LinkId, Link] => [
      link.id,
      { ...link, ...at(ends, i) },
    ]);
    return {
      processes: new Map(plan.members.map(({ process }) => [process.id, process])),
      switches: new Map(switches),
      links: new Map(links),
      ...(plan.outside === undefined ? {} : { outside: plan.outside }),
    };
  });
}

function fibArbitrary(plan: Plan, at: SwitchId, sizes: NetworkSizes): fc.Arbitrary<Fib> {
  const local = plan.members.filter((m) => m.at === at);
  const entering = plan.links.filter((l) => l.to === at).map((l) => l.id);
  const leaving = plan.links.filter((l) => l.from === at).map((l) => l.id);
  const deliver = fc
    .constantFrom(...local)
    .map(({ process }): Deliver => ({ kind: "deliver", to: process.id }));
  const discard = discardArbitrary();
  const forward = leaving.map((via) => fc.constant<Forward>({ kind: "forward", via }));
  const action: fc.Arbitrary<FibAction> = fc.oneof(
    { weight: 2, arbitrary: deliver },
    { weight: 1, arbitrary: discard },
    ...forward.map((arbitrary) => ({ weight: 2, arbitrary })),
    ...(leaving.length === 0 ? [] : [{ weight: 2, arbitrary: multipathArbitrary(leaving, sizes) }]),
  );
  const rule = fc.record({ match: matchArbitrary(entering), action, because: UNLABELLED });
  const routed = fc
    .tuple(fc.subarray(routes(plan, at)), fc.constantFrom("", "", ...leaving))
    .map(([some, other]) =>
      other === "" || sizes.choicesMax < 2 ? some : some.map((route) => orAcross(route, other)),
    );
  return fc
    .tuple(fc.array(rule, { maxLength: sizes.rulesMax, size: "max" }), fc.nat(2), routed, action)
    .map(([random, kind, some, otherwise]) => {
      const rules = kind === 0 ? random : kind === 1 ? [...random, ...some] : [...some, ...random];
      return labelled(`${at} fib`, { rules, otherwise: { action: otherwise, because: NOT_YET } });
    });
}

/** `route` such that it may take the link `other` instead. */
function orAcross(route: Rule<FibAction>, other: LinkId): Rule<FibAction> {
  const { action } = route;
  if (action.kind !== "forward") return route;
  const vias = [action.via, other];
  return { ...route, action: { kind: "multipath", choice: "way 1", vias } };
}

/**
 * A choice among some of `leaving`, which may name one of them several times. Its name may be one that
 * translations have, too.
 */
function multipathArbitrary(
  leaving: readonly LinkId[],
  sizes: NetworkSizes,
): fc.Arbitrary<Multipath> {
  return fc
    .nat(sizes.choicesMax - 1)
    .chain((index) =>
      fc
        .tuple(
          fc.constantFrom("choice", "way"),
          fc.array(fc.constantFrom(...leaving), { minLength: index + 1, maxLength: index + 1 }),
        )
        .map(
          ([name, vias]): Multipath => ({ kind: "multipath", choice: `${name} ${index}`, vias }),
        ),
    );
}

/** Where packets for each process go: to it, or straight to its switch if a link leads there. */
function routes(plan: Plan, at: SwitchId): Rule<FibAction>[] {
  return plan.members.flatMap((member): Rule<FibAction>[] => {
    const match: Match = { destinations: member.own };
    if (member.at === at) {
      const action: Deliver = { kind: "deliver", to: member.process.id };
      return [{ match, action, because: NOT_YET }];
    }
    const via = plan.links.find((l) => l.from === at && l.to === member.at)?.id;
    return via === undefined ? [] : [{ match, action: { kind: "forward", via }, because: NOT_YET }];
  });
}

function hooksArbitrary(
  plan: Plan,
  at: SwitchId,
  where: string,
  sizes: NetworkSizes,
): fc.Arbitrary<readonly Hook[]> {
  const entering = plan.links.filter((l) => l.to === at).map((l) => l.id);
  const pass = fc.constant<Pass>({ kind: "pass" });
  const plain: fc.Arbitrary<Rule<HookAction>> = fc.record({
    match: matchArbitrary(entering),
    action: fc.oneof({ weight: 2, arbitrary: pass }, { weight: 1, arbitrary: discardArbitrary() }),
    because: UNLABELLED,
  });
  const translation: fc.Arbitrary<Rule<HookAction>> = fc.constantFrom(...FAMILIES).chain((family) =>
    fc.record({
      match: matchArbitrary(entering, [family]),
      action: translateArbitrary(family, sizes),
      because: UNLABELLED,
    }),
  );
  const hook = fc.record({
    stage: fc.constantFrom(...STAGES),
    rules: fc.array(
      fc.oneof({ weight: 1, arbitrary: plain }, { weight: 3, arbitrary: translation }),
      { maxLength: sizes.rulesMax, size: "max" },
    ),
    action: fc.oneof({ weight: 9, arbitrary: pass }, { weight: 1, arbitrary: discardArbitrary() }),
  });
  return fc.array(hook, { maxLength: sizes.hooksMax, size: "max" }).map((hooks) =>
    hooks.map(({ stage, rules, action }, i) => ({
      stage,
      ...labelled(`${where} ${stage}#${i}`, { rules, otherwise: { action, because: NOT_YET } }),
    })),
  );
}

function translateArbitrary(family: Family, sizes: NetworkSizes): fc.Arbitrary<Translate> {
  const address = fc
    .bigInt({ min: 0n, max: NEAR - 1n })
    .map((i): Address => ({ family, bits: BASE[family] + i }));
  const rewrite: fc.Arbitrary<Rewrite> = fc
    .record({
      source: fc.option(address, { freq: 2, nil: undefined }),
      destination: fc.option(address, { nil: undefined }),
      destinationPort: fc.option(fc.constantFrom(...PORTS), { freq: 2, nil: undefined }),
      marks: fc.constantFrom(true as const, true as const, undefined),
    })
    .map(({ source, destination, destinationPort, marks }) => ({
      ...(source === undefined ? {} : { source }),
      ...(destination === undefined ? {} : { destination }),
      ...(destinationPort === undefined ? {} : { destinationPort }),
      ...(marks === undefined ? {} : { marks }),
      because: NOT_YET,
    }));
  return fc.nat(sizes.choicesMax - 1).chain((index) =>
    fc.array(rewrite, { minLength: index + 1, maxLength: index + 1 }).map((rewrites) => ({
      kind: "translate",
      choice: `choice ${index}`,
      rewrites,
    })),
  );
}

function discardArbitrary(): fc.Arbitrary<Discard> {
  return fc.constantFrom(...REASONS).map((reason) => ({ kind: "discard", reason }));
}

const NOWHERE: AddressSet = { IPv4: [], IPv6: [] };
const NOT_YET: Provenance = { text: "", origins: [] };
const UNLABELLED = fc.constant(NOT_YET);

/** `table` with reasons that name the place of each rule, so that a trace tells which one decided. */
function labelled<A extends FibAction | HookAction>(where: string, table: Table<A>): Table<A> {
  const because = (i: number | string): Provenance => ({ text: `${where} rule ${i}`, origins: [] });
  const rule = (each: Rule<A>, i: number): Rule<A> => ({
    match: each.match,
    action: named(each.action, `${where} rule ${i}`),
    because: because(i),
  });
  const otherwise: Otherwise<A> = { ...table.otherwise, because: because("otherwise") };
  return { rules: table.rules.map(rule), otherwise };
}

function named<A extends FibAction | HookAction>(action: A, where: string): A {
  if (action.kind !== "translate") return action;
  const rewrites = action.rewrites.map((rewrite, i) => ({
    ...rewrite,
    because: { text: `${where} rewrite ${i}`, origins: [] },
  }));
  return { ...action, rewrites };
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}
