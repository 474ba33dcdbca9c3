/**
 * Network policies as filters of a node: what a pod sends is judged after services have translated it,
 * what a pod receives on its way out of the node.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/ (v1.34; S6.1 to S6.41)
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import { type Family, FAMILIES } from "../../models/base/family.ts";
import { type Cluster, type Pod, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { isolating } from "../../models/kubernetes/isolation.ts";
import { portsNamed } from "../../models/kubernetes/named-port.ts";
import { namesPod } from "../../models/kubernetes/peer.ts";
import type {
  Direction,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
} from "../../models/kubernetes/policy.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import { IP, L4, among, baseChain, blocksOf, chain, table } from "./nft-text.ts";
import { BRIDGE, type LabNode, type LabPlan, type LabPod } from "./plan.ts";

const OWN_PAIR = "0x100000";
const KNOWN = "ct state established,related accept";

/** The table of `place`. */
export function policiesNft(plan: LabPlan, place: LabNode): string {
  const { cluster, profile } = plan;
  const isolated = (direction: Direction): readonly LabPod[] =>
    profile.networkPolicy === "ignored"
      ? []
      : place.pods.filter(({ pod }) => isolating(cluster, pod, direction).length > 0);
  const [senders, receivers] = [isolated("egress"), isolated("ingress")];
  // Before or after kube-proxy, which rejects at priority 0 what has no endpoints.
  const egressAt = profile.endpointlessService === "policy-first" ? -10 : 10;
  // Before or after sources are translated, at priority 100.
  const ingressAt = profile.policySeesSource === "original" ? 90 : 110;
  const dispatch = place.bridgeMac === undefined ? byDevice : byAddress;
  const outward = [KNOWN, ...dispatch("from", senders)];
  const mayReachItself = profile.hairpin === "allowed";
  return table("inet", "policies", [
    ...senders.map((p) => chain(`from-${p.device}`, egressLines(plan, place, p))),
    ...receivers.map((p) => chain(`to-${p.device}`, ingressLines(plan, place, p))),
    baseChain(
      "own-pairs",
      "filter",
      "forward",
      -20,
      mayReachItself ? place.pods.flatMap((pod) => ownPair(place, pod)) : [],
    ),
    baseChain("egress-forward", "filter", "forward", egressAt, outward),
    baseChain("egress-input", "filter", "input", egressAt, outward),
    baseChain("ingress", "filter", "postrouting", ingressAt, [
      KNOWN,
      `meta mark and ${OWN_PAIR} != 0 accept`,
      ...dispatch("to", receivers),
    ]),
  ]);
}

/** To the chain of each pod by the device that leads to it. */
function byDevice(to: "from" | "to", pods: readonly LabPod[]): readonly string[] {
  if (pods.length === 0) return [];
  const key = to === "from" ? "iifname" : "oifname";
  return [
    `${key} vmap { ${pods.map((p) => `"${p.device}" : goto ${to}-${p.device}`).join(", ")} }`,
  ];
}

/** To the chain of each pod by its address, where all are behind one bridge. */
function byAddress(to: "from" | "to", pods: readonly LabPod[]): readonly string[] {
  const [key, field] = to === "from" ? ["iifname", "saddr"] : ["oifname", "daddr"];
  return pods.flatMap(({ pod, device }) =>
    pod.addresses.map(
      (a) => `${key} "${BRIDGE}" ${IP[a.family]} ${field} ${formatAddress(a)} goto ${to}-${device}`,
    ),
  );
}

/** Marks what a pod sends to itself by way of a service. */
function ownPair({ bridgeMac }: LabNode, { pod, device }: LabPod): readonly string[] {
  const mark = `meta mark set meta mark or ${OWN_PAIR}`;
  if (bridgeMac === undefined) return [`iifname "${device}" oifname "${device}" ${mark}`];
  return pod.addresses.map((a) => {
    const [ip, text] = [IP[a.family], formatAddress(a)];
    return `iifname "${BRIDGE}" oifname "${BRIDGE}" ${ip} saddr ${text} ${ip} daddr ${text} ${mark}`;
  });
}

function eachFamily(
  addresses: readonly Address[],
  line: (ip: string, set: string) => string,
): readonly string[] {
  return FAMILIES.flatMap((family) => {
    const blocks = blocksOf(addressSets.ofAddresses(addresses), family);
    return blocks.length === 0 ? [] : [line(IP[family], among(blocks))];
  });
}

function egressLines(plan: LabPlan, { node }: LabNode, { pod }: LabPod): readonly string[] {
  const { profile } = plan;
  return [
    ...(profile.hairpin === "allowed"
      ? eachFamily(pod.addresses, (ip, set) => `${ip} daddr ${set} accept`)
      : []),
    ...(profile.ownNodeEgress === "allowed"
      ? eachFamily(ownAddressesOf(node), (ip, set) => `${ip} daddr ${set} accept`)
      : []),
    ...ruleLines(plan, pod, "egress"),
    "drop",
  ];
}

function ingressLines(plan: LabPlan, { node }: LabNode, { pod }: LabPod): readonly string[] {
  const { profile } = plan;
  return [
    ...(profile.ownNodeIngress === "allowed"
      ? eachFamily(ownAddressesOf(node), (ip, set) => `${ip} saddr ${set} accept`)
      : []),
    ...ruleLines(plan, pod, "ingress"),
    "drop",
  ];
}

function ruleLines(plan: LabPlan, pod: Pod, direction: Direction): readonly string[] {
  return isolating(plan.cluster, pod, direction).flatMap((policy) =>
    policy[direction].flatMap((rule) =>
      FAMILIES.flatMap((family) => accepting(plan, pod, direction, policy, rule, family)),
    ),
  );
}

/** Lines that accept what `rule` admits in `family`. */
function accepting(
  plan: LabPlan,
  pod: Pod,
  direction: Direction,
  policy: NetworkPolicy,
  rule: PolicyRule,
  family: Family,
): readonly string[] {
  const peers: readonly (Peer | "any")[] = rule.peers === "any" ? ["any"] : rule.peers;
  const ports: readonly (PolicyPort | "any")[] = rule.ports === "any" ? ["any"] : rule.ports;
  return peers.flatMap((peer) =>
    ports.flatMap((port): readonly string[] => {
      const isNamed = port !== "any" && typeof port.port === "string";
      if (isNamed && direction === "egress") {
        return namedEgress(plan.cluster, policy, peer, port, family);
      }
      const at = portMatches(port, pod);
      return at.flatMap((portText) =>
        peerMatches(plan, policy, peer, direction, family).map(
          (peerText) => `${peerText} ${portText} accept`,
        ),
      );
    }),
  );
}

/** A name stands for what each destination pod calls so; on other addresses for nothing. */
function namedEgress(
  cluster: Cluster,
  policy: NetworkPolicy,
  peer: Peer | "any",
  port: PolicyPort,
  family: Family,
): readonly string[] {
  if (peer !== "any" && peer.kind === "ipBlock") return [];
  const named = cluster.pods.filter(
    (to) => !to.hostNetwork && (peer === "any" || namesPod(cluster, policy.namespace, peer, to)),
  );
  return named.flatMap((to) =>
    to.addresses
      .filter((address) => address.family === family)
      .flatMap((address) =>
        portMatches(port, to).map(
          (text) => `${IP[family]} daddr ${formatAddress(address)} ${text} accept`,
        ),
      ),
  );
}

/** The matches for `port`; a name is resolved on `pod`. */
function portMatches(port: PolicyPort | "any", pod: Pod): readonly string[] {
  if (port === "any") return [""];
  const l4 = `meta l4proto ${L4[port.protocol]}`;
  if (port.port === undefined) return [l4];
  if (typeof port.port === "number") {
    const last = port.endPort ?? port.port;
    const range = last === port.port ? String(last) : `${String(port.port)}-${String(last)}`;
    return [`${l4} th dport ${range}`];
  }
  return portsNamed(pod, port.port, port.protocol).map((n) => `${l4} th dport ${String(n)}`);
}

function peerMatches(
  plan: LabPlan,
  policy: NetworkPolicy,
  peer: Peer | "any",
  direction: Direction,
  family: Family,
): readonly string[] {
  const field = `${IP[family]} ${direction === "ingress" ? "saddr" : "daddr"}`;
  if (peer === "any") return [`meta nfproto ${family === "IPv4" ? "ipv4" : "ipv6"}`];
  if (peer.kind === "ipBlock") {
    if (peer.cidr.family !== family) return [];
    const nfproto = `meta nfproto ${family === "IPv4" ? "ipv4" : "ipv6"}`;
    const within = peer.cidr.length === 0 ? nfproto : `${field} ${formatPrefix(peer.cidr)}`;
    const excepted = peer.except.filter((block) => block.family === family);
    // The block of everything is not written as a prefix in older versions of nft.
    if (excepted.some((block) => block.length === 0)) return [];
    const kept = blocksOf(addressSets.ofAddresses(closedToBlocks(plan)), family);
    const closed = kept.length === 0 ? [] : [`${field} != ${among(kept)}`];
    const open = excepted.map((block) => `${field} != ${formatPrefix(block)}`);
    return [[within, ...open, ...closed].join(" ")];
  }
  const { cluster } = plan;
  const addresses = cluster.pods
    .filter((other) => namesPod(cluster, policy.namespace, peer, other))
    .flatMap((other) => other.addresses);
  const blocks = blocksOf(addressSets.ofAddresses(addresses), family);
  return blocks.length === 0 ? [] : [`${field} ${among(blocks)}`];
}

/** The addresses that the plugin keeps blocks from. */
function closedToBlocks({ cluster, profile }: LabPlan): readonly Address[] {
  if (profile.ipBlocks === "any") return [];
  const ofPods = cluster.pods.filter((pod) => !pod.hostNetwork).flatMap((pod) => pod.addresses);
  const ofNodes = profile.ipBlocks === "outside" ? cluster.nodes.flatMap(ownAddressesOf) : [];
  return [...ofPods, ...ofNodes];
}
