/**
 * Devices, addresses, routes and neighbours of a laboratory. Nodes and the outside are on one wire, a
 * bridge outside; every pod is joined to its node by a veth pair and a route. All neighbours are stated, so
 * that nothing is asked for on the wire and delivery is at once.
 */
import { type Node, innerAddressesOf, knownAddressesOf } from "../../models/kubernetes/cluster.ts";
import type { Address } from "../../models/base/address.ts";
import { FAMILIES } from "../../models/base/family.ts";
import { formatAddress } from "../base/ip.ts";
import { GATEWAY, OUTSIDE_NUMBER, hopAddress, host, nodad } from "./link-addresses.ts";
import { outsideRoutes } from "./outside.ts";
import { BRIDGE, type LabNode, type LabPlan, type LabPod, TUNNEL, tunnelFamily } from "./plan.ts";
import { type Program, type Settings, type Step, ipBatch } from "./steps.ts";

/** The device of the outside that leads to the node with `number`. */
function wire(number: number): string {
  return `e${String(number)}`;
}

/**
 * Every veth pair, made between namespaces at once. Devices that may become ports of a bridge have numbers
 * that their peers do not have: else the kernel takes up to a second to notice that they are up.
 */
export function pairs(plan: LabPlan): Program {
  const { outside } = plan;
  const lines = plan.nodes.flatMap(({ space, mac, number, pods }) => [
    `link add name ${wire(number)} index ${String(1000 + number)} address 0a:58:00:04:00:${hex(number)} netns ${outside.space} type veth peer name eth0 address ${mac} netns ${space}`,
    ...pods.map(
      (pod) =>
        `link add name ${pod.device} index 2${pod.device.slice(1).padStart(5, "0")} address ${pod.hostMac} netns ${space} type veth peer name eth0 address ${pod.mac} netns ${pod.space}`,
    ),
  ]);
  return ipBatch(undefined, lines);
}

function hex(number: number): string {
  return number.toString(16).padStart(2, "0");
}

/** What is set up inside each namespace once the devices are there. */
export function insides(plan: LabPlan): readonly Step[] {
  return [
    ...plan.nodes.flatMap((node) => [
      ipBatch(node.space, nodeLines(plan, node)),
      ...node.pods.map((pod) => ipBatch(pod.space, podLines(node, pod))),
    ]),
    ipBatch(plan.outside.space, outsideLines(plan)),
  ];
}

/** Brings `device` up without an address that the kernel makes up. */
function up(device: string): readonly string[] {
  return [`link set dev ${device} addrgenmode none`, `link set dev ${device} up`];
}

function neighbour(address: string, mac: string, device: string): string {
  return `neigh replace ${address} lladdr ${mac} dev ${device} nud permanent`;
}

function nodeLines(plan: LabPlan, place: LabNode): readonly string[] {
  const { node, number } = place;
  const others = plan.nodes.filter((other) => other !== place);
  return [
    "link set dev lo up",
    ...up("eth0"),
    ...node.addresses.map((a) => `addr add ${host(a)} dev eth0${nodad(a.family)}`),
    // Never put in place of a sender's: those of IPv4 come second, those of IPv6 are deprecated.
    ...(node.further ?? []).map(
      (a) => `addr add ${host(a)} dev eth0${a.family === "IPv6" ? " nodad preferred_lft 0" : ""}`,
    ),
    `addr add ${hopAddress("IPv6", number)}/64 dev eth0 nodad`,
    ...FAMILIES.flatMap((family) => [
      ...others.map((o) => neighbour(hopAddress(family, o.number), o.mac, "eth0")),
      neighbour(hopAddress(family, OUTSIDE_NUMBER), plan.outside.mac, "eth0"),
      `route add ${ANYWHERE[family]} via ${hopAddress(family, OUTSIDE_NUMBER)} dev eth0 onlink`,
    ]),
    ...tunnelLines(plan, place, others),
    ...others.flatMap((other) => [
      ...knownAddressesOf(other.node).map((a) => towards(a, other, "eth0")),
      ...[...innerAddressesOf(other.node), ...other.pods.flatMap(({ pod }) => pod.addresses)].map(
        (a) => towards(a, other, plan.profile.overlay === "vxlan" ? TUNNEL : "eth0"),
      ),
    ]),
    ...(place.bridgeMac === undefined
      ? place.pods.flatMap((pod) => toPod(pod))
      : bridgeLines(place, place.bridgeMac)),
  ];
}

function towards(address: Address, { number }: LabNode, device: string): string {
  return `route add ${host(address)} via ${hopAddress(address.family, number)} dev ${device} onlink`;
}

/** Of IPv6 deprecated, so that what leaves by another device does not get it; see `sourceSettings`. */
function innerAddress(address: Address, device: string): string {
  const six = address.family === "IPv6" ? " nodad preferred_lft 0" : "";
  return `addr add ${host(address)} dev ${device}${six}`;
}

/** The end of the tunnels, as flannel sets it up: every peer and its neighbour are stated. */
function tunnelLines(
  plan: LabPlan,
  { node, tunnelMac }: LabNode,
  others: readonly LabNode[],
): readonly string[] {
  const outer = outerAddress(plan, node);
  if (tunnelMac === undefined || outer === undefined) return [];
  const peers = others.filter((other) => other.tunnelMac !== undefined);
  return [
    `link add name ${TUNNEL} address ${tunnelMac} type vxlan id 1 local ${formatAddress(outer)} dev eth0 dstport 8472 nolearning`,
    ...up(TUNNEL),
    ...(node.tunnel ?? []).map((a) => innerAddress(a, TUNNEL)),
    ...peers.flatMap((peer) =>
      plan.families.map((f) => neighbour(hopAddress(f, peer.number), peer.tunnelMac ?? "", TUNNEL)),
    ),
  ];
}

/**
 * The address by which other nodes find the end of the tunnels of `node`. Where the nodes have no family in common,
 * nothing goes through tunnels: see `obstacle`.
 */
function outerAddress({ cluster }: LabPlan, node: Node): Address | undefined {
  const family = tunnelFamily(cluster.nodes);
  return node.addresses.find((address) => address.family === family) ?? node.addresses[0];
}

/** A bridge with the pods as its ports, which may send back where a packet came from. */
function bridgeLines({ node, pods }: LabNode, mac: string): readonly string[] {
  return [
    `link add name ${BRIDGE} address ${mac} type bridge stp_state 0 mcast_snooping 0`,
    ...up(BRIDGE),
    `addr add ${GATEWAY.IPv6}/64 dev ${BRIDGE} nodad`,
    ...(node.bridge ?? []).map((a) => innerAddress(a, BRIDGE)),
    ...pods.flatMap(({ pod, device, mac: podMac }) => [
      `link set dev ${device} master ${BRIDGE}`,
      ...up(device),
      `link set dev ${device} type bridge_slave hairpin on`,
      ...pod.addresses.flatMap((a) => [
        `route add ${host(a)} dev ${BRIDGE}`,
        neighbour(formatAddress(a), podMac, BRIDGE),
      ]),
    ]),
  ];
}

/**
 * On devices with addresses of their own only those are put in place of senders'. IPv6 would look at all
 * addresses and take that which is most like the destination.
 *
 * @source https://docs.kernel.org/networking/ip-sysctl.html (use_oif_addrs_only)
 */
export function sourceSettings(plan: LabPlan): readonly Settings[] {
  return plan.nodes.map(({ node, space }): Settings => {
    const has = (addresses: readonly Address[] | undefined): boolean =>
      addresses?.some((a) => a.family === "IPv6") === true;
    return {
      in: space,
      sysctl: {
        ...(has(node.bridge) ? { [`net/ipv6/conf/${BRIDGE}/use_oif_addrs_only`]: 1 } : {}),
        ...(has(node.tunnel) ? { [`net/ipv6/conf/${TUNNEL}/use_oif_addrs_only`]: 1 } : {}),
      },
      optional: [],
    };
  });
}

/** The stated forwarding tables of bridges and tunnels, so that no frame is flooded. */
export function nodeTables(plan: LabPlan): readonly Program[] {
  return plan.nodes.flatMap((place): readonly Program[] => {
    const ports = place.bridgeMac === undefined ? [] : place.pods;
    const isJoined =
      place.tunnelMac !== undefined && tunnelFamily(plan.cluster.nodes) !== undefined;
    const peers = isJoined ? plan.nodes.filter((o) => o !== place) : [];
    const lines = [
      ...ports.map(({ mac, device }) => `fdb replace ${mac} dev ${device} master static`),
      ...peers.flatMap(({ tunnelMac, node }) => {
        const outer = outerAddress(plan, node);
        return tunnelMac === undefined || outer === undefined
          ? []
          : [`fdb append ${tunnelMac} dev ${TUNNEL} dst ${formatAddress(outer)}`];
      }),
    ];
    return lines.length === 0 ? [] : [bridgeBatch(place.space, lines)];
  });
}

function bridgeBatch(space: string, lines: readonly string[]): Program {
  return { in: space, argv: ["bridge", "-batch", "-"], input: `${lines.join("\n")}\n` };
}

/** How everything is written as a prefix. */
const ANYWHERE = { IPv4: "0.0.0.0/0", IPv6: "::/0" } as const;

function toPod({ pod, device, mac }: LabPod): readonly string[] {
  return [
    ...up(device),
    `addr add ${GATEWAY.IPv6}/64 dev ${device} nodad`,
    ...pod.addresses.flatMap((a) => [
      `route add ${host(a)} dev ${device}`,
      neighbour(formatAddress(a), mac, device),
    ]),
  ];
}

function podLines({ bridgeMac, pods }: LabNode, own: LabPod): readonly string[] {
  const { pod, hostMac } = own;
  // On a bridge pods of the same node find each other without the node's help.
  const near = bridgeMac === undefined ? [] : pods.filter((other) => other !== own);
  return [
    "link set dev lo up",
    ...up("eth0"),
    "addr add fe80::2/64 dev eth0 nodad",
    ...pod.addresses.flatMap((a) => [
      `addr add ${host(a)} dev eth0${nodad(a.family)}`,
      neighbour(GATEWAY[a.family], bridgeMac ?? hostMac, "eth0"),
      `route add ${ANYWHERE[a.family]} via ${GATEWAY[a.family]} dev eth0 onlink`,
    ]),
    ...near.flatMap(({ pod: other, mac }) =>
      other.addresses
        .filter(({ family }) => pod.addresses.some((a) => a.family === family))
        .flatMap((a) => [
          `route add ${host(a)} dev eth0`,
          neighbour(formatAddress(a), mac, "eth0"),
        ]),
    ),
  ];
}

function outsideLines(plan: LabPlan): readonly string[] {
  const { outside } = plan;
  return [
    "link set dev lo up",
    `link add name fab0 address ${outside.mac} type bridge stp_state 0 mcast_snooping 0`,
    ...up("fab0"),
    `addr add ${hopAddress("IPv6", OUTSIDE_NUMBER)}/64 dev fab0 nodad`,
    ...plan.nodes.flatMap(({ number, mac }) => [
      `link set dev ${wire(number)} master fab0`,
      ...up(wire(number)),
      ...FAMILIES.map((family) => neighbour(hopAddress(family, number), mac, "fab0")),
    ]),
    ...outsideRoutes(plan).map(({ target, how }) => `route add ${how.type}${target}${how.rest}`),
  ];
}

/** The stated forwarding table of the wire, so that no frame is flooded. */
export function wireTable(plan: LabPlan): Program {
  const lines = plan.nodes.map(
    ({ number, mac }) => `fdb replace ${mac} dev ${wire(number)} master static`,
  );
  return bridgeBatch(plan.outside.space, lines);
}
