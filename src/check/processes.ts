/**
 * The processes that speak for pods, nodes and the outside in a compiled network.
 */
import type { Address } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import type { Family } from "../../models/base/family.ts";
import type { Network, Process } from "../../models/network/network.ts";

/** The processes of each endpoint, in the order of the network: declared ones first. */
function processesByEndpoint(network: Network): ReadonlyMap<EndpointId, readonly Process[]> {
  const found = new Map<EndpointId, Process[]>();
  for (const process of network.processes.values()) {
    const known = found.get(process.endpoint);
    if (known === undefined) found.set(process.endpoint, [process]);
    else known.push(process);
  }
  for (const list of found.values()) {
    list.sort((a, b) => Number(b.declared) - Number(a.declared));
  }
  return found;
}

/**
 * The process that speaks for each endpoint. All processes of an endpoint share one switch, one set of
 * addresses and the same hooks, so what one of them can send, the others can.
 */
export function speakers(network: Network): ReadonlyMap<EndpointId, Process> {
  const found = new Map<EndpointId, Process>();
  for (const [endpoint, list] of processesByEndpoint(network)) {
    const [first] = list;
    if (first !== undefined) found.set(endpoint, first);
  }
  return found;
}

/** The address of `family` among `addresses`, of which each family has at most one. */
export function addressOf(addresses: readonly Address[], family: Family): Address | undefined {
  return addresses.find((address) => address.family === family);
}
