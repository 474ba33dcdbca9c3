/**
 * What the portmap plugin loads on nodes: ports of the node lead to pods there. In the layout of nftables it is a
 * table of its own for each family, in that of iptables chains of the table nat behind kube-proxy's.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/README.md (S1.10)
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (S1.10)
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_nftables.go (S1.10)
 * @source https://github.com/containernetworking/plugins/pull/1210 (in the layout of nftables only what is local to the node is led on, too)
 */
import type { Address } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import { addressSets } from "../../models/base/address.ts";
import type { HostPort } from "../../models/kubernetes/cluster.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import { host } from "./link-addresses.ts";
import { IP, L4, baseChain, chain, table } from "./nft-text.ts";
import type { Ablation, LabNode, LabPlan } from "./plan.ts";

/** A pod that has ports of its node, in one family. */
interface Mapping {
  /** Unique on the node, fit for the name of a chain. */
  readonly id: string;
  readonly address: Address;
  /** The network from which the plugin takes packets for the pod's own. */
  readonly network: string;
  readonly ports: readonly HostPort[];
}

/** The pods of `place` with ports of it. A port that is stated with an address is made for its family only. */
function mappingsOf(plan: LabPlan, place: LabNode, family: Family): readonly Mapping[] {
  if (plan.profile.hostPorts === "none") return [];
  return place.pods.flatMap(({ pod, device }): readonly Mapping[] => {
    const address = pod.addresses.find((own) => own.family === family);
    const ports = (pod.hostPorts ?? []).filter(
      (port) => (port.family ?? family) === family && (port.address?.family ?? family) === family,
    );
    if (address === undefined || ports.length === 0) return [];
    return [{ id: device, address, network: networkOf(place, address), ports }];
  });
}

/** Behind a bridge a pod's address has the length of the node's block, else it is alone. */
function networkOf({ node, bridgeMac }: LabNode, address: Address): string {
  const block = node.podCidrs.find((own) =>
    addressSets.contains(addressSets.ofPrefixes([own]), address),
  );
  return bridgeMac === undefined || block === undefined ? host(address) : formatPrefix(block);
}

/** The plugin's table on `place`; empty where no pod asks for a port. */
export function hostPortsNft(
  plan: LabPlan,
  place: LabNode,
  family: Family,
  without: Ablation,
): string {
  const mappings = mappingsOf(plan, place, family);
  if (mappings.length === 0) return "";
  const ip = IP[family];
  const led = ({ address, ports }: Mapping, isStated: boolean): readonly string[] =>
    ports
      .filter((port) => (port.address !== undefined) === isStated)
      .map((port) => {
        const at = port.address === undefined ? "" : `${ip} daddr ${formatAddress(port.address)} `;
        return `${at}${L4[port.protocol]} dport ${String(port.number)} dnat to ${target(address, port)}`;
      });
  const toPods = ["fib daddr type local jump hostports"];
  return table(ip, "cni_hostport", [
    chain("hostports", [
      ...mappings.flatMap((mapping) => led(mapping, true)),
      ...mappings.flatMap((mapping) => led(mapping, false)),
    ]),
    baseChain("prerouting", "nat", "prerouting", -100, toPods),
    baseChain("output", "nat", "output", -100, toPods),
    baseChain(
      "masquerading",
      "nat",
      "postrouting",
      100,
      without.masquerade === false
        ? []
        : mappings.flatMap(({ address }) => {
            const own = formatAddress(address);
            const sources = family === "IPv4" ? [own, "127.0.0.1"] : [own];
            return sources.map((source) => `${ip} saddr ${source} ${ip} daddr ${own} masquerade`);
          }),
    ),
  ]);
}

function target(address: Address, { target: port }: HostPort): string {
  const text = formatAddress(address);
  return `${address.family === "IPv6" ? `[${text}]` : text}:${String(port)}`;
}

const MARK = "0x2000/0x2000";

/** The plugin's rules on `place` for the table nat, without kube-proxy's; empty where no pod asks for a port. */
export function hostPortsIptables(
  plan: LabPlan,
  place: LabNode,
  family: Family,
  without: Ablation,
): readonly string[] {
  const mappings = mappingsOf(plan, place, family);
  if (mappings.length === 0) return [];
  return [
    ...["PREROUTING", "OUTPUT"].map(
      (at) => `-A ${at} -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT`,
    ),
    // Comes before whatever else masquerades.
    "-I POSTROUTING -j CNI-HOSTPORT-MASQ",
    `-A CNI-HOSTPORT-SETMARK -j MARK --set-xmark ${MARK}`,
    ...(without.masquerade === false
      ? []
      : [`-A CNI-HOSTPORT-MASQ -m mark --mark ${MARK} -j MASQUERADE`]),
    ...mappings.flatMap((mapping) => podLines(mapping, family)),
  ];
}

function podLines({ id, address, network, ports }: Mapping, family: Family): readonly string[] {
  const own = `CNI-DN-${id}`;
  return ports.flatMap((port) => {
    const l4 = L4[port.protocol];
    const called = `-p ${l4} -m ${l4} --dport ${String(port.number)}`;
    const at = port.address === undefined ? called : `${called} -d ${host(port.address)}`;
    const sources = family === "IPv4" ? [network, "127.0.0.1/32"] : [network];
    return [
      `-A CNI-HOSTPORT-DNAT ${called} -j ${own}`,
      ...sources.map((source) => `-A ${own} ${at} -s ${source} -j CNI-HOSTPORT-SETMARK`),
      `-A ${own} ${at} -j DNAT --to-destination ${target(address, port)}`,
    ];
  });
}
