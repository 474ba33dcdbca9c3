/**
 * What makes a graph of tables a network. A fault found here is a fault of whoever built it.
 */
import type { FibAction, HookAction } from "./action.ts";
import type { Table } from "./fib.ts";
import type { Network } from "./network.ts";

/**
 * One sentence for each way in which `network` is not well-formed; empty iff it is: every uplink starts
 * at its process, every link ends at a switch, every FIB delivers to an existing process whose uplink
 * ends at that switch and forwards along links that start there, every match names links that end
 * there, and every translation offers a rewrite.
 */
export function faults(network: Network): readonly string[] {
  return [...uplinkFaults(network), ...linkFaults(network), ...fibFaults(network)];
}

function uplinkFaults(network: Network): readonly string[] {
  return [...network.processes.values()]
    .filter((process) => network.links.get(process.uplink)?.from !== process.id)
    .map((process) => `the uplink of process ${process.id} does not start at it`);
}

function linkFaults(network: Network): readonly string[] {
  return [...network.links.values()].flatMap((link) => {
    const found: string[] = [];
    if (!network.switches.has(link.to)) found.push(`link ${link.id} ends at no switch`);
    if (!network.switches.has(link.from) && !network.processes.has(link.from)) {
      found.push(`link ${link.id} starts nowhere`);
    }
    const empty = [...link.onLeave, ...link.onEnter].some((hook) =>
      actions(hook).some((a) => a.kind === "translate" && a.rewrites.length === 0),
    );
    if (empty) found.push(`a translation on link ${link.id} offers no rewrite`);
    return found;
  });
}

function fibFaults(network: Network): readonly string[] {
  return [...network.switches.values()].flatMap((place) =>
    actions(place.fib).flatMap((action): readonly string[] => {
      switch (action.kind) {
        case "discard":
          return [];
        case "deliver": {
          const uplink = network.processes.get(action.to)?.uplink ?? "";
          return network.links.get(uplink)?.to === place.id
            ? []
            : [`switch ${place.id} delivers to ${action.to}, which is not its process`];
        }
        case "forward":
          return network.links.get(action.via)?.from === place.id
            ? []
            : [`switch ${place.id} forwards along ${action.via}, which does not start there`];
      }
    }),
  );
}

function actions<A extends FibAction | HookAction>(table: Table<A>): readonly A[] {
  return [...table.rules.map((rule) => rule.action), table.otherwise.action];
}
