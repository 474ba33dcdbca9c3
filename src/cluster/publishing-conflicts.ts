/**
 * Addresses and ports that more than one wants.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import { portSets } from "../../models/base/interval-set.ts";
import {
  type Node,
  type Pod,
  type ServicePort,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { targetNamed } from "../../models/kubernetes/named-port.ts";
import { formatAddress } from "../base/ip.ts";
import { claimKey } from "./claim-key.ts";
import { nodePortAddresses } from "./entrances.ts";
import { frontend, type OpenEntrance } from "./frontend-claim.ts";
import type { HostPortWish } from "./host-ports.ts";
import type { PublishingInput, Wish } from "./publishing.ts";
import { objectId } from "./sink.ts";

/** What is left of wishes. */
export interface Settled {
  readonly wishes: readonly Wish[];
  /** Whether an address and port, by its key, is claimed once and is no endpoint. */
  readonly isFree: (key: string) => boolean;
}

/**
 * `wishes` without what cannot be decided: an address and port that two services or a service and a host port
 * claim, or that an endpoint of a service has. Adds a claim to `open` for each.
 */
export function settle(
  wishes: readonly Wish[],
  input: PublishingInput,
  hostPorts: readonly HostPortWish[],
  open: OpenEntrance[],
): Settled {
  const { services, population, targets } = input;
  const { nodes } = population;
  const claims = new Map<string, number>();
  const count = (key: string): void => {
    claims.set(key, (claims.get(key) ?? 0) + 1);
  };
  for (const { service } of services) {
    for (const port of service.ports) {
      for (const address of service.addresses) count(claimKey(port.protocol, address, port.port));
    }
  }
  for (const wish of wishes) for (const key of keysOf(wish, nodes)) count(key);
  for (const { keys } of hostPorts) for (const key of keys) count(key);
  const wanted = hostPorts.length > 0 || wishes.some((wish) => keysOf(wish, nodes).length > 0);
  const ends = wanted ? endpointKeys(input) : new Set<string>();
  const isFree = (key: string): boolean => claims.get(key) === 1 && !ends.has(key);
  const settled = wishes.map((wish): Wish => {
    const { service, resource } = wish.built;
    const refuse = (
      address: Address,
      port: ServicePort,
      number: number,
      addresses: AddressSet = addressSets.ofAddresses([address]),
    ): void => {
      const claim = {
        addresses,
        protocol: port.protocol,
        ports: portSets.of([[number, number]]),
      };
      const what = `port ${String(number)} of ${formatAddress(address)}, which ${objectId(resource.meta)} and something else claim`;
      const made = frontend(claim, `${what},`, port.origin, targets.behind(service));
      open.push({ of: wish.built, what, frontend: made });
    };
    const keep = (address: Address): boolean => {
      const bad = service.ports.filter((p) => !isFree(claimKey(p.protocol, address, p.port)));
      if (bad.length > 0) for (const p of service.ports) refuse(address, p, p.port);
      return bad.length === 0;
    };
    const addresses = nodes.flatMap(ownAddressesOf);
    return {
      ...wish,
      externals: wish.externals.filter(keep),
      balancers: wish.balancers.filter(keep),
      nodePorts: new Map(
        [...wish.nodePorts].filter(([port, number]) => {
          const bad = addresses.filter((a) => !isFree(claimKey(port.protocol, a, number)));
          if (bad.length > 0) {
            for (const address of addresses) refuse(address, port, number);
            const [first] = addresses;
            if (first !== undefined) refuse(first, port, number, nodePortAddresses(population));
          }
          return bad.length === 0;
        }),
      ),
    };
  });
  return { wishes: settled, isFree };
}

function keysOf(
  { built, nodePorts, externals, balancers }: Wish,
  nodes: readonly Node[],
): readonly string[] {
  const { ports } = built.service;
  const published = new Set([...externals, ...balancers]);
  return [
    ...[...published].flatMap((address) =>
      ports.map((port) => claimKey(port.protocol, address, port.port)),
    ),
    ...[...nodePorts].flatMap(([port, number]) =>
      nodes.flatMap((node) => ownAddressesOf(node).map((a) => claimKey(port.protocol, a, number))),
    ),
  ];
}

/** Where some service leads, ready or not. */
function endpointKeys({ services, pods }: PublishingInput): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { service } of services) {
    const { selector } = service;
    const isSelecting = selector !== undefined && selector.size > 0;
    const selected: readonly Pod[] = isSelecting
      ? pods.withLabels(service.namespace, selector)
      : [];
    for (const port of service.ports) {
      const { target, protocol } = port;
      for (const pod of selected) {
        const number = typeof target === "number" ? target : targetNamed(pod, target, protocol);
        if (number === undefined) continue;
        for (const address of pod.addresses) keys.add(claimKey(protocol, address, number));
      }
    }
    for (const slice of service.slices) {
      for (const { address } of slice.endpoints) {
        for (const { protocol, number } of slice.ports)
          keys.add(claimKey(protocol, address, number));
      }
    }
  }
  return keys;
}
