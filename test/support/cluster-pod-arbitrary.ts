/**
 * Generated nodes and pods, before their addresses are known.
 */
import fc from "fast-check";
import type { Family, Protocol } from "../../models/base/family.ts";
import type { Address } from "../../models/base/address.ts";
import {
  type Container,
  type HostPort,
  type Node,
  type Pod,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import type { Labels } from "../../models/kubernetes/selector.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import {
  ADDRESS_PLANS,
  HOST_PORTS,
  LABELS,
  PORTS,
  PORT_NAMES,
  ZONES,
  familiesArbitrary,
  labelsArbitrary,
  namespaceIndexArbitrary,
  nodePodCidr,
  nth,
  originOf,
  protocolArbitrary,
  sizeOf,
} from "./cluster-vocabulary.ts";

/** A pod before it is placed. */
export interface PodSpec {
  readonly namespace: number;
  readonly node: number;
  readonly labels: Labels;
  readonly families: readonly Family[];
  /** Whether its address is counted from the end of the node's block. */
  readonly fromEnd: boolean;
  readonly hostNetwork: boolean;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly containers: readonly Container[];
  readonly hostPorts: readonly HostPortSpec[];
}

/** A host port; which number it is depends on the pod, so that no two pods have the same. */
interface HostPortSpec {
  readonly protocol: Protocol;
  readonly target: number;
  /** Which of the node's addresses, as an index; undefined: all. */
  readonly at: number | undefined;
}

function hostPortsArbitrary(): fc.Arbitrary<readonly HostPortSpec[]> {
  const one = fc.record({
    protocol: protocolArbitrary(),
    target: fc.constantFrom(...PORTS),
    at: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
  });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<readonly HostPortSpec[]>([]) },
    { weight: 2, arbitrary: fc.array(one, { minLength: 1, maxLength: 2 }) },
  );
}

function containerArbitrary(
  name: string,
  kind: Container["kind"],
  settings: ClusterSettings,
): fc.Arbitrary<Container> {
  const port = fc.record(
    {
      name: fc.constantFrom(...PORT_NAMES.slice(0, -1)),
      protocol: protocolArbitrary(),
      number: fc.constantFrom(...PORTS),
    },
    { requiredKeys: ["protocol", "number"] },
  );
  return fc
    .uniqueArray(port, {
      maxLength: settings.containerPortsMax,
      // The API server wants the names of one container's ports unique (S1.13); nameless ones never clash.
      comparator: (a, b) => a !== undefined && a === b,
      selector: (p) => p.name,
    })
    .map((ports) => ({
      name,
      kind,
      ports: ports.map((p, i) => ({ ...p, origin: originOf(`${name}.ports[${String(i)}]`) })),
      origin: originOf(name),
    }));
}

function containersArbitrary(settings: ClusterSettings): fc.Arbitrary<readonly Container[]> {
  const names = ["c0", "c1", "c2", "c3"].slice(0, settings.containersMax);
  const regular = fc
    .tuple(
      fc.integer({ min: 1, max: names.length }),
      ...names.map((name) => containerArbitrary(name, "regular", settings)),
    )
    .map(([count, ...all]) => all.slice(0, count));
  const extra = (kind: "init" | "sidecar"): fc.Arbitrary<readonly Container[]> =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<readonly Container[]>([]) },
      { weight: 1, arbitrary: containerArbitrary(kind, kind, settings).map((c) => [c]) },
    );
  return fc.tuple(regular, extra("init"), extra("sidecar")).map(([r, i, s]) => [...r, ...i, ...s]);
}

function oneIn(n: number): fc.Arbitrary<boolean> {
  return fc.nat(n - 1).map((x) => x === n - 1);
}

/** A pod of a cluster with `families`. */
export function podArbitrary(
  settings: ClusterSettings,
  families: readonly Family[],
): fc.Arbitrary<PodSpec> {
  return fc.record({
    namespace: namespaceIndexArbitrary(),
    node: fc.nat(3),
    labels: labelsArbitrary(LABELS),
    families: familiesArbitrary(families),
    fromEnd: oneIn(4),
    hostNetwork: settings.hostNetwork ? oneIn(5) : fc.constant(false),
    ready: oneIn(6).map((x) => !x),
    terminating: oneIn(8),
    containers: containersArbitrary(settings),
    hostPorts: hostPortsArbitrary(),
  });
}

/** The pod that `spec` describes, the one with `index`, on `node`, the one with `nodeIndex`. */
export function podOf(
  spec: PodSpec,
  index: number,
  namespace: string,
  node: Node,
  nodeIndex: number,
): Pod {
  const name = `p${String(index).padStart(2, "0")}`;
  const address = (family: Family): Address => {
    const block = nodePodCidr(family, nodeIndex);
    const offset = BigInt(index);
    return nth(block, spec.fromEnd ? sizeOf(block) - 1n - offset : offset);
  };
  const path = `${namespace}/Pod/${name}`;
  return {
    namespace,
    name,
    workload: { namespace, kind: "Pod", name },
    labels: spec.labels,
    node: node.name,
    hostNetwork: spec.hostNetwork,
    addresses: spec.hostNetwork ? node.addresses : spec.families.map(address),
    containers: spec.containers.map((c) => ({
      ...c,
      ports: c.ports.map((p) => ({ ...p, origin: originOf(`${path}.${p.origin.path}`) })),
      origin: originOf(`${path}.${c.origin.path}`),
    })),
    ...(spec.hostNetwork || spec.hostPorts.length === 0
      ? {}
      : { hostPorts: spec.hostPorts.map((mapped, i) => hostPortOf(mapped, index, i, node, path)) }),
    ready: spec.ready,
    terminating: spec.terminating,
    origin: originOf(path),
  };
}

function hostPortOf(
  { protocol, target, at }: HostPortSpec,
  index: number,
  i: number,
  node: Node,
  path: string,
): HostPort {
  const own = ownAddressesOf(node);
  const address = at === undefined ? undefined : own[at % Math.max(own.length, 1)];
  return {
    protocol,
    target,
    number: HOST_PORTS + 2 * index + i,
    ...(address === undefined ? {} : { address }),
    ...(address === undefined && target % 2 === 1 && own[0] ? { family: own[0].family } : {}),
    origin: originOf(`${path}.hostPorts[${String(i)}]`),
  };
}

/** A node before it is placed: its families, and which further addresses it has, where. */
export interface NodeSpec {
  readonly own: readonly Family[];
  /** Whether it has a second address of each of its families. */
  readonly further: boolean;
  readonly bridge: boolean;
  readonly tunnel: boolean;
  /** Beside the blocks of pods, which is unusual. */
  readonly beside: boolean;
}

/** Half of the nodes have an address of a bridge, half one of a tunnel. */
export function nodeSpecArbitrary(families: readonly Family[]): fc.Arbitrary<NodeSpec> {
  return fc.record({
    own: familiesArbitrary(families),
    further: oneIn(4),
    bridge: fc.boolean(),
    tunnel: fc.boolean(),
    beside: oneIn(6),
  });
}

/** The node with `index` that `spec` describes, of a cluster with `families`. */
export function nodeOfIndex(index: number, spec: NodeSpec, families: readonly Family[]): Node {
  const name = `n${String(index)}`;
  const { own, beside } = spec;
  const inner = (offset: bigint): readonly Address[] =>
    families.map((family) => {
      // In the middle of the block, where no pod has its address.
      const block = nodePodCidr(family, index);
      return beside
        ? nth(ADDRESS_PLANS[family].nodeCidr, 32n + BigInt(2 * index) + offset)
        : nth(block, sizeOf(block) / 2n + offset);
    });
  return {
    name,
    labels: new Map([
      ["kubernetes.io/hostname", name],
      // The third is in none.
      ...ZONES.slice(index, index + 1).map((zone): [string, string] => [
        "topology.kubernetes.io/zone",
        zone,
      ]),
    ]),
    addresses: own.map((family) => nth(ADDRESS_PLANS[family].nodeCidr, BigInt(1 + index))),
    ...(spec.further
      ? { further: own.map((f) => nth(ADDRESS_PLANS[f].nodeCidr, BigInt(101 + 2 * index))) }
      : {}),
    ...(spec.bridge ? { bridge: inner(0n) } : {}),
    ...(spec.tunnel ? { tunnel: inner(1n) } : {}),
    podCidrs: families.map((family) => nodePodCidr(family, index)),
    origin: originOf(`Node/${name}`),
  };
}
