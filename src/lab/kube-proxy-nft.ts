/**
 * The rules that kube-proxy writes in its nftables mode: a table of its own for each family, verdict maps
 * from frontends to chains, and filters for what must not go on.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (layout of the table)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/proxier.go (S4.1 to S4.26)
 */
import { addressSets } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Endpoint } from "../../models/kubernetes/service.ts";
import { formatAddress } from "../base/ip.ts";
import {
  IP,
  L4,
  addressSet,
  among,
  baseChain,
  blocksOf,
  chain,
  table,
  verdictMap,
} from "./nft-text.ts";
import type { Ablation, LabNode, LabPlan } from "./plan.ts";
import {
  type ProxyPort,
  nodePortAddresses,
  podBlocks,
  proxyPorts,
  servedSources,
} from "./proxy-ports.ts";

const MARK = "0x4000";

/** The table of `place` for `family`. */
export function kubeProxyNft(
  plan: LabPlan,
  { node }: LabNode,
  family: Family,
  without: Ablation,
): string {
  const ports = proxyPorts(plan, node, family);
  const writer: Writer = {
    plan,
    family,
    ip: IP[family],
    pods: podSet(plan, node, family),
    without,
  };
  const key = `${family === "IPv4" ? "ipv4_addr" : "ipv6_addr"} . inet_proto . inet_service`;
  const published = ports.flatMap((p) => frontends(p));
  const opened = ports.filter((p) => p.nodePort !== undefined);
  const clusterAddresses = plan.cluster.services
    .flatMap((service) => service.addresses)
    .filter((address) => address.family === family);
  return table(writer.ip, "kube-proxy", [
    addressSet("cluster-ips", family, clusterAddresses.map(formatAddress)),
    addressSet("nodeport-ips", family, nodePortAddresses(plan, node, family).map(formatAddress)),
    chain("mark-for-masquerade", [`meta mark set meta mark or ${MARK}`]),
    chain("reject-chain", ["reject"]),
    ...ports.flatMap((p) => portChains(writer, p)),
    verdictMap(
      "service-ips",
      key,
      published.flatMap(({ at, target }) =>
        target === undefined ? [] : [`${at} : goto ${target}`],
      ),
    ),
    verdictMap(
      "service-nodeports",
      "inet_proto . inet_service",
      opened.flatMap((p) =>
        isServedOutside(p) ? [`${nodePortKey(p)} : goto external-${p.id}`] : [],
      ),
    ),
    verdictMap(
      "no-endpoint-services",
      key,
      published.flatMap(({ at, refusal }) => (refusal === undefined ? [] : [`${at} : ${refusal}`])),
    ),
    verdictMap(
      "no-endpoint-nodeports",
      "inet_proto . inet_service",
      opened.flatMap((p) => {
        const refusal = outsideRefusal(p);
        return refusal === undefined ? [] : [`${nodePortKey(p)} : ${refusal}`];
      }),
    ),
    verdictMap(
      "firewall-ips",
      key,
      ports.flatMap((p) => firewalled(p)),
    ),
    ...hooks(writer, clusterAddresses.length > 0),
  ]);
}

interface Writer {
  readonly plan: LabPlan;
  readonly family: Family;
  readonly ip: "ip" | "ip6";
  /** The sources that are taken for pods; undefined: nobody asks. */
  readonly pods: readonly string[] | undefined;
  readonly without: Ablation;
}

function podSet(
  plan: LabPlan,
  node: LabNode["node"],
  family: Family,
): readonly string[] | undefined {
  const blocks = podBlocks(plan, node, family);
  return blocks === undefined || blocks.length === 0
    ? undefined
    : blocksOf(addressSets.ofPrefixes(blocks), family);
}

interface FrontendEntry {
  readonly at: string;
  /** The chain that serves it, where there is anybody to serve. */
  readonly target?: string | undefined;
  readonly refusal?: string | undefined;
}

function frontends(p: ProxyPort): readonly FrontendEntry[] {
  const key = (address: { family: Family; bits: bigint }): string =>
    `${formatAddress(address)} . ${L4[p.port.protocol]} . ${String(p.port.port)}`;
  const isLocal = p.service.internalTrafficPolicy === "Local";
  const inside: Omit<FrontendEntry, "at"> =
    p.all.length === 0
      ? { refusal: "goto reject-chain" }
      : isLocal && p.local.length === 0
        ? { refusal: "drop" }
        : { target: isLocal ? `local-${p.id}` : `service-${p.id}` };
  const outside: Omit<FrontendEntry, "at"> = {
    refusal: outsideRefusal(p),
    target: isServedOutside(p) ? `external-${p.id}` : undefined,
  };
  return [
    ...p.cluster.map((address) => ({ at: key(address), ...inside })),
    ...[...p.external, ...p.balancer].map((address) => ({ at: key(address), ...outside })),
  ];
}

function isServedOutside(p: ProxyPort): boolean {
  return p.all.length > 0;
}

function outsideRefusal(p: ProxyPort): string | undefined {
  if (p.all.length === 0) return "goto reject-chain";
  return p.service.externalTrafficPolicy === "Local" && p.local.length === 0 ? "drop" : undefined;
}

function nodePortKey(p: ProxyPort): string {
  return `${L4[p.port.protocol]} . ${String(p.nodePort)}`;
}

function firewalled(p: ProxyPort): readonly string[] {
  if (servedSources(p.service, p.family).length === 0) return [];
  return p.balancer.map(
    (address) =>
      `${formatAddress(address)} . ${L4[p.port.protocol]} . ${String(p.port.port)} : goto firewall-${p.id}`,
  );
}

/** The chains of one port: to its endpoints, to those on this node, from outside, and its firewall. */
function portChains(writer: Writer, p: ProxyPort): readonly string[] {
  const { ip } = writer;
  const served = servedSources(p.service, p.family);
  const endpointChains = uniqueEndpoints([...p.all, ...p.local]).map((endpoint) => {
    const address = formatAddress(endpoint.address);
    const place = p.family === "IPv6" ? `[${address}]` : address;
    return chain(endpointChain(p, endpoint), [
      ...(writer.without.hairpin === false
        ? []
        : [`${ip} saddr ${address} jump mark-for-masquerade`]),
      `meta l4proto ${L4[p.port.protocol]} dnat to ${place}:${String(endpoint.port)}`,
    ]);
  });
  const choose = (endpoints: readonly Endpoint[]): readonly string[] =>
    endpoints.length === 0
      ? []
      : [
          `numgen random mod ${String(endpoints.length)} vmap { ${endpoints
            .map((e, i) => `${String(i)} : goto ${endpointChain(p, e)}`)
            .join(", ")} }`,
        ];
  return [
    ...endpointChains,
    ...(p.all.length === 0
      ? []
      : [
          chain(`service-${p.id}`, [...clusterMarks(writer, p), ...choose(p.all)]),
          chain(`local-${p.id}`, [...clusterMarks(writer, p), ...choose(p.local)]),
          chain(`external-${p.id}`, outsideLines(writer, p, choose(p.local))),
        ]),
    ...(served.length === 0
      ? []
      : [
          chain(`firewall-${p.id}`, [
            `${ip} saddr != ${among(blocksOf(addressSets.ofPrefixes(served), p.family))} drop`,
          ]),
        ]),
  ];
}

/** Marks whom a cluster address serves without being sure that replies come back (S4.20 f and g). */
function clusterMarks({ plan, ip, pods }: Writer, p: ProxyPort): readonly string[] {
  const addresses = p.cluster.map(formatAddress);
  if (addresses.length === 0) return [];
  const called = `${ip} daddr ${among(addresses)}`;
  if (plan.profile.masqueradeAll) return [`${called} jump mark-for-masquerade`];
  if (pods === undefined) return [];
  return [`${called} ${ip} saddr != ${among(pods)} jump mark-for-masquerade`];
}

function outsideLines(
  { ip, pods }: Writer,
  p: ProxyPort,
  locals: readonly string[],
): readonly string[] {
  if (p.service.externalTrafficPolicy !== "Local") {
    return ["jump mark-for-masquerade", `goto service-${p.id}`];
  }
  return [
    // Pods, and the node itself, reach every endpoint (S3.32).
    ...(pods === undefined ? [] : [`${ip} saddr ${among(pods)} goto service-${p.id}`]),
    "fib saddr type local jump mark-for-masquerade",
    `fib saddr type local goto service-${p.id}`,
    ...locals,
  ];
}

function endpointChain(p: ProxyPort, { address, port }: Endpoint): string {
  const name = formatAddress(address).replaceAll(/[.:]/g, "_");
  return `endpoint-${p.id}-${name}-${String(port)}`;
}

function uniqueEndpoints(all: readonly Endpoint[]): readonly Endpoint[] {
  const key = (e: Endpoint): string => `${formatAddress(e.address)} ${String(e.port)}`;
  return [...new Map(all.map((e) => [key(e), e])).values()];
}

/** The hooks; those of filters come before and after translation, as the layout says. */
function hooks({ plan, ip, family, without }: Writer, hasAddresses: boolean): readonly string[] {
  const concat = `${ip} daddr . meta l4proto . th dport`;
  const blocks = plan.cluster.serviceCidrs.filter((block) => block.family === family);
  const services = [
    `${concat} vmap @service-ips`,
    `${ip} daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports`,
  ];
  const refusals = `ct state new ${concat} vmap @no-endpoint-services`;
  const nodePorts = `ct state new ${ip} daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports`;
  const clusterIps = [
    ...(hasAddresses ? [`ct state new ${ip} daddr @cluster-ips reject`] : []),
    ...(blocks.length === 0
      ? []
      : [
          `ct state new ${ip} daddr ${among(blocksOf(addressSets.ofPrefixes(blocks), family))} drop`,
        ]),
  ];
  const firewall = `ct state new ${concat} vmap @firewall-ips`;
  return [
    baseChain("filter-prerouting-pre-dnat", "filter", "prerouting", -110, [firewall]),
    baseChain("filter-output-pre-dnat", "filter", "output", -110, [firewall]),
    baseChain("nat-prerouting", "nat", "prerouting", -100, services),
    baseChain("nat-output", "nat", "output", -100, services),
    baseChain("filter-input", "filter", "input", 0, [nodePorts, refusals]),
    baseChain("filter-forward", "filter", "forward", 0, [refusals, ...clusterIps]),
    baseChain("filter-output", "filter", "output", 0, [refusals, nodePorts, ...clusterIps]),
    baseChain(
      "nat-postrouting",
      "nat",
      "postrouting",
      100,
      without.masquerade === false
        ? []
        : [
            `meta mark and ${MARK} == 0 return`,
            `meta mark set meta mark xor ${MARK}`,
            "masquerade fully-random",
          ],
    ),
  ];
}
