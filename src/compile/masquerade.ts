/**
 * Masquerade: a node puts its own address in place of the sender's, so that the reply comes back to the
 * node, which translates it. It does so as the packet leaves it, for what the service proxy has marked,
 * for a pod that reaches itself through a service, and for what leaves the cluster.
 */
import {
  ALL_ADDRESSES,
  type Address,
  type AddressSet,
  addressSets,
} from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import { type Node, type Pod, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { Match } from "../../models/network/match.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent } from "./because.ts";
import type { HookRule } from "./bounds.ts";
import { gatewayDoubt } from "./gateway-doubt.ts";
import { type Ground, type Place, addressOf, ownAddresses, placeOf } from "./ground.ts";
import { podName } from "./names.ts";

/** The ways out of a node: into one of its pods, through the overlay, or straight on the wire. */
export type WayOut = "pods" | "overlay" | "wire";

/** The addresses that `node` has on the side of `way`, the preferred ones first. */
function sideAddresses(node: Node, way: WayOut): readonly Address[] {
  switch (way) {
    case "pods":
      return [...(node.bridge ?? []), ...node.addresses];
    case "overlay":
      return [...(node.tunnel ?? []), ...node.addresses];
    case "wire":
      return node.addresses;
  }
}

/**
 * The masquerade of a pod that reaches itself, or undefined when its node has no address to put in place
 * of the pod's.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/nftables/README.md (masquerading; S4.20 a)
 */
export function hairpinHook(ground: Ground, pod: Pod): Hook | undefined {
  const { node } = placeOf(ground, pod);
  const own = ownAddresses(ground, pod);
  const rules = FAMILIES.flatMap((family): readonly HookRule[] => {
    const same = addressSets.onlyFamily(own, family);
    return masqueradeRule(
      node,
      "pods",
      family,
      { sources: same, destinations: same },
      `${podName(pod)} reaches itself through a service or a host port`,
    );
  });
  return hook(rules, `${podName(pod)} does not reach itself`);
}

/**
 * The masquerade of what the service proxy of `node` has marked and the node hands on by `way`; undefined
 * when the node has no address.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (KUBE-MARK-MASQ, KUBE-POSTROUTING; S4.20, S4.22)
 */
export function markedHook(node: Node, way: WayOut): Hook | undefined {
  return hook(markedRules(node, way), `${node.name} need not be on the way of the reply`);
}

/**
 * The masquerade of what the node of `place` has sent to itself and marked; undefined when it has no address.
 * The source becomes the first address of IPv4, but of IPv6 the one that is called.
 *
 * @source https://www.rfc-editor.org/rfc/rfc6724#section-5 (rule 1: prefer same address)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (POSTROUTING is passed on loopback as well; S4.20)
 */
export function ownMarkedHook({ node, own }: Place): Hook | undefined {
  const why = "the node called itself";
  const destinations = addressSets.onlyFamily(own, "IPv4");
  const rules = [
    ...masqueradeRule(node, "wire", "IPv4", { destinations, marked: true }, why),
    ...ownAddressesOf(node)
      .filter(({ family }) => family === "IPv6")
      .flatMap((address): readonly HookRule[] => {
        const match: Match = { destinations: addressSets.ofAddresses([address]), marked: true };
        return masqueradeRule({ ...node, addresses: [address] }, "wire", "IPv6", match, why);
      }),
  ];
  return hook(rules, `${node.name} did not call itself through a service`);
}

/**
 * The masquerade of what `node` hands on to other nodes by `way`: what is marked, and what pods send to those
 * nodes themselves as far as the installation says so. Undefined where there is none.
 *
 * @source https://docs.tigera.io/calico/latest/reference/resources/felixconfig (natOutgoingExclusions)
 * @source https://github.com/flannel-io/flannel/blob/master/pkg/trafficmngr/iptables/iptables.go (S3.32)
 */
export function betweenHook(
  ground: Ground,
  node: Node,
  way: "overlay" | "wire",
  marks: boolean,
): Hook | undefined {
  const { masqueradeOutside, masqueradeToNodes, nonMasqueradeCIDRs } = ground.profile;
  if (!masqueradeOutside || !masqueradeToNodes) return marks ? markedHook(node, way) : undefined;
  const blocks = addressSets.ofPrefixes([...ground.cluster.podCidrs, ...nonMasqueradeCIDRs]);
  const nodes = addressSets.subtract(addressSets.subtract(ground.allNodes, ground.allPods), blocks);
  const toNodes = FAMILIES.flatMap((family): readonly HookRule[] => {
    const match = {
      sources: addressSets.onlyFamily(podSources(ground), family),
      destinations: addressSets.onlyFamily(nodes, family),
    };
    return masqueradeRule(node, way, family, match, "a pod's packet goes to a node");
  });
  const rules = [...(marks ? markedRules(node, way) : []), ...toNodes];
  return hook(rules, `${node.name} need not be on the way of the reply`);
}

/** What nodes take for sources of pods. */
function podSources({ allPods, cluster }: Ground): AddressSet {
  return addressSets.union(allPods, addressSets.ofPrefixes(cluster.podCidrs));
}

/**
 * The masquerade of what leaves the cluster by `node`: what is marked, and what pods send as far as the
 * installation says so.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
export function leavingHook(ground: Ground, node: Node, marks: boolean): Hook | undefined {
  const { profile } = ground;
  const excepted = addressSets.ofPrefixes(profile.nonMasqueradeCIDRs);
  const doubt = ground.bound === "least" ? gatewayDoubt(ground) : [];
  const ofPods = FAMILIES.flatMap((family): readonly HookRule[] => {
    const sources = addressSets.onlyFamily(podSources(ground), family);
    const destinations = addressSets.onlyFamily(
      addressSets.subtract(ALL_ADDRESSES, excepted),
      family,
    );
    const match = addressSets.isEmpty(excepted) ? { sources } : { sources, destinations };
    return masqueradeRule(node, "wire", family, match, "a pod's packet leaves the cluster");
  });
  return hook(
    [
      ...doubt,
      ...(marks ? markedRules(node, "wire") : []),
      ...(profile.masqueradeOutside ? ofPods : []),
    ],
    "leaves the cluster as it is",
  );
}

function markedRules(node: Node, way: WayOut): readonly HookRule[] {
  return FAMILIES.flatMap((family) =>
    masqueradeRule(
      node,
      way,
      family,
      { sources: addressSets.onlyFamily(ALL_ADDRESSES, family), marked: true },
      "the reply has to come back this way",
    ),
  );
}

function masqueradeRule(
  node: Node,
  way: WayOut,
  family: Family,
  match: Match,
  why: string,
): readonly HookRule[] {
  const source = addressOf(sideAddresses(node, way), family);
  const isMet = [match.sources, match.destinations].every(
    (set) => set === undefined || set[family].length > 0,
  );
  if (source === undefined || !isMet) return [];
  const because = inherent(`${why}: the source becomes ${node.name} at ${formatAddress(source)}`);
  const choice = `masquerade:${node.name}/${way}/${family}`;
  return [
    { match, action: { kind: "translate", choice, rewrites: [{ source, because }] }, because },
  ];
}

function hook(rules: readonly HookRule[], otherwise: string): Hook | undefined {
  if (rules.length === 0) return undefined;
  return {
    stage: "masquerade",
    rules,
    otherwise: { action: { kind: "pass" }, because: inherent(otherwise) },
  };
}
