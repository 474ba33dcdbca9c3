/**
 * Other clusters that an input with unknowns could as well describe: the open facts filled in differently.
 */
import fc from "fast-check";
import {
  type Address,
  type AddressSet,
  addressSets,
  compareAddresses,
  prefixBits,
} from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { BitSet } from "../../models/base/interval-set.ts";
import {
  type Cluster,
  type Namespace,
  type Node,
  type Pod,
  podId,
  innerAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import type { Direction, NetworkPolicy } from "../../models/kubernetes/policy.ts";
import { selects } from "../../models/kubernetes/selector.ts";
import type { Unknowns } from "../../models/kubernetes/unknowns.ts";
import { edgeAddresses } from "./cluster-connection-near.ts";
import { NAMESPACE_LABELS, labelsArbitrary, originOf } from "./cluster-vocabulary.ts";

/** What nothing but loopback, multicast and the like cannot be: single addresses that nodes could have. */
const NODE_BLOCKS: Readonly<Record<Family, BitSet>> = {
  IPv4: [
    [0x0a00_0001n, 0x0aff_fffen],
    [0xc0a8_0001n, 0xc0a8_fffen],
    [0xc633_6401n, 0xc633_64fen],
  ],
  IPv6: [
    [(0xfd00n << 112n) + 1n, (0xfd01n << 112n) - 1n],
    [(0x2001_0db8n << 96n) + 1n, (0x2001_0db9n << 96n) - 1n],
  ],
};

/** Numbers by which a filling is chosen; each is taken modulo what there is to choose from. */
interface Draws {
  readonly effects: readonly number[];
  readonly nodes: readonly number[];
  readonly pods: readonly number[];
  readonly places: readonly number[];
  readonly labels: readonly ReadonlyMap<string, string>[];
}

/**
 * `cluster` with the facts that `unknowns` leave open filled in anew: addresses at the edges of what the
 * cluster mentions, other nodes, other labels. Nobody shares an address.
 */
export function concretisationArbitrary(
  cluster: Cluster,
  unknowns: Unknowns,
): fc.Arbitrary<Cluster> {
  const numbers = (count: number): fc.Arbitrary<readonly number[]> =>
    fc.array(fc.nat(10_000), { minLength: count, maxLength: count });
  return fc
    .record({
      nodes: numbers(cluster.nodes.length),
      pods: numbers(cluster.pods.length),
      places: numbers(cluster.pods.length),
      effects: numbers(2 * cluster.pods.length),
      labels: fc.array(labelsArbitrary(NAMESPACE_LABELS), {
        minLength: cluster.namespaces.length,
        maxLength: cluster.namespaces.length,
      }),
    })
    .map((draws) => withEffects(filledIn(cluster, unknowns, draws), unknowns, draws));
}

function filledIn(cluster: Cluster, unknowns: Unknowns, draws: Draws): Cluster {
  const taken = new Set<string>();
  const keyOf = (address: Address): string => `${address.family} ${String(address.bits)}`;
  const keep = (addresses: readonly Address[]): void => {
    for (const address of addresses) taken.add(keyOf(address));
  };
  const openPod = (pod: Pod): boolean => unknowns.podAddresses.has(podId(pod));
  const openNode = (node: Node): boolean => unknowns.nodeAddresses.has(node.name);
  keep(
    cluster.services.flatMap(({ addresses, externalAddresses = [], balancer }) => [
      ...addresses,
      ...externalAddresses,
      ...(balancer?.addresses ?? []),
    ]),
  );
  keep(cluster.pods.filter((pod) => !pod.hostNetwork && !openPod(pod)).flatMap((p) => p.addresses));
  keep(cluster.nodes.filter((node) => !openNode(node)).flatMap((node) => node.addresses));
  keep(cluster.nodes.flatMap(({ further = [] }) => further));
  const openSides = (node: Node): boolean => unknowns.innerAddresses.has(node.name);
  keep(cluster.nodes.filter((node) => !openSides(node)).flatMap(innerAddressesOf));
  const fresh = (candidates: readonly Address[], draw: number): Address => {
    const free = candidates.filter((address) => !taken.has(keyOf(address)));
    const chosen = free[draw % free.length];
    if (chosen === undefined) throw new Error("no address is left");
    keep([chosen]);
    return chosen;
  };
  const blocks = addressSets.ofPrefixes([...cluster.podCidrs, ...cluster.serviceCidrs]);
  const nodeCandidates = (family: Family): readonly Address[] =>
    candidatesIn(cluster, family, addressSets.subtract(nodeBlocks(), blocks));
  const podCandidates = (family: Family): readonly Address[] =>
    candidatesIn(cluster, family, addressSets.ofPrefixes(cluster.podCidrs));
  const ownCandidates =
    (node: Node) =>
    (family: Family): readonly Address[] =>
      candidatesIn(cluster, family, addressSets.ofPrefixes(node.podCidrs));
  const renew = (
    addresses: readonly Address[],
    candidates: (family: Family) => readonly Address[],
    draw: number,
  ): readonly Address[] => addresses.map((a, i) => fresh(candidates(a.family), draw + i));
  const nodes = cluster.nodes.map((node, i): Node => {
    const draw = draws.nodes[i] ?? 0;
    const known = openNode(node)
      ? { ...node, addresses: renew(node.addresses, nodeCandidates, draw) }
      : node;
    const { bridge, tunnel } = node;
    if (!openSides(node)) return known;
    return {
      ...known,
      ...(bridge && { bridge: renew(bridge, ownCandidates(node), draw + 2) }),
      ...(tunnel && { tunnel: renew(tunnel, ownCandidates(node), draw + 5) }),
    };
  });
  const pods = cluster.pods.map((pod, i): Pod => {
    const movable = unknowns.placements.has(podId(pod));
    const moved = nodes[(draws.places[i] ?? 0) % nodes.length];
    const node = (movable ? moved : undefined) ?? nodes.find((n) => n.name === pod.node);
    if (node === undefined) throw new Error(`no node ${pod.node}`);
    if (pod.hostNetwork) return { ...pod, node: node.name, addresses: node.addresses };
    if (!openPod(pod)) return { ...pod, node: node.name };
    const addresses = renew(pod.addresses, podCandidates, draws.pods[i] ?? 0);
    return { ...pod, node: node.name, addresses };
  });
  const namespaces = cluster.namespaces.map((namespace, i): Namespace => {
    if (!unknowns.namespaceLabels.has(namespace.name)) return namespace;
    return { ...namespace, labels: new Map([...namespace.labels, ...(draws.labels[i] ?? [])]) };
  });
  return { ...cluster, namespaces, nodes, pods };
}

/**
 * `cluster` with an example of what footprints can do: admit all at a pod, or refuse all at a pod that no
 * policy isolates. (What they do to host-network pods has no counterpart among policies.)
 */
function withEffects(cluster: Cluster, unknowns: Unknowns, draws: Draws): Cluster {
  const added = cluster.pods.flatMap((pod, i) =>
    DIRECTIONS.flatMap((direction, d): readonly NetworkPolicy[] => {
      const effects = unknowns.footprints
        .filter((footprint) => footprint.pods.has(podId(pod)))
        .map((footprint) => footprint.effect[direction]);
      const draw = (draws.effects[2 * i + d] ?? 0) % 3;
      const widens = draw === 0 && effects.includes("any");
      const touched = effects.some((effect) => effect !== undefined);
      const narrows = draw === 1 && touched && !isIsolated(cluster, pod, direction);
      return widens || narrows ? [example(pod, direction, widens)] : [];
    }),
  );
  const pods = cluster.pods.map((pod) => ({
    ...pod,
    labels: new Map([...pod.labels, [OWN_LABEL, pod.name]]),
  }));
  return { ...cluster, pods, policies: [...cluster.policies, ...added] };
}

const DIRECTIONS: readonly Direction[] = ["ingress", "egress"];
/** A label that selects one pod, and that no generated selector mentions. */
const OWN_LABEL = "example/pod";

function isIsolated(cluster: Cluster, pod: Pod, direction: Direction): boolean {
  return cluster.policies.some(
    (policy) =>
      policy.namespace === pod.namespace &&
      policy.isolates.includes(direction) &&
      selects(policy.podSelector, pod.labels),
  );
}

function example(pod: Pod, direction: Direction, widens: boolean): NetworkPolicy {
  const origin = originOf(`example ${direction} ${podId(pod)}`);
  const rules = widens ? [{ peers: "any", ports: "any", origin } as const] : [];
  return {
    namespace: pod.namespace,
    name: `zz-${direction}-${pod.name}`,
    podSelector: { matchLabels: new Map([[OWN_LABEL, pod.name]]), matchExpressions: [] },
    isolates: [direction],
    ingress: direction === "ingress" ? rules : [],
    egress: direction === "egress" ? rules : [],
    origin,
    isolationOrigin: { ingress: origin, egress: origin },
  };
}

function nodeBlocks(): AddressSet {
  return { IPv4: NODE_BLOCKS.IPv4, IPv6: NODE_BLOCKS.IPv6 };
}

/** Addresses of `set`: those at the edges of what `cluster` mentions, and the first few of each block. */
function candidatesIn(cluster: Cluster, family: Family, set: AddressSet): readonly Address[] {
  const edges = edgeAddresses(cluster, family);
  const firsts = [...cluster.podCidrs, ...cluster.nodes.flatMap((n) => n.podCidrs)]
    .filter((prefix) => prefix.family === family)
    .flatMap((prefix) => prefixBits(prefix))
    .concat(set[family])
    .flatMap(([low]) => Array.from({ length: 40 }, (_, i) => ({ family, bits: low + BigInt(i) })));
  return [...edges, ...firsts]
    .filter((address) => addressSets.contains(set, address))
    .sort(compareAddresses);
}
