/**
 * The outside of a laboratory: it has every address that nobody inside has, routes to nodes, routes to pods
 * where the installation says so, and sends what services publish to a node that takes it.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import { addressWidthBits, FAMILIES, type Family } from "../../models/base/family.ts";
import {
  type Service,
  innerAddressesOf,
  knownAddressesOf,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import { formatAddress } from "../base/ip.ts";
import { hopAddress, host } from "./link-addresses.ts";
import { IP, L4, among, baseChain, blocksOf, table } from "./nft-text.ts";
import type { LabNode, LabPlan } from "./plan.ts";
import { type Program, ipBatch } from "./steps.ts";

/** A route: its type if it is not the usual, its target, and where it leads. */
export interface OutsideRoute {
  readonly target: string;
  readonly how: { readonly type: string; readonly rest: string };
}

/** The routes of the outside; of those with the same target the first counts and the others are left out. */
export function outsideRoutes(plan: LabPlan): readonly OutsideRoute[] {
  const { cluster, profile } = plan;
  const via = (place: LabNode, addresses: readonly Address[]): readonly OutsideRoute[] =>
    addresses.map((a) => {
      const rest = ` via ${hopAddress(a.family, place.number)} dev fab0 onlink`;
      return { target: host(a), how: { type: "", rest } };
    });
  const nowhere = (type: string, addresses: readonly Address[]): readonly OutsideRoute[] =>
    addresses.map((a) => ({ target: host(a), how: { type, rest: "" } }));
  const blocks = addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]);
  const all: readonly OutsideRoute[] = [
    // Sending fails at once where no route is; what is published there has to come as far as the filters.
    ...plan.nodes.slice(0, 1).flatMap((place) => via(place, lostUnlessPublished(plan))),
    ...plan.nodes.flatMap((place) => {
      const ofPods = place.pods.flatMap(({ pod }) => pod.addresses);
      const addresses = [...ofPods, ...innerAddressesOf(place.node)];
      return profile.outsideRoutesToPods
        ? via(place, addresses)
        : nowhere("unreachable ", addresses);
    }),
    ...plan.nodes.flatMap((place) => via(place, knownAddressesOf(place.node))),
    ...cluster.services.flatMap((service) => nowhere("unreachable ", service.addresses)),
    ...cluster.services.flatMap((s) => nowhere("blackhole ", s.balancer?.addresses ?? [])),
    ...FAMILIES.flatMap((family) =>
      blocksOf(blocks, family).map((block) => ({
        target: block.includes("/") ? block : `${block}/${String(addressWidthBits(family))}`,
        how: { type: "blackhole ", rest: "" },
      })),
    ),
    { target: "::/0", how: { type: "local ", rest: " dev lo table main" } },
  ];
  return [...new Map(all.toReversed().map((route) => [route.target, route])).values()];
}

/**
 * Ways to single nodes, which a mark chooses. IPv4 answers only from addresses of the table `local`, so that
 * table has them all, and is asked last.
 */
export function markedRoutes(plan: LabPlan): readonly Program[] {
  return FAMILIES.map((family) => {
    const lines = plan.nodes.flatMap(({ number }) => {
      const name = String(100 + number);
      const anywhere = family === "IPv4" ? "0.0.0.0/0" : "::/0";
      return [
        `rule add fwmark ${String(number)} table ${name} priority 50`,
        `route add ${anywhere} via ${hopAddress(family, number)} dev fab0 onlink table ${name}`,
      ];
    });
    const last = [
      "rule add lookup main priority 60",
      "rule add lookup local priority 100",
      "rule del lookup local priority 0",
      // Not before the routes above: the next hop of none of them may be an address of its own.
      "route add local 0.0.0.0/0 dev lo table local",
    ];
    const all = family === "IPv4" ? [...lines, ...last] : lines;
    return ipBatch(plan.outside.space, all, family === "IPv6");
  });
}

/** The rules of the outside: who is sent where, and whom the gateway does not know. */
export function outsideNft(plan: LabPlan): string {
  return FAMILIES.map((family) => familyTable(plan, family)).join("");
}

function familyTable(plan: LabPlan, family: Family): string {
  const steering = steeringLines(plan, family);
  const { cluster, profile } = plan;
  const pods = cluster.pods.filter((pod) => !pod.hostNetwork).flatMap((pod) => pod.addresses);
  const known = addressSets.union(
    addressSets.ofAddresses([...pods, ...cluster.nodes.flatMap(innerAddressesOf)]),
    addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]),
  );
  const lost = blocksOf(addressSets.ofAddresses(lostUnlessPublished(plan)), family);
  const rest = lost.length === 0 ? [] : [`${IP[family]} daddr ${among(lost)} meta mark 0 drop`];
  const unknown = blocksOf(known, family);
  const gateway =
    profile.outsideRoutesToPods || unknown.length === 0
      ? []
      : [`iifname "fab0" ct state new,invalid ${IP[family]} saddr ${among(unknown)} drop`];
  return table(IP[family], "outside", [
    baseChain("gateway", "filter", "prerouting", -160, gateway),
    baseChain("forwarded", "filter", "prerouting", -150, [...steering, ...rest]),
    baseChain("sent", "route", "output", -150, [...steering, ...rest]),
  ]);
}

/** Addresses at which something is published, and whatever else is sent there is lost. */
function lostUnlessPublished({ cluster, profile }: LabPlan): readonly Address[] {
  const published = cluster.services.flatMap((service) => [
    ...(service.externalAddresses ?? []),
    ...(service.balancer?.addresses ?? []),
  ]);
  const reached = addressSets.ofAddresses([
    ...cluster.nodes.flatMap(profile.outsideRoutesToPods ? ownAddressesOf : knownAddressesOf),
    ...(profile.outsideRoutesToPods ? cluster.pods.filter((pod) => !pod.hostNetwork) : []).flatMap(
      (pod) => pod.addresses,
    ),
  ]);
  const inside = addressSets.union(
    addressSets.ofAddresses([
      ...[...cluster.pods, ...cluster.services].flatMap((owner) => owner.addresses),
      ...cluster.nodes.flatMap(innerAddressesOf),
      ...cluster.services.flatMap((service) => service.balancer?.addresses ?? []),
    ]),
    addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]),
  );
  return published.filter(
    (a) => addressSets.contains(inside, a) && !addressSets.contains(reached, a),
  );
}

/** One line for each published address and port: it takes one of the nodes that serve it. */
function steeringLines(plan: LabPlan, family: Family): readonly string[] {
  const ip = IP[family];
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const service of plan.cluster.services) {
    for (const port of service.ports) {
      const add = (addresses: readonly Address[] | undefined, kind: Kind): void => {
        for (const address of addresses ?? []) {
          const called = `${ip} daddr ${formatAddress(address)} ${L4[port.protocol]} dport ${String(port.port)}`;
          if (address.family !== family || seen.has(called)) continue;
          seen.add(called);
          if (kind === "cluster") continue;
          const numbers = entries(plan, service, address, kind).map((place) => place.number);
          lines.push(`${called} meta mark 0 meta mark set ${oneOf(numbers)}`);
        }
      };
      add(service.addresses, "cluster");
      add(service.externalAddresses, "external");
      add(service.balancer?.addresses, "balancer");
    }
  }
  return lines;
}

type Kind = "cluster" | "external" | "balancer";

function oneOf(numbers: readonly number[]): string {
  if (numbers.length === 1) return String(numbers[0]);
  const entriesText = numbers.map((n, i) => `${String(i)} : ${String(n)}`).join(", ");
  return `numgen random mod ${String(numbers.length)} map { ${entriesText} }`;
}

/** The nodes that may get it: the one that has the address; of a balancer with policy Local the healthy. */
function entries(
  plan: LabPlan,
  service: Service,
  address: Address,
  kind: Kind,
): readonly LabNode[] {
  const owner = plan.nodes.find(({ node }) =>
    addressSets.contains(addressSets.ofAddresses(ownAddressesOf(node)), address),
  );
  if (owner !== undefined) return [owner];
  if (kind !== "balancer" || service.externalTrafficPolicy !== "Local") return plan.nodes;
  const healthy = plan.nodes.filter(({ node }) =>
    service.ports.some(
      (port) => endpoints(plan.cluster, service, port, address.family, node.name).length > 0,
    ),
  );
  return healthy.length > 0 ? healthy : plan.nodes;
}
