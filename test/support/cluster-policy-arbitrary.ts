/**
 * Generated policies: every form of peer and port. Addresses are chosen as numbers that the cluster's
 * own addresses resolve, so that blocks end next to pods, nodes and services.
 */
import fc from "fast-check";
import { type Address, type Prefix, prefixContains, prefixOf } from "../../models/base/address.ts";
import { type Family, addressWidthBits } from "../../models/base/family.ts";
import type {
  Direction,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
} from "../../models/kubernetes/policy.ts";
import type {
  LabelSelector,
  SelectorExpression,
  SelectorOperator,
} from "../../models/kubernetes/selector.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import {
  LABELS,
  NAMESPACE_LABELS,
  PORTS,
  PORT_NAMES,
  namespaceIndexArbitrary,
  nth,
  originOf,
  protocolArbitrary,
  sizeOf,
} from "./cluster-vocabulary.ts";

type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** A selector over `vocabulary`; empty in about a quarter of the cases. */
function selectorArbitrary(vocabulary: Vocabulary): fc.Arbitrary<LabelSelector> {
  const entry = fc
    .constantFrom(...Object.entries(vocabulary))
    .chain(([key, values]) =>
      fc.constantFrom(...values).map((value): [string, string] => [key, value]),
    );
  const expression = fc
    .record({
      of: fc.constantFrom(...Object.entries(vocabulary)),
      operator: fc.constantFrom<SelectorOperator>("In", "NotIn", "Exists", "DoesNotExist"),
      count: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ of: [key, values], operator, count }): SelectorExpression => {
      const named = operator === "In" || operator === "NotIn";
      return { key, operator, values: named ? values.slice(0, count) : [] };
    });
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ matchLabels: new Map(), matchExpressions: [] }) },
    {
      weight: 2,
      arbitrary: entry.map((pair) => ({ matchLabels: new Map([pair]), matchExpressions: [] })),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        matchLabels: fc.array(entry, { maxLength: 1 }).map((pairs) => new Map(pairs)),
        matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }),
      }),
    },
  );
}

/** A block before the cluster's addresses are known. */
interface BlockSpec {
  readonly kind: "ipBlock";
  readonly anchor: number;
  readonly length: number;
  readonly except: readonly { readonly anchor: number; readonly longer: number }[];
}

interface PodsSpec {
  readonly kind: "pods";
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

interface RuleSpec {
  readonly peers: readonly (BlockSpec | PodsSpec)[] | "any";
  readonly ports: readonly Omit<PolicyPort, "origin">[] | "any";
}

/** A policy before the cluster's namespaces and addresses are known. */
export interface PolicySpec {
  readonly namespace: number;
  readonly podSelector: LabelSelector;
  readonly isolates: readonly Direction[];
  readonly ingress: readonly RuleSpec[];
  readonly egress: readonly RuleSpec[];
}

const LENGTHS: Readonly<Record<Family, readonly number[]>> = {
  IPv4: [0, 8, 12, 16, 24, 28, 30, 31, 32],
  IPv6: [0, 32, 48, 64, 112, 120, 126, 127, 128],
};

function peerArbitrary(): fc.Arbitrary<BlockSpec | PodsSpec> {
  const pods = selectorArbitrary(LABELS);
  const namespaces = selectorArbitrary(NAMESPACE_LABELS);
  const block: fc.Arbitrary<BlockSpec> = fc.record({
    kind: fc.constant("ipBlock"),
    anchor: fc.nat(200),
    length: fc.nat(8),
    except: fc.array(fc.record({ anchor: fc.nat(200), longer: fc.nat(8) }), { maxLength: 2 }),
  });
  return fc.oneof(
    { weight: 3, arbitrary: pods.map((podSelector): PodsSpec => ({ kind: "pods", podSelector })) },
    {
      weight: 2,
      arbitrary: namespaces.map(
        (namespaceSelector): PodsSpec => ({
          kind: "pods",
          namespaceSelector,
        }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(pods, namespaces).map(
        ([podSelector, namespaceSelector]): PodsSpec => ({
          kind: "pods",
          podSelector,
          namespaceSelector,
        }),
      ),
    },
    { weight: 4, arbitrary: block },
  );
}

function portArbitrary(): fc.Arbitrary<Omit<PolicyPort, "origin">> {
  const protocol = protocolArbitrary();
  const number = fc.constantFrom(...PORTS);
  return fc.oneof(
    { weight: 1, arbitrary: fc.record({ protocol }) },
    { weight: 3, arbitrary: fc.record({ protocol, port: number }) },
    { weight: 2, arbitrary: fc.record({ protocol, port: fc.constantFrom(...PORT_NAMES) }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(protocol, number, number)
        .map(([p, a, b]) => ({ protocol: p, port: Math.min(a, b), endPort: Math.max(a, b) })),
    },
  );
}

function ruleArbitrary(settings: ClusterSettings): fc.Arbitrary<RuleSpec> {
  const some = { minLength: 1, maxLength: settings.itemsMax };
  return fc.record({
    peers: fc.oneof(
      { weight: 1, arbitrary: fc.constant<"any">("any") },
      { weight: 3, arbitrary: fc.array(peerArbitrary(), some) },
    ),
    ports: fc.oneof(
      { weight: 1, arbitrary: fc.constant<"any">("any") },
      { weight: 2, arbitrary: fc.array(portArbitrary(), some) },
    ),
  });
}

/** A policy; rules of a direction that it does not isolate occur and say nothing. */
export function policyArbitrary(settings: ClusterSettings): fc.Arbitrary<PolicySpec> {
  const rules = fc.array(ruleArbitrary(settings), { maxLength: settings.rulesMax });
  return fc.record({
    namespace: namespaceIndexArbitrary(),
    podSelector: selectorArbitrary(LABELS),
    isolates: fc.constantFrom<readonly Direction[]>(["ingress"], ["egress"], ["ingress", "egress"]),
    ingress: rules,
    egress: rules,
  });
}

/** The policy that `spec` describes, its blocks resolved against `anchors`. */
export function policyOf(
  spec: PolicySpec,
  name: string,
  namespace: string,
  anchors: readonly Address[],
): NetworkPolicy {
  const path = `${namespace}/NetworkPolicy/${name}`;
  const rules = (direction: Direction): readonly PolicyRule[] =>
    spec[direction].map((rule, i) => ruleOf(rule, `${path}.${direction}[${String(i)}]`, anchors));
  return {
    namespace,
    name,
    podSelector: spec.podSelector,
    isolates: spec.isolates,
    ingress: rules("ingress"),
    egress: rules("egress"),
    origin: originOf(path),
    isolationOrigin: {
      ingress: originOf(`${path}.policyTypes.ingress`),
      egress: originOf(`${path}.policyTypes.egress`),
    },
  };
}

function ruleOf(rule: RuleSpec, path: string, anchors: readonly Address[]): PolicyRule {
  const peer = (spec: BlockSpec | PodsSpec, index: number): Peer => {
    const origin = originOf(`${path}.peers[${String(index)}]`);
    return spec.kind === "pods" ? { ...spec, origin } : { ...blockOf(spec, anchors), origin };
  };
  return {
    peers: rule.peers === "any" ? "any" : rule.peers.map(peer),
    ports:
      rule.ports === "any"
        ? "any"
        : rule.ports.map((port, i) => ({
            ...port,
            origin: originOf(`${path}.ports[${String(i)}]`),
          })),
    origin: originOf(path),
  };
}

function blockOf(
  spec: BlockSpec,
  anchors: readonly Address[],
): { readonly kind: "ipBlock"; readonly cidr: Prefix; readonly except: readonly Prefix[] } {
  const at = (index: number): Address => {
    const anchor = anchors[index % anchors.length];
    if (anchor === undefined) throw new Error("a cluster has at least one address");
    return anchor;
  };
  const anchor = at(spec.anchor);
  const cidr = prefixOf(anchor, LENGTHS[anchor.family][spec.length] ?? 0);
  const width = addressWidthBits(cidr.family);
  const except = spec.except.flatMap(({ anchor: index, longer }): Prefix[] => {
    if (cidr.length === width) return [];
    const wanted = LENGTHS[cidr.family][longer] ?? width;
    const inside = prefixContains(cidr, at(index))
      ? at(index)
      : nth(cidr, BigInt(index) % sizeOf(cidr));
    return [prefixOf(inside, wanted > cidr.length ? wanted : cidr.length + 1)];
  });
  return { kind: "ipBlock", cidr, except };
}
