/**
 * Addresses and ports that more than one wants.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import {
  type Node,
  type Pod,
  type ServicePort,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { targetNamed } from "../../models/kubernetes/named-port.ts";
import { formatAddress } from "../base/ip.ts";
import { nodePortAddresses } from "./entrances.ts";
import { frontend, type OpenEntrance } from "./frontend-claim.ts";
import type { PublishingInput, Wish } from "./publishing.ts";
import { objectId } from "./sink.ts";

/**
 * `wishes` without what cannot be decided: an address and port that two services claim, or that an endpoint
 * of a service has. Adds a claim to `open` for each.
 */
export function settle(
  wishes: readonly Wish[],
  input: PublishingInput,
  open: OpenEntrance[],
): readonly Wish[] {
  const { services, population, targets } = input;
  const { nodes } = population;
  const claims = new Map<string, number>();
  const count = (key: string): void => {
    claims.set(key, (claims.get(key) ?? 0) + 1);
  };
  for (const { service } of services) {
    for (const port of service.ports) {
      for (const address of service.addresses) count(keyOf(port.protocol, address, port.port));
    }
  }
  for (const wish of wishes) for (const key of keysOf(wish, nodes)) count(key);
  const wanted = wishes.some((wish) => keysOf(wish, nodes).length > 0);
  const ends = wanted ? endpointKeys(input) : new Set<string>();
  const isFree = (key: string): boolean => claims.get(key) === 1 && !ends.has(key);
  return wishes.map((wish): Wish => {
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
      const bad = service.ports.filter((p) => !isFree(keyOf(p.protocol, address, p.port)));
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
          const bad = addresses.filter((a) => !isFree(keyOf(port.protocol, a, number)));
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
}

function keyOf(protocol: Protocol, address: Address, port: number): string {
  return `${protocol} ${address.family} ${String(address.bits)} ${String(port)}`;
}

function keysOf(
  { built, nodePorts, externals, balancers }: Wish,
  nodes: readonly Node[],
): readonly string[] {
  const { ports } = built.service;
  const published = new Set([...externals, ...balancers]);
  return [
    ...[...published].flatMap((address) =>
      ports.map((port) => keyOf(port.protocol, address, port.port)),
    ),
    ...[...nodePorts].flatMap(([port, number]) =>
      nodes.flatMap((node) => ownAddressesOf(node).map((a) => keyOf(port.protocol, a, number))),
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
        for (const address of pod.addresses) keys.add(keyOf(protocol, address, number));
      }
    }
    for (const slice of service.slices) {
      for (const { address } of slice.endpoints) {
        for (const { protocol, number } of slice.ports) keys.add(keyOf(protocol, address, number));
      }
    }
  }
  return keys;
}
