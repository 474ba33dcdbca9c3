/**
 * A network whose addresses are ids and whose tables are prepared, each when it is first needed.
 */
import type { Address, AddressSet } from "../../models/base/address.ts";
import { LOOPBACK } from "../../models/base/address.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Rule, Table } from "../../models/network/fib.ts";
import type { LinkId, ProcessId, SwitchId } from "../../models/network/ids.ts";
import type { Link, Network, Process } from "../../models/network/network.ts";
import { present } from "../base/assert.ts";
import { type AddressId, type AddressSpace, createAddressSpace } from "./address-space.ts";
import { type IdRanges, hasId, unionOf } from "./id-ranges.ts";
import { type IndexedRule, type IndexedTable, indexTable } from "./indexed-table.ts";
import type { PacketSets } from "./packet-sets.ts";
import { once, remember } from "./remember.ts";

/** A prepared link. */
export interface IndexedLink {
  readonly id: LinkId;
  readonly from: SwitchId | ProcessId;
  readonly to: SwitchId;
  readonly onLeave: readonly IndexedTable<HookAction>[];
  readonly onEnter: readonly IndexedTable<HookAction>[];
}

/** A prepared network. Everything asked for by name exists, or the network is not well-formed. */
export interface IndexedNetwork {
  readonly network: Network;
  readonly space: AddressSpace;
  readonly sets: PacketSets;
  readonly process: (id: ProcessId) => Process;
  readonly link: (id: LinkId) => IndexedLink;
  readonly fib: (at: SwitchId) => IndexedTable<FibAction>;
  /** Every hook of every link, each once. */
  readonly hooks: () => readonly IndexedTable<HookAction>[];
  /** The processes that send to and receive from `at`, in the order of the network. */
  readonly processesAt: (at: SwitchId) => readonly Process[];
  /** The links that end at `at`, in the order of the network. */
  readonly linksInto: (at: SwitchId) => readonly IndexedLink[];
  /** The addresses of the processes of `at`. */
  readonly ownedBy: (at: SwitchId) => IdRanges;
  /** The switches that own the piece: a process there has it among its addresses. */
  readonly ownersOf: (address: AddressId) => readonly SwitchId[];
  /** The switch that a process sends to and receives from. */
  readonly switchOf: (process: ProcessId) => SwitchId;
}

/**
 * `network`, prepared. The cost is that of its distinct address sets: tables that share a set object
 * share its cost.
 *
 * @throws InternalError, at first use, when a name does not exist: the network is not well-formed
 */
export function indexNetwork(network: Network, sets: PacketSets): IndexedNetwork {
  const space = createAddressSpace(cutsOf(network));
  const links = new Map<LinkId, IndexedLink>();
  const fibs = new Map<SwitchId, IndexedTable<FibAction>>();
  const hooks = new Map<Table<HookAction>, IndexedTable<HookAction>>();
  const owned = new Map<SwitchId, IdRanges>();
  const fibRules = new Map<Rule<FibAction>, IndexedRule<FibAction>>();
  const hookRules = new Map<Rule<HookAction>, IndexedRule<HookAction>>();
  const hook = (table: Table<HookAction>): IndexedTable<HookAction> =>
    remember(hooks, table, () => indexTable(table, space, sets, hookRules));
  const process = (id: ProcessId): Process =>
    present(network.processes.get(id), `no process ${id}`);
  const prepare = (link: Link): IndexedLink => ({
    ...link,
    onLeave: link.onLeave.map(hook),
    onEnter: link.onEnter.map(hook),
  });
  const link = (id: LinkId): IndexedLink =>
    remember(links, id, () => prepare(present(network.links.get(id), `no link ${id}`)));
  const switchOf = (id: ProcessId): SwitchId =>
    present(network.links.get(process(id).uplink), `no uplink of ${id}`).to;
  const processes = once(() => grouped([...network.processes.values()], (p) => switchOf(p.id)));
  const into = once(() => grouped([...network.links.values()], (l) => l.to));
  const ownedBy = (at: SwitchId): IdRanges =>
    remember(owned, at, () => {
      const distinct = new Set((processes().get(at) ?? []).map((p) => p.addresses));
      return unionOf([...distinct].map((set) => space.rangesOf(set)));
    });
  const owners = once(() => ownerIndex([...processes().keys()], ownedBy));
  return {
    network,
    space,
    sets,
    process,
    link,
    fib: (at) =>
      remember(fibs, at, () =>
        indexTable(present(network.switches.get(at), `no switch ${at}`).fib, space, sets, fibRules),
      ),
    hooks: once(() => [
      ...new Set([...network.links.keys()].map(link).flatMap((l) => [...l.onLeave, ...l.onEnter])),
    ]),
    processesAt: (at) => processes().get(at) ?? [],
    linksInto: (at) => (into().get(at) ?? []).map((l) => link(l.id)),
    ownedBy,
    ownersOf: (address) => owners()(address),
    switchOf,
  };
}

/** Finds owners: single pieces by a map, wide sets (such as everything beyond the network) one by one. */
function ownerIndex(
  switches: readonly SwitchId[],
  ownedBy: (at: SwitchId) => IdRanges,
): (address: AddressId) => readonly SwitchId[] {
  const narrow = new Map<AddressId, SwitchId[]>();
  const wide: SwitchId[] = [];
  for (const at of switches) {
    const own = ownedBy(at);
    if (own.length > 2 * NARROW_MAX) {
      wide.push(at);
      continue;
    }
    for (let i = 0; i < own.length; i += 2) {
      if ((own[i + 1] ?? 0) - (own[i] ?? 0) > NARROW_MAX) {
        wide.push(at);
        break;
      }
    }
    if (wide.at(-1) === at) continue;
    for (let i = 0; i < own.length; i += 2) {
      for (let id = own[i] ?? 0; id < (own[i + 1] ?? 0); id += 1) {
        const before = narrow.get(id);
        if (before === undefined) narrow.set(id, [at]);
        else before.push(at);
      }
    }
  }
  return (address) => {
    const first = narrow.get(address) ?? [];
    const rest = wide.filter((at) => hasId(ownedBy(at), address));
    return rest.length === 0 ? first : [...first, ...rest];
  };
}

/** A switch with more ranges, or longer ones, is asked instead of being listed under each piece. */
const NARROW_MAX = 16;

/** Every set that the rules and processes of `network` know, and every address that rules write. */
function cutsOf(network: Network): { sets: Set<AddressSet>; singles: Address[] } {
  const sets = new Set<AddressSet>([LOOPBACK]);
  const singles: Address[] = [];
  const add = (table: Table<FibAction> | Table<HookAction>): void => {
    for (const { match, action } of table.rules) {
      if (match.sources !== undefined) sets.add(match.sources);
      if (match.destinations !== undefined) sets.add(match.destinations);
      addWritten(action, singles);
    }
    addWritten(table.otherwise.action, singles);
  };
  for (const process of network.processes.values()) sets.add(process.addresses);
  for (const place of network.switches.values()) add(place.fib);
  const seen = new Set<Table<HookAction>>();
  for (const { onLeave, onEnter } of network.links.values()) {
    for (const hook of [...onLeave, ...onEnter]) {
      if (seen.has(hook)) continue;
      seen.add(hook);
      add(hook);
    }
  }
  return { sets, singles };
}

function addWritten(action: FibAction | HookAction, singles: Address[]): void {
  if (action.kind !== "translate") return;
  for (const { source, destination } of action.rewrites) {
    if (source !== undefined) singles.push(source);
    if (destination !== undefined) singles.push(destination);
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
