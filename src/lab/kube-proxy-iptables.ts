/**
 * The rules that kube-proxy writes in its iptables mode: chains of the tables nat and filter, in the format
 * of iptables-restore.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (S4.1 to S4.26)
 */
import type { Address } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Endpoint } from "../../models/kubernetes/service.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import { host } from "./link-addresses.ts";
import { L4 } from "./nft-text.ts";
import type { Ablation, LabNode, LabPlan } from "./plan.ts";
import {
  type NodePortPlaces,
  type ProxyPort,
  nodePortPlaces,
  podBlocks,
  proxyPorts,
  servedSources,
} from "./proxy-ports.ts";

const MARK = "0x4000";

/** The input of `iptables-restore`, or `ip6tables-restore`, for `place`; `behind` are further rules for nat. */
export function kubeProxyIptables(
  plan: LabPlan,
  { node }: LabNode,
  family: Family,
  without: Ablation,
  behind: readonly string[],
): string {
  const ports = proxyPorts(plan, node, family);
  const blocks = podBlocks(plan, node, family);
  const writer: Writer = {
    masqueradeAll: plan.profile.masqueradeAll,
    pods: blocks?.map((block) => formatPrefix(block)) ?? [],
    places: nodePortPlaces(plan, node, family),
    without,
  };
  return [
    ...tableText("nat", [...natLines(writer, ports), ...behind]),
    ...tableText("filter", filterLines(writer, ports)),
    "",
  ].join("\n");
}

interface Writer {
  readonly masqueradeAll: boolean;
  /** The blocks that are taken for pods; empty: nobody asks. */
  readonly pods: readonly string[];
  readonly places: NodePortPlaces;
  readonly without: Ablation;
}

const BUILT_IN: Readonly<Record<"nat" | "filter", readonly string[]>> = {
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
};

/** A table: every chain that a rule is appended to or jumps to is declared first. */
function tableText(name: "nat" | "filter", rules: readonly string[]): readonly string[] {
  const used = rules.flatMap((rule) =>
    [...rule.matchAll(/(?:^-A|-j) ((?:KUBE|CNI)-\S+)/g)].map((m) => m[1] ?? ""),
  );
  return [
    `*${name}`,
    ...BUILT_IN[name].map((built) => `:${built} ACCEPT [0:0]`),
    ...[...new Set(used)].map((own) => `:${own} - [0:0]`),
    ...rules,
    "COMMIT",
  ];
}

function natLines(writer: Writer, ports: readonly ProxyPort[]): readonly string[] {
  return [
    "-A PREROUTING -j KUBE-SERVICES",
    "-A OUTPUT -j KUBE-SERVICES",
    "-A POSTROUTING -j KUBE-POSTROUTING",
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${MARK}`,
    ...(writer.without.masquerade === false
      ? []
      : [
          `-A KUBE-POSTROUTING -m mark ! --mark ${MARK}/${MARK} -j RETURN`,
          `-A KUBE-POSTROUTING -j MARK --xor-mark ${MARK}`,
          "-A KUBE-POSTROUTING -j MASQUERADE --random-fully",
        ]),
    ...ports.filter((p) => p.all.length > 0).flatMap((p) => portLines(writer, p)),
    ...nodePortJumps(writer.places),
  ];
}

/** The last rules: what is addressed to the node itself may be for a node port. */
function nodePortJumps(places: NodePortPlaces): readonly string[] {
  switch (places.kind) {
    case "local": {
      const but = places.loopback
        ? ""
        : ` ! -d ${places.family === "IPv4" ? "127.0.0.0/8" : "::1/128"}`;
      return [`-A KUBE-SERVICES${but} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`];
    }
    case "addresses":
      return places.addresses.map((a) => `-A KUBE-SERVICES -d ${host(a)} -j KUBE-NODEPORTS`);
  }
}

/** The rules of one port that has endpoints: who is led where, and to whom. */
function portLines(writer: Writer, p: ProxyPort): readonly string[] {
  const isInternal = p.service.internalTrafficPolicy === "Local";
  const inside = isInternal ? `KUBE-SVL-${p.id}` : `KUBE-SVC-${p.id}`;
  const outside = `KUBE-EXT-${p.id}`;
  const served = servedSources(p.service, p.family).map((block) => formatPrefix(block));
  const firewall = served.length > 0 && p.balancer.length > 0 ? `KUBE-FW-${p.id}` : undefined;
  const capture = (addresses: readonly Address[], to: string): readonly string[] =>
    addresses.map((a) => `-A KUBE-SERVICES ${called(p, a)} -j ${to}`);
  return [
    ...(isInternal && p.local.length === 0 ? [] : capture(p.cluster, inside)),
    ...capture(p.external, outside),
    ...capture(p.balancer, firewall ?? outside),
    ...(p.nodePort === undefined
      ? []
      : [`-A KUBE-NODEPORTS ${dport(p, p.nodePort)} -j ${outside}`]),
    ...(firewall === undefined ? [] : served.map((s) => `-A ${firewall} -s ${s} -j ${outside}`)),
    ...outsideLines(writer, p, outside),
    ...clusterMarks(writer, p, inside),
    ...choices(`KUBE-SVC-${p.id}`, p, p.all),
    ...choices(`KUBE-SVL-${p.id}`, p, p.local),
    ...endpointLines(writer, p),
  ];
}

function dport(p: ProxyPort, number: number): string {
  const l4 = L4[p.port.protocol];
  return `-p ${l4} -m ${l4} --dport ${String(number)}`;
}

function called(p: ProxyPort, address: Address): string {
  return `-d ${host(address)} ${dport(p, p.port.port)}`;
}

/** Marks whom a cluster address serves without being sure that replies come back (S4.20 f and g). */
function clusterMarks(
  { masqueradeAll, pods }: Writer,
  p: ProxyPort,
  chain: string,
): readonly string[] {
  if (!masqueradeAll && pods.length === 0) return [];
  return p.cluster.flatMap((address) => {
    if (masqueradeAll) return [`-A ${chain} ${called(p, address)} -j KUBE-MARK-MASQ`];
    // Several blocks are told apart by a chain that returns for each.
    const [only, ...more] = pods;
    if (more.length === 0)
      return [`-A ${chain} ${called(p, address)} ! -s ${String(only)} -j KUBE-MARK-MASQ`];
    return [
      `-A ${chain} ${called(p, address)} -j KUBE-NOTPOD-${p.id}`,
      ...pods.map((block) => `-A KUBE-NOTPOD-${p.id} -s ${block} -j RETURN`),
      `-A KUBE-NOTPOD-${p.id} -j KUBE-MARK-MASQ`,
    ];
  });
}

function outsideLines({ pods }: Writer, p: ProxyPort, chain: string): readonly string[] {
  if (p.service.externalTrafficPolicy !== "Local") {
    return [`-A ${chain} -j KUBE-MARK-MASQ`, `-A ${chain} -j KUBE-SVC-${p.id}`];
  }
  return [
    // Pods, and the node itself, reach every endpoint (S3.32).
    ...pods.map((block) => `-A ${chain} -s ${block} -j KUBE-SVC-${p.id}`),
    `-A ${chain} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
    `-A ${chain} -m addrtype --src-type LOCAL -j KUBE-SVC-${p.id}`,
    ...(p.local.length === 0 ? [] : [`-A ${chain} -j KUBE-SVL-${p.id}`]),
  ];
}

/** Each of `endpoints` with the same chance. */
function choices(chain: string, p: ProxyPort, endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.map((endpoint, i) => {
    const left = endpoints.length - i;
    const chance =
      left === 1 ? "" : ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}`;
    return `-A ${chain}${chance} -j ${endpointChain(p, endpoint)}`;
  });
}

function endpointLines({ without }: Writer, p: ProxyPort): readonly string[] {
  const unique = new Map([...p.all, ...p.local].map((e) => [endpointChain(p, e), e]));
  return [...unique].flatMap(([chain, { address, port }]) => {
    const text = formatAddress(address);
    const place = p.family === "IPv6" ? `[${text}]` : text;
    const l4 = L4[p.port.protocol];
    return [
      ...(without.hairpin === false ? [] : [`-A ${chain} -s ${host(address)} -j KUBE-MARK-MASQ`]),
      `-A ${chain} -p ${l4} -m ${l4} -j DNAT --to-destination ${place}:${String(port)}`,
    ];
  });
}

/** Unique, and no longer than the names of chains may be. */
function endpointChain(p: ProxyPort, { address, port }: Endpoint): string {
  const all = [...p.all, ...p.local];
  const position = all.findIndex(
    (e) =>
      e.port === port && e.address.bits === address.bits && e.address.family === address.family,
  );
  return `KUBE-SEP-${p.id}-${String(position)}`;
}

const NEW = "-m conntrack --ctstate NEW";

function filterLines({ places }: Writer, ports: readonly ProxyPort[]): readonly string[] {
  return [
    ...["INPUT", "FORWARD", "OUTPUT"].map((at) => `-A ${at} ${NEW} -j KUBE-PROXY-FIREWALL`),
    `-A INPUT ${NEW} -j KUBE-EXTERNAL-SERVICES`,
    "-A FORWARD -j KUBE-FORWARD",
    `-A FORWARD ${NEW} -j KUBE-SERVICES`,
    `-A FORWARD ${NEW} -j KUBE-EXTERNAL-SERVICES`,
    `-A OUTPUT ${NEW} -j KUBE-SERVICES`,
    "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
    `-A KUBE-FORWARD -m mark --mark ${MARK}/${MARK} -j ACCEPT`,
    "-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    ...ports.flatMap((p) => [...firewallLines(p), ...refusals(p, places)]),
  ];
}

/** What the load balancer's chain has let fall through; there is such a chain only with endpoints. */
function firewallLines(p: ProxyPort): readonly string[] {
  if (p.all.length === 0 || servedSources(p.service, p.family).length === 0) return [];
  return p.balancer.map((a) => `-A KUBE-PROXY-FIREWALL ${called(p, a)} -j DROP`);
}

function refusals(p: ProxyPort, places: NodePortPlaces): readonly string[] {
  const { internalTrafficPolicy, externalTrafficPolicy } = p.service;
  const targetOf = (policy: typeof internalTrafficPolicy): string | undefined => {
    if (p.all.length === 0) return "REJECT";
    return policy === "Local" && p.local.length === 0 ? "DROP" : undefined;
  };
  const inside = targetOf(internalTrafficPolicy);
  const outside = targetOf(externalTrafficPolicy);
  const at =
    places.kind === "local"
      ? ["-m addrtype --dst-type LOCAL"]
      : places.addresses.map((a) => `-d ${host(a)}`);
  const { nodePort } = p;
  return [
    ...(inside === undefined
      ? []
      : p.cluster.map((a) => `-A KUBE-SERVICES ${called(p, a)} -j ${inside}`)),
    ...(outside === undefined
      ? []
      : [
          ...[...p.external, ...p.balancer].map(
            (a) => `-A KUBE-EXTERNAL-SERVICES ${called(p, a)} -j ${outside}`,
          ),
          ...(nodePort === undefined
            ? []
            : at.map(
                (where) => `-A KUBE-EXTERNAL-SERVICES ${where} ${dport(p, nodePort)} -j ${outside}`,
              )),
        ]),
  ];
}
