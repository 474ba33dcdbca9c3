/**
 * Arbitrary networks of the shape that clusters have: hubs that are joined, and at each hub switches at
 * the edge with a link there and back, whose hooks come from a few templates. Many edge switches are
 * alike, most in everything, some but for one thing: what classes must tell apart and nothing else must.
 */
import fc from "fast-check";
import type { Address, AddressSet } from "../../models/base/address.ts";
import { ALL_ADDRESSES, LOOPBACK, addressSets } from "../../models/base/address.ts";
import { portSets } from "../../models/base/interval-set.ts";
import type { Provenance } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Hook, Rule, Table } from "../../models/network/fib.ts";
import type { Match } from "../../models/network/match.ts";
import type { Link, Network, Process, Switch } from "../../models/network/network.ts";

/** How large the networks get. */
export interface EdgeSizes {
  readonly hubsMax: number;
  /** Edge switches, spread over the hubs. */
  readonly edgesMax: number;
}

/** What the edge switches of one kind have in common. */
interface Kind {
  readonly dual: boolean;
  /** Which templates its hooks follow; undefined: no filter. */
  readonly egress: number | undefined;
  readonly ingress: number | undefined;
  readonly hairpin: boolean;
  readonly ownHub: boolean;
  readonly containers: number;
}

/** One edge switch. */
interface EdgePlan extends Kind {
  readonly kind: number;
  readonly hub: number;
  /** Something that makes it differ from its kind. */
  readonly oddity: (typeof ODDITIES)[number];
}

const ODDITIES = [
  "none",
  "closed port at the hub",
  "named by a link",
  "peer of no kind",
  "filter on its uplink",
  "translated on the way in",
] as const;

/** A filter: whose packets to which ports pass. */
interface Template {
  readonly rules: readonly {
    /** Kinds of edge switches, or one by its number, or all, or what is beyond. */
    readonly peers: readonly number[] | { readonly edge: number } | "all" | "outside";
    readonly ports: readonly number[] | undefined;
    readonly protocol: "TCP" | "UDP" | undefined;
  }[];
}

interface Plan {
  readonly hubs: number;
  readonly edges: readonly EdgePlan[];
  readonly templates: readonly Template[];
  readonly hubLink: "plain" | "filtered";
  /** How the world sends to edge switches: each to its hub, or some by a choice, and some nowhere. */
  readonly worldWays: "plain" | "mixed";
  /** Whether services lead to edge switches in the name of a hub, by a mark. */
  readonly marks: boolean;
}

const KINDS = 2;

/** Networks without faults. The same seed gives the same networks. */
export function edgeNetworkArbitrary(
  sizes: EdgeSizes = { hubsMax: 3, edgesMax: 6 },
): fc.Arbitrary<Network> {
  const peers = fc.oneof(
    { weight: 5, arbitrary: fc.subarray([0, 1]) },
    { weight: 1, arbitrary: fc.record({ edge: fc.nat(sizes.edgesMax - 1) }) },
    { weight: 2, arbitrary: fc.constantFrom("all" as const, "outside" as const) },
  );
  const template = fc.record({
    rules: fc.array(
      fc.record({
        peers,
        ports: fc.option(fc.subarray([80, 81, 443, 65_535], { minLength: 1 }), { nil: undefined }),
        protocol: fc.option(fc.constantFrom("TCP" as const, "UDP" as const), { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  });
  const which = fc.option(fc.nat(1), { nil: undefined });
  const kind = fc.record({
    dual: fc.constantFrom(true, true, true, false),
    egress: which,
    ingress: which,
    hairpin: fc.boolean(),
    ownHub: fc.boolean(),
    containers: fc.integer({ min: 1, max: 2 }),
  });
  const edge = fc.record({
    kind: fc.nat(KINDS - 1),
    hub: fc.nat(sizes.hubsMax - 1),
    oddity: fc.oneof(
      { weight: 5, arbitrary: fc.constant("none" as const) },
      { weight: 1, arbitrary: fc.constantFrom(...ODDITIES) },
    ),
  });
  return fc
    .record({
      hubs: fc.integer({ min: 1, max: sizes.hubsMax }),
      kinds: fc.tuple(kind, kind),
      edges: fc.array(edge, { minLength: 1, maxLength: sizes.edgesMax, size: "max" }),
      templates: fc.tuple(template, template),
      hubLink: fc.constantFrom("plain" as const, "plain" as const, "filtered" as const),
      worldWays: fc.constantFrom("plain" as const, "mixed" as const),
      marks: fc.boolean(),
    })
    .map(({ hubs, kinds, edges, ...rest }) =>
      build({
        ...rest,
        hubs,
        edges: edges.map((e) => ({ ...(kinds[e.kind] ?? kinds[0]), ...e, hub: e.hub % hubs })),
      }),
    );
}

const because = (text: string): Provenance => ({ text, origins: [] });
const PASS: HookAction = { kind: "pass" };
const FILTERED: HookAction = { kind: "discard", reason: "filtered" };
const SERVICE: AddressSet = addressSets.ofAddresses([
  { family: "IPv4", bits: 0x0a60_0001n },
  { family: "IPv6", bits: (0xfdn << 120n) + (1n << 64n) },
]);
const WORLD: AddressSet = {
  IPv4: [[0x0b00_0000n, 0x0b00_00ffn]],
  IPv6: [[0x2001n << 112n, (0x2001n << 112n) + 0xffn]],
};

function edgeAddresses(edge: number, dual: boolean): readonly Address[] {
  const v4: Address = { family: "IPv4", bits: 0x0af4_0000n + BigInt(edge) };
  return dual ? [v4, { family: "IPv6", bits: (0xfdn << 120n) + BigInt(edge) }] : [v4];
}

function hubAddresses(hub: number): readonly Address[] {
  return [
    { family: "IPv4", bits: 0xc0a8_0000n + BigInt(hub) },
    { family: "IPv6", bits: (0xfdn << 120n) + (1n << 96n) + BigInt(hub) },
  ];
}

function rule<A>(match: Match, action: A, text: string): Rule<A> {
  return { match, action, because: because(text) };
}

/** Collects the parts of a network. */
interface Parts {
  readonly processes: Process[];
  readonly switches: Switch[];
  readonly links: Link[];
}

function build(plan: Plan): Network {
  const parts: Parts = { processes: [], switches: [], links: [] };
  for (let hub = 0; hub < plan.hubs; hub += 1) addHub(parts, plan, hub);
  plan.edges.forEach((edge, i) => addEdge(parts, plan, edge, i));
  addWorld(parts, plan);
  return {
    processes: new Map(parts.processes.map((p) => [p.id, p])),
    switches: new Map(parts.switches.map((s) => [s.id, s])),
    links: new Map(parts.links.map((l) => [l.id, l])),
    outside: "world",
  };
}

function addProcess(
  parts: Parts,
  id: string,
  at: string,
  addresses: AddressSet,
  onEnter: readonly Hook[] = [],
): void {
  const uplink = `${id}^`;
  parts.processes.push({
    id,
    name: id,
    endpoint: at,
    addresses,
    uplink,
    declared: true,
    origins: [],
  });
  parts.links.push({ id: uplink, from: id, to: at, onLeave: [], onEnter });
}

function addHub(parts: Parts, plan: Plan, hub: number): void {
  const at = `hub${hub}`;
  const own = addressSets.ofAddresses(hubAddresses(hub));
  addProcess(parts, `${at}/daemon`, at, own, [dnat(plan)]);
  addProcess(parts, `${at}/second`, at, own, [dnat(plan)]);
  const rules: Rule<FibAction>[] = [
    rule({ destinations: addressSets.union(own, LOOPBACK) }, deliver(`${at}/daemon`), "own"),
  ];
  plan.edges.forEach((edge, i) => {
    const destinations = addressSets.ofAddresses(edgeAddresses(i, edge.dual));
    if (edge.oddity === "closed port at the hub") {
      const action = { kind: "discard", reason: "unmodelled" } as const;
      rules.push(rule({ destinations, destinationPorts: [[80, 80]] }, action, "closed"));
    }
    const via = edge.hub === hub ? `${at}>edge${i}` : `${at}>hub${edge.hub}`;
    rules.push(rule({ destinations }, { kind: "forward", via }, "edge"));
  });
  for (let other = 0; other < plan.hubs; other += 1) {
    if (other === hub) continue;
    const destinations = addressSets.ofAddresses(hubAddresses(other));
    const via = `${at}>hub${other}`;
    rules.push(rule({ destinations }, { kind: "forward", via }, "hub"));
    const onEnter = plan.hubLink === "plain" ? [] : [hubFilter(plan)];
    parts.links.push({ id: via, from: at, to: `hub${other}`, onLeave: [], onEnter });
  }
  rules.push(rule({ destinations: WORLD }, { kind: "forward", via: `${at}>world` }, "world"));
  parts.links.push({ id: `${at}>world`, from: at, to: "world", onLeave: [], onEnter: [] });
  parts.switches.push({ id: at, name: at, fib: table(rules, noRoute(), "hub default") });
}

function addWorld(parts: Parts, plan: Plan): void {
  addProcess(parts, "world/all", "world", WORLD);
  const rules: Rule<FibAction>[] = [rule({ destinations: WORLD }, deliver("world/all"), "world")];
  plan.edges.forEach((edge, i) => {
    const destinations = addressSets.ofAddresses(edgeAddresses(i, edge.dual));
    rules.push(rule({ destinations }, wayBack(plan, edge, i), "back"));
  });
  for (let hub = 0; hub < plan.hubs; hub += 1) {
    parts.links.push({
      id: `world>hub${hub}`,
      from: "world",
      to: `hub${hub}`,
      onLeave: [],
      onEnter: [],
    });
  }
  parts.switches.push({ id: "world", name: "world", fib: table(rules, noRoute(), "lost") });
  parts.links.push({ id: "world>sink", from: "world", to: "sink", onLeave: [], onEnter: [] });
  parts.switches.push({ id: "sink", name: "sink", fib: table([], noRoute(), "sink") });
}

/** To the hub of the edge; in mixed networks now and then by a choice, or to where nothing comes from. */
function wayBack({ worldWays, hubs }: Plan, { hub }: EdgePlan, i: number): FibAction {
  const right = `world>hub${hub}`;
  const vias = ["world>sink", right, `world>hub${(hub + 1) % hubs}`];
  if (worldWays === "mixed" && i % 3 === 1) return { kind: "multipath", choice: "way", vias };
  return { kind: "forward", via: worldWays === "mixed" && i % 3 === 2 ? "world>sink" : right };
}

function addEdge(parts: Parts, plan: Plan, edge: EdgePlan, i: number): void {
  const at = `edge${i}`;
  const own = addressSets.ofAddresses(edgeAddresses(i, edge.dual));
  const uplinkFilter = hook("egress", [rule({ destinationPorts: [[81, 81]] }, FILTERED, "81")]);
  for (let c = 0; c < edge.containers; c += 1) {
    const filters = edge.oddity === "filter on its uplink" && c === 0 ? [uplinkFilter] : [];
    addProcess(parts, `${at}/c${c}`, at, own, filters);
  }
  const out = `${at}>hub${edge.hub}`;
  const last = `${at}/c${edge.containers - 1}`;
  parts.switches.push({
    id: at,
    name: at,
    fib: table(
      [
        rule({ destinations: own, destinationPorts: [[80, 80]] }, deliver(`${at}/c0`), "declared"),
        rule({ destinations: addressSets.union(own, LOOPBACK) }, deliver(last), "own"),
      ],
      { kind: "forward", via: out },
      "default way",
    ),
  });
  const leaving = [dnat(plan), ...filterOf(plan, edge, i, own, "egress")];
  parts.links.push({ id: out, from: at, to: `hub${edge.hub}`, onLeave: [], onEnter: leaving });
  const arriving = [
    ...(plan.marks ? [inTheNameOfTheHub(edge)] : []),
    masquerade(edge, own),
    ...oddTranslation(edge, own),
    ...(plan.marks ? [refused(i)] : []),
    ...filterOf(plan, edge, i, own, "ingress"),
  ];
  const into = `hub${edge.hub}>${at}`;
  parts.links.push({ id: into, from: `hub${edge.hub}`, to: at, onLeave: arriving, onEnter: [] });
}

function filterOf(
  plan: Plan,
  edge: EdgePlan,
  i: number,
  own: AddressSet,
  direction: "egress" | "ingress",
): readonly Hook[] {
  const ingress = direction === "ingress";
  const side = (set: AddressSet): Match => (ingress ? { sources: set } : { destinations: set });
  const rules: Rule<HookAction>[] = [];
  if (edge.hairpin) {
    const match = ingress ? { links: [`edge${i}>hub${edge.hub}`] } : side(own);
    rules.push(rule(match, PASS, "hairpin"));
  }
  if (edge.ownHub) {
    rules.push(rule(side(addressSets.ofAddresses(hubAddresses(edge.hub))), PASS, "own hub"));
  }
  if (ingress && i === 0) rules.push(...linkRules(plan, edge));
  const number = ingress ? edge.ingress : edge.egress;
  if (number === undefined) return rules.length === 0 ? [] : [hook(direction, rules)];
  for (const { peers, ports, protocol } of plan.templates[number]?.rules ?? []) {
    const destinationPorts = portSets.of((ports ?? []).map((p) => [p, p]));
    const match: Match = {
      ...side(peersOf(plan, peers)),
      ...(ports === undefined ? {} : { destinationPorts }),
      ...(protocol === undefined ? {} : { protocols: [protocol] }),
    };
    rules.push(rule(match, PASS, "peer"));
  }
  return [hook(direction, rules, FILTERED)];
}

/** A rule that names another edge switch by its link. */
function linkRules(plan: Plan, { hub }: EdgePlan): readonly Rule<HookAction>[] {
  const named = plan.edges.findIndex((e) => e.oddity === "named by a link" && e.hub === hub);
  return named < 0 ? [] : [rule({ links: [`edge${named}>hub${hub}`] }, PASS, "link")];
}

function peersOf(plan: Plan, peers: Template["rules"][number]["peers"]): AddressSet {
  if (peers === "outside") return WORLD;
  const chosen = ({ kind, oddity }: EdgePlan, i: number): boolean =>
    peers === "all" ||
    ("edge" in peers ? peers.edge === i : peers.includes(kind) && oddity !== "peer of no kind");
  return addressSets.ofAddresses(
    plan.edges.flatMap((edge, i) => (chosen(edge, i) ? edgeAddresses(i, edge.dual) : [])),
  );
}

function dnat(plan: Plan): Hook {
  const rewrites = plan.edges.slice(0, 2).map((_, i) => ({
    destination: { family: "IPv4" as const, bits: 0x0af4_0000n + BigInt(i) },
    destinationPort: 81,
    ...(plan.marks ? { marks: true as const } : {}),
    because: because(`endpoint ${i}`),
  }));
  const match: Match = {
    destinations: { IPv4: SERVICE.IPv4, IPv6: [] },
    destinationPorts: [[80, 80]],
  };
  return hook("dnat", [rule(match, { kind: "translate", choice: "service", rewrites }, "service")]);
}

function masquerade(edge: EdgePlan, own: AddressSet): Hook {
  const source = { family: "IPv4" as const, bits: 0xc0a8_0000n + BigInt(edge.hub) };
  const match: Match = { sources: { IPv4: own.IPv4, IPv6: [] }, destinations: own };
  const rewrites = [{ source, because: because("hub address") }];
  const action: HookAction = { kind: "translate", choice: `masquerade ${edge.hub}`, rewrites };
  return hook("masquerade", [rule(match, action, "hairpin")]);
}

/** What was translated on its way in leaves with the hub's address as its source. */
function inTheNameOfTheHub(edge: EdgePlan): Hook {
  const source = { family: "IPv4" as const, bits: 0xc0a8_0000n + BigInt(edge.hub) };
  const match: Match = { marked: true, sources: { IPv4: ALL_ADDRESSES.IPv4, IPv6: [] } };
  const rewrites = [{ source, because: because("hub address") }];
  const action: HookAction = { kind: "translate", choice: `name ${edge.hub}`, rewrites };
  return hook("masquerade", [rule(match, action, "marked")]);
}

/** Some edges refuse a port unless the packet is marked, the others only if it is. */
function refused(i: number): Hook {
  const match: Match = { marked: ((i + 1) >> 1) % 2 === 0, destinationPorts: [[443, 443]] };
  return hook("marks", [rule(match, FILTERED, "by mark")]);
}

function oddTranslation(edge: EdgePlan, own: AddressSet): readonly Hook[] {
  if (edge.oddity !== "translated on the way in") return [];
  const match: Match = { destinations: own, destinationPorts: [[443, 443]], protocols: ["TCP"] };
  const rewrites = [{ destinationPort: 80, because: because("port 80") }];
  return [hook("dnat", [rule(match, { kind: "translate", choice: "odd", rewrites }, "odd")])];
}

function hubFilter(plan: Plan): Hook {
  const first = addressSets.ofAddresses(edgeAddresses(0, plan.edges[0]?.dual ?? false));
  return hook("egress", [
    rule({ destinations: first, destinationPorts: [[443, 443]] }, FILTERED, "between hubs"),
  ]);
}

function hook(stage: string, rules: readonly Rule<HookAction>[], otherwise = PASS): Hook {
  return { stage, ...table(rules, otherwise, `${stage} default`) };
}

function table<A>(rules: readonly Rule<A>[], action: A, text: string): Table<A> {
  return { rules, otherwise: { action, because: because(text) } };
}

function deliver(to: string): FibAction {
  return { kind: "deliver", to };
}

function noRoute(): FibAction {
  return { kind: "discard", reason: "no-route" };
}
