/**
 * What makes a graph of tables a network. A fault found here is a fault of whoever built it.
 */
import { FAMILIES, HIGHEST_PORT, LOWEST_PORT } from "../base/family.ts";
import type { FibAction, HookAction, Rewrite } from "./action.ts";
import type { Hook, Rule, Table } from "./fib.ts";
import type { LinkId, SwitchId } from "./ids.ts";
import { ANY, type Match } from "./match.ts";
import type { Link, Network } from "./network.ts";

/**
 * One sentence for each way in which `network` is not well-formed; empty iff it is:
 * - every member is listed under its own id;
 * - every process has an uplink of its own, which starts at it without hooks at that end;
 * - every other link starts at a switch, every link ends at a switch, and none ends where it starts;
 * - every FIB delivers to processes whose uplink ends there and forwards along links that start there;
 * - every match names only links that end at the switch where it is looked up;
 * - every translation and every multipath route offers something, as many as every other with that
 *   choice; addresses that a translation writes are of the only family that the rule matches, ports are 1
 *   to 65535.
 */
export function faults(network: Network): readonly string[] {
  const links = [...network.links.values()];
  return [
    ...idFaults(network),
    ...uplinkFaults(network),
    ...links.flatMap((link) => linkFaults(network, link)),
    ...[...network.switches.keys()].flatMap((id) => fibFaults(network, id)),
    ...matchFaults(network),
    ...choiceFaults(network),
  ];
}

function idFaults(network: Network): readonly string[] {
  const misplaced = (
    kind: string,
    members: ReadonlyMap<string, { readonly id: string }>,
  ): string[] =>
    [...members]
      .filter(([key, member]) => key !== member.id)
      .map(([key, member]) => `${kind} ${member.id} is listed as ${key}`);
  return [
    ...misplaced("process", network.processes),
    ...misplaced("switch", network.switches),
    ...misplaced("link", network.links),
  ];
}

function uplinkFaults(network: Network): readonly string[] {
  return [...network.processes.values()].flatMap((process) => {
    const uplink = network.links.get(process.uplink);
    if (uplink?.from !== process.id) {
      return [`the uplink of process ${process.id} does not start at it`];
    }
    return uplink.onLeave.length === 0
      ? []
      : [`the uplink of process ${process.id} has hooks at the end of the process`];
  });
}

function linkFaults(network: Network, link: Link): readonly string[] {
  const found: string[] = [];
  if (!network.switches.has(link.to)) found.push(`link ${link.id} ends at no switch`);
  if (!network.switches.has(link.from) && network.processes.get(link.from)?.uplink !== link.id) {
    found.push(`link ${link.id} starts neither at a switch nor at the process whose uplink it is`);
  }
  if (link.from === link.to && network.processes.get(link.from)?.uplink !== link.id) {
    found.push(`link ${link.id} ends where it starts`);
  }
  return found;
}

function fibFaults(network: Network, id: SwitchId): readonly string[] {
  const fib = network.switches.get(id)?.fib;
  return (fib === undefined ? [] : actions(fib)).flatMap((action): readonly string[] => {
    switch (action.kind) {
      case "discard":
        return [];
      case "deliver": {
        const uplink = network.processes.get(action.to)?.uplink ?? "";
        return network.links.get(uplink)?.to === id
          ? []
          : [`switch ${id} delivers to ${action.to}, which is not its process`];
      }
      case "forward":
        return wayFaults(network, id, action.via);
      case "multipath":
        return action.vias.flatMap((via) => wayFaults(network, id, via));
    }
  });
}

function wayFaults(network: Network, id: SwitchId, via: LinkId): readonly string[] {
  const link = network.links.get(via);
  // A process may be called like a switch; its uplink is still no way out of the switch.
  return link?.from === id && network.processes.get(id)?.uplink !== link.id
    ? []
    : [`switch ${id} forwards along ${via}, which does not start there`];
}

function matchFaults(network: Network): readonly string[] {
  const strangers = (match: Match, at: SwitchId): readonly string[] =>
    (match.links ?? []).filter((link) => network.links.get(link)?.to !== at);
  const of = (where: string, table: Table<FibAction | HookAction>, at: SwitchId): string[] =>
    table.rules
      .flatMap((rule) => strangers(rule.match, at))
      .map((link) => `a match ${where} names link ${link}, which does not end there`);
  return [
    ...[...network.switches.values()].flatMap((s) => of(`at switch ${s.id}`, s.fib, s.id)),
    ...[...network.links.values()].flatMap((link) => [
      ...link.onLeave.flatMap((hook) => of(`on leaving by ${link.id}`, hook, link.from)),
      ...link.onEnter.flatMap((hook) => of(`on entering by ${link.id}`, hook, link.to)),
    ]),
  ];
}

function choiceFaults(network: Network): readonly string[] {
  const offered = new Map<string, number>();
  const hooks = new Set(
    [...network.links.values()].flatMap((link) => [...link.onLeave, ...link.onEnter]),
  );
  const rules = (hook: Hook): readonly Rule<HookAction>[] => [
    ...hook.rules,
    { match: ANY, ...hook.otherwise },
  ];
  const routes = [...network.switches.values()].flatMap(({ fib }) => actions(fib));
  return [
    ...[...hooks].flatMap(rules).flatMap((rule) => ruleFaults(rule, offered)),
    ...routes.flatMap((action) =>
      action.kind === "multipath" ? offerFaults(action.choice, action.vias.length, offered) : [],
    ),
  ];
}

/** `offered` holds the number of offers of each choice seen so far, and gets `count`. */
function offerFaults(choice: string, count: number, offered: Map<string, number>): string[] {
  const found: string[] = [];
  if (count === 0) found.push(`choice ${choice} offers nothing`);
  if ((offered.get(choice) ?? count) !== count) {
    found.push(`choice ${choice} does not always offer the same number`);
  }
  offered.set(choice, count);
  return found;
}

function ruleFaults({ match, action }: Rule<HookAction>, offered: Map<string, number>): string[] {
  if (action.kind !== "translate") return [];
  const { choice, rewrites } = action;
  const found = offerFaults(choice, rewrites.length, offered);
  const admitted = FAMILIES.filter((family) =>
    [match.sources, match.destinations].every((set) => set === undefined || set[family].length > 0),
  );
  for (const rewrite of rewrites) {
    if (writtenFamilies(rewrite).some((written) => admitted.some((f) => f !== written))) {
      found.push(`choice ${choice} writes an address of another family than that of the packet`);
    }
    const port = rewrite.destinationPort ?? LOWEST_PORT;
    if (port < LOWEST_PORT || port > HIGHEST_PORT) {
      found.push(`choice ${choice} writes the port ${port}`);
    }
  }
  return found;
}

function writtenFamilies({ source, destination }: Rewrite): readonly string[] {
  return [source, destination].flatMap((address) =>
    address === undefined ? [] : [address.family],
  );
}

function actions<A extends FibAction | HookAction>(table: Table<A>): readonly A[] {
  return [...table.rules.map((rule) => rule.action), table.otherwise.action];
}
