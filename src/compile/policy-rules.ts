/**
 * Policies as rules of filters: which policies isolate which pods, and what each lets pass. Rules are
 * made once for each policy and shared by all pods that it selects; only named ports of ingress rules
 * depend on the selected pod.
 */
import type { Origin } from "../../models/base/origin.ts";
import type {
  Direction,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
} from "../../models/kubernetes/policy.ts";
import { stated, uncertainly } from "./because.ts";
import { bothBits, positionsIn } from "./bits.ts";
import { type FilterRules, type HookRule, uncertainAction } from "./bounds.ts";
import type { Ground } from "./ground.ts";
import { policyObject } from "./names.ts";
import { type Peers, peersOf } from "./peers.ts";
import { type NamedPorts, namedPorts } from "./ports.ts";
import { selectedBy } from "./selector-index.ts";
import { type Target, egressTargets, ingressTargets } from "./targets.ts";

/** The policies of a cluster, by the pods that they isolate, and their rules. */
export interface PolicyTable {
  /** The policies that isolate the pod at `position` in `direction`, in the order of the cluster. */
  readonly isolating: (position: number, direction: Direction) => readonly NetworkPolicy[];
  /** What `policy` lets pass for the pod at `position`: any of these rules admits (S6.7). */
  readonly rules: (policy: NetworkPolicy, position: number, direction: Direction) => FilterRules;
}

interface Resolvers {
  readonly ground: Ground;
  readonly peers: Peers;
  readonly names: NamedPorts;
}

/** The table of the policies of `ground`'s cluster. */
export function policyTable(ground: Ground): PolicyTable {
  const { cluster } = ground;
  const names = namedPorts(cluster.pods);
  const resolvers = { ground, peers: peersOf(ground), names };
  const isolatingByPod = {
    ingress: isolatingPolicies(ground, "ingress"),
    egress: isolatingPolicies(ground, "egress"),
  };
  const known = new Map<NetworkPolicy, Map<string, FilterRules>>();
  const named = new Map(cluster.policies.map((policy) => [policy, namedIngressPorts(policy)]));
  return {
    isolating: (position, direction) => isolatingByPod[direction][position] ?? [],
    rules: (policy, position, direction) => {
      const resolved = direction === "egress" ? [] : (named.get(policy) ?? []);
      const variant = `${direction} ${variantOf(names, resolved, position)}`;
      const variants = known.get(policy) ?? new Map<string, FilterRules>();
      known.set(policy, variants);
      const found = variants.get(variant);
      if (found !== undefined) return found;
      const fresh = filterRules(resolvers, policy, position, direction);
      variants.set(variant, fresh);
      return fresh;
    },
  };
}

/**
 * For each pod the policies that select it and isolate it in `direction`. A policy selects pods of its
 * own namespace only, and never host-network pods.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation (v1.34; S6.2, S6.3, S6.21)
 */
function isolatingPolicies(
  ground: Ground,
  direction: Direction,
): readonly (readonly NetworkPolicy[])[] {
  const { cluster, podIndex, podsByNamespace, policyPods } = ground;
  const table = cluster.pods.map((): NetworkPolicy[] => []);
  for (const policy of cluster.policies) {
    const inNamespace = podsByNamespace.get(policy.namespace);
    if (inNamespace === undefined || !policy.isolates.includes(direction)) continue;
    const selectable = bothBits(inNamespace, policyPods);
    const selected = bothBits(selectedBy(podIndex, policy.podSelector), selectable);
    for (const position of positionsIn(selected)) table[position]?.push(policy);
  }
  return table;
}

/** The ports that `policy`'s ingress rules give by name: these depend on the selected pod. */
function namedIngressPorts(policy: NetworkPolicy): readonly PolicyPort[] {
  return policy.ingress
    .flatMap((rule) => (rule.ports === "any" ? [] : rule.ports))
    .filter((port) => typeof port.port === "string");
}

/** Equal texts for pods that give `ports` the same numbers. */
function variantOf(names: NamedPorts, ports: readonly PolicyPort[], position: number): string {
  return ports
    .map(({ port, protocol }) => names.onPod(String(port), protocol, position).join(","))
    .join(" ");
}

function filterRules(
  resolvers: Resolvers,
  policy: NetworkPolicy,
  position: number,
  direction: Direction,
): FilterRules {
  const certain: HookRule[] = [];
  const uncertain: HookRule[] = [];
  for (const rule of policy[direction]) {
    for (const peer of itemsOf(rule.peers)) {
      for (const port of itemsOf(rule.ports)) {
        const rules = itemRules(resolvers, policy, { rule, peer, port }, position, direction);
        certain.push(...rules.certain);
        uncertain.push(...rules.uncertain);
      }
    }
  }
  return { certain, uncertain };
}

/** One alternative of a rule: one of its peers with one of its ports. */
interface Item {
  readonly rule: PolicyRule;
  readonly peer: Peer | "any";
  readonly port: PolicyPort | "any";
}

function itemRules(
  { ground, peers, names }: Resolvers,
  policy: NetworkPolicy,
  item: Item,
  position: number,
  direction: Direction,
): FilterRules {
  const { peer, port } = item;
  const named = peers.named(policy, peer);
  const targets =
    direction === "ingress"
      ? ingressTargets(ground, names, named, port, position)
      : egressTargets(ground, names, named, port);
  const object = policyObject(policy);
  const origins = itemOrigins(policy, item);
  const admits = stated(`${object} admits it`, origins, object);
  const perhaps = stated(`${object} may or may not admit it`, origins, object);
  const pass = { kind: "pass" } as const;
  return {
    certain: targets.certain.map((target) => ({
      match: matchOf(target, direction),
      action: pass,
      because: admits,
    })),
    uncertain: targets.uncertain.map((target) => ({
      match: matchOf(target, direction),
      action: uncertainAction(ground),
      because: uncertainly(perhaps, target.code),
    })),
  };
}

function matchOf({ addresses, ports }: Target, direction: Direction): HookRule["match"] {
  if (addresses === undefined) return ports;
  return direction === "ingress"
    ? { sources: addresses, ...ports }
    : { destinations: addresses, ...ports };
}

function itemOrigins(policy: NetworkPolicy, { rule, peer, port }: Item): readonly Origin[] {
  const items = [peer, port].flatMap((item) => (item === "any" ? [] : [item.origin]));
  return [...items, rule.origin, policy.origin];
}

/** The items of a list of which an absent or empty one admits all (S6.9). */
function itemsOf<T>(list: readonly T[] | "any"): readonly (T | "any")[] {
  return list === "any" || list.length === 0 ? ["any"] : list;
}
