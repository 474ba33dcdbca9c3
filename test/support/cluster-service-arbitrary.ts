/**
 * Generated services and frontends, before the cluster's addresses are known.
 */
import fc from "fast-check";
import type { Address } from "../../models/base/address.ts";
import { addressSets } from "../../models/base/address.ts";
import type { Family, Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type {
  EndpointSlice,
  Pod,
  Service,
  ServicePort,
  TopologyHints,
  TrafficPolicy,
  UnmodelledFrontend,
} from "../../models/kubernetes/cluster.ts";
import type { Labels } from "../../models/kubernetes/selector.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import {
  ADDRESS_PLANS,
  LABELS,
  NODE_PORTS,
  PORTS,
  PORT_NAMES,
  ZONES,
  familiesArbitrary,
  namespaceIndexArbitrary,
  nth,
  originOf,
  protocolArbitrary,
  sizeOf,
} from "./cluster-vocabulary.ts";

interface SliceSpec {
  readonly family: number;
  readonly endpoints: readonly {
    readonly anchor: number;
    readonly ready: boolean;
    readonly servesTerminating: boolean;
    /** The node that it names, as an index; undefined for none. */
    readonly node: number | undefined;
    readonly hints: TopologyHints | undefined;
  }[];
  /** For each port of the service: the target, or undefined where the slice lacks it. */
  readonly targets: readonly (number | undefined)[];
}

/** A service before it has an address. */
export interface ServiceSpec {
  readonly namespace: number;
  /** The pod whose namespace and one of whose labels it takes, as an index; absent: its own. */
  readonly follows?: number;
  /** Empty for a headless service. */
  readonly families: readonly Family[];
  readonly fromEnd: boolean;
  readonly selector?: Labels;
  readonly publishNotReadyAddresses: boolean;
  readonly ports: readonly Omit<ServicePort, "origin">[];
  readonly slices: readonly SliceSpec[];
  readonly published: PublishedSpec;
}

/** How a service is reached beside its cluster addresses. */
interface PublishedSpec {
  readonly nodePorts: boolean;
  readonly internal: TrafficPolicy | undefined;
  readonly external: TrafficPolicy | undefined;
  /** Which addresses outside, and now and then elsewhere, are its external ones and its balancer's. */
  readonly externals: readonly number[];
  readonly balancers: readonly number[];
  /** Whom the balancer serves; `few`: the blocks outside, of one family perhaps. */
  readonly sources: "all" | "few";
}

function publishedArbitrary(): fc.Arbitrary<PublishedSpec> {
  const policy = fc.constantFrom<TrafficPolicy | undefined>(undefined, "Cluster", "Local");
  const few = fc.oneof(
    { weight: 2, arbitrary: fc.constant<readonly number[]>([]) },
    { weight: 1, arbitrary: fc.array(fc.nat(200), { minLength: 1, maxLength: 2 }) },
  );
  const nothing = { nodePorts: false, externals: [], balancers: [] };
  return fc
    .record({
      nodePorts: fc.boolean(),
      internal: policy,
      external: policy,
      externals: few,
      balancers: few,
      sources: fc.constantFrom<"all" | "few">("all", "few"),
    })
    .chain((spec) => fc.constantFrom(spec, spec, { ...spec, ...nothing }));
}

function servicePortsArbitrary(
  settings: ClusterSettings,
): fc.Arbitrary<readonly Omit<ServicePort, "origin">[]> {
  const port = fc.record({
    protocol: protocolArbitrary(),
    port: fc.constantFrom(...PORTS),
    target: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom<number | string>(...PORTS) },
      { weight: 1, arbitrary: fc.constantFrom<number | string>(...PORT_NAMES) },
    ),
  });
  return fc
    .tuple(
      fc.uniqueArray(port, {
        minLength: 1,
        maxLength: settings.servicePortsMax,
        selector: (p) => `${p.protocol} ${String(p.port)}`,
      }),
      fc.boolean(),
    )
    .map(([ports, named]) =>
      // Several ports need names (S3.5).
      ports.map((p, i) => (named || ports.length > 1 ? { ...p, name: `port-${String(i)}` } : p)),
    );
}

/** A slice of a service, as likely as not without anything that is used. */
function sliceArbitrary(settings: ClusterSettings): fc.Arbitrary<SliceSpec> {
  return fc.record({
    family: fc.nat(1),
    endpoints: fc.array(
      fc.record({
        anchor: fc.nat(200),
        ready: fc.nat(4).map((n) => n !== 4),
        servesTerminating: fc.nat(2).map((n) => n === 2),
        node: fc.option(fc.nat(3), { nil: undefined }),
        hints: fc.constant(undefined),
      }),
      { maxLength: 2 },
    ),
    targets: targetsArbitrary(settings, 4),
  });
}

/** A slice with several endpoints that are kept for some nodes and zones, now and then for nobody. */
function hintedSliceArbitrary(settings: ClusterSettings): fc.Arbitrary<SliceSpec> {
  const [near = "", far = ""] = ZONES;
  const hints = fc.record({
    zones: fc.constantFrom([near], [near], [far], [near, far], []),
    nodes: fc.constantFrom([], ["n0"], ["n1"], ["n0", "n1"]),
  });
  return fc.record({
    family: fc.nat(1),
    endpoints: fc.array(
      fc.record({
        anchor: fc.nat(200),
        ready: fc.nat(9).map((n) => n !== 9),
        servesTerminating: fc.boolean(),
        node: fc.option(fc.nat(3), { nil: undefined }),
        hints: fc.option(hints, { nil: undefined, freq: 9 }),
      }),
      { minLength: 2, maxLength: 3 },
    ),
    targets: targetsArbitrary(settings, 12),
  });
}

/** Where each port leads; `freq`: how seldom one leads nowhere. */
function targetsArbitrary(
  settings: ClusterSettings,
  freq: number,
): fc.Arbitrary<SliceSpec["targets"]> {
  const target = fc.constantFrom(...PORTS, ...NODE_PORTS);
  return fc.array(fc.option(target, { nil: undefined, freq }), {
    minLength: settings.servicePortsMax,
    maxLength: settings.servicePortsMax,
  });
}

/** A service of a cluster with `families`. */
export function serviceArbitrary(
  settings: ClusterSettings,
  families: readonly Family[],
): fc.Arbitrary<ServiceSpec> {
  const selector = fc
    .constantFrom(...Object.entries(LABELS))
    .chain(([key, values]) =>
      fc.constantFrom(...values.slice(0, -1), ...values).map((v) => new Map([[key, v]])),
    );
  const slice = sliceArbitrary(settings);
  const hinted = hintedSliceArbitrary(settings);
  const follows = fc.nat(20);
  const endpoints: fc.Arbitrary<Pick<ServiceSpec, "selector" | "slices" | "follows">> = fc.oneof(
    { weight: 10, arbitrary: follows.map((pod) => ({ follows: pod, slices: [] })) },
    { weight: 3, arbitrary: selector.map((s) => ({ selector: s, slices: [] })) },
    { weight: 3, arbitrary: fc.record({ slices: fc.array(slice, { maxLength: 2 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ follows, slices: fc.array(slice, { minLength: 1, maxLength: 1 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ slices: fc.array(hinted, { minLength: 1, maxLength: 1 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ follows, slices: fc.array(hinted, { minLength: 1, maxLength: 1 }) }),
    },
    { weight: 1, arbitrary: fc.constant({ selector: new Map(), slices: [] }) },
  );
  return fc
    .record({
      namespace: namespaceIndexArbitrary(),
      families: fc.oneof(
        { weight: 7, arbitrary: familiesArbitrary(families) },
        { weight: 1, arbitrary: fc.constant<readonly Family[]>([]) },
      ),
      fromEnd: fc.nat(3).map((n) => n === 3),
      endpoints,
      publishNotReadyAddresses: fc.nat(4).map((n) => n === 4),
      ports: servicePortsArbitrary(settings),
      published: publishedArbitrary(),
    })
    .map(({ endpoints: managed, ...rest }) => ({ ...rest, ...managed }));
}

/** The namespace and selector of a service that follows a pod: one of the pod's labels, if it has any. */
export function following(
  spec: ServiceSpec,
  pods: readonly Pod[],
): { readonly namespace: string; readonly selector: Labels } | undefined {
  const pod = spec.follows === undefined ? undefined : pods[spec.follows % pods.length];
  if (pod === undefined) return undefined;
  return { namespace: pod.namespace, selector: new Map([...pod.labels].slice(0, 1)) };
}

/** The service that `spec` describes, the one with `index`; `targets` are whom slices may name. */
export function serviceOf(
  spec: ServiceSpec,
  index: number,
  namespace: string,
  selector: Labels | undefined,
  families: readonly Family[],
  targets: readonly Address[],
  nodes: readonly string[],
  outside: readonly Address[],
): Service {
  const name = `s${String(index).padStart(2, "0")}`;
  const path = `${namespace}/Service/${name}`;
  const { slices, ports, families: own, fromEnd, publishNotReadyAddresses } = spec;
  const offset = BigInt(1 + index);
  const { published } = spec;
  // Mostly outside; some where a manifest should not put them.
  const odd = [...outside, ...outside, ...outside, ...targets];
  const addressesAt = (anchors: readonly number[]): readonly Address[] =>
    anchors.flatMap((anchor) => odd.slice(anchor % odd.length).slice(0, 1));
  const isPublished = own.length > 0;
  const balancers = isPublished ? addressesAt(published.balancers) : [];
  const externals = isPublished ? addressesAt(published.externals) : [];
  return {
    namespace,
    name,
    ...(selector === undefined ? {} : { selector }),
    publishNotReadyAddresses,
    addresses: own.map((family) => {
      const block = ADDRESS_PLANS[family].serviceCidr;
      return nth(block, fromEnd ? sizeOf(block) - offset : offset);
    }),
    ports: ports.map((p, i) => {
      const nodePort = NODE_PORTS[index * 2 + i];
      const isOpen = isPublished && published.nodePorts && nodePort !== undefined;
      return {
        ...p,
        ...(isOpen ? { nodePort } : {}),
        origin: originOf(`${path}.ports[${String(i)}]`),
      };
    }),
    slices: slices.flatMap((s, i) =>
      sliceOf(s, `${path}.slices[${String(i)}]`, ports, families, targets, nodes),
    ),
    ...(published.internal === undefined ? {} : { internalTrafficPolicy: published.internal }),
    ...(published.external === undefined ? {} : { externalTrafficPolicy: published.external }),
    ...(externals.length === 0 ? {} : { externalAddresses: externals }),
    ...(balancers.length === 0
      ? {}
      : {
          balancer: {
            addresses: balancers,
            sources:
              published.sources === "all" ? [] : families.flatMap((f) => ADDRESS_PLANS[f].outside),
          },
        }),
    origin: originOf(path),
  };
}

function sliceOf(
  spec: SliceSpec,
  path: string,
  ports: readonly Omit<ServicePort, "origin">[],
  families: readonly Family[],
  targets: readonly Address[],
  nodes: readonly string[],
): readonly EndpointSlice[] {
  const family = families[spec.family % families.length];
  const eligible = targets.filter((address) => address.family === family);
  if (family === undefined || eligible.length === 0) return [];
  const origin = originOf(path);
  return [
    {
      family,
      endpoints: spec.endpoints.flatMap(({ anchor, ready, servesTerminating, node, hints }) => {
        const address = eligible[anchor % eligible.length];
        const at = node === undefined ? undefined : nodes[node % nodes.length];
        if (address === undefined) return [];
        const kept = hints === undefined ? {} : { hints };
        const base = { address, ready, servesTerminating, ...kept, origin };
        return [at === undefined ? base : { ...base, node: at }];
      }),
      ports: ports.flatMap(({ name, protocol }, i) => {
        const number = spec.targets[i];
        if (number === undefined) return [];
        return [name === undefined ? { protocol, number } : { name, protocol, number }];
      }),
      origin,
    },
  ];
}

/** A frontend before the cluster's addresses are known. */
export interface FrontendSpec {
  /** Node ports, an external load balancer, or (as with odd externalIPs) any address of the cluster. */
  readonly kind: "nodes" | "outside" | "anywhere";
  readonly anchor: number;
  readonly protocol: Protocol;
  readonly ports: PortSet;
}

/** A frontend that is not modelled: one port, or all that a node port could be. */
export function frontendArbitrary(): fc.Arbitrary<FrontendSpec> {
  return fc.record({
    kind: fc.constantFrom("nodes", "nodes", "outside", "outside", "anywhere"),
    anchor: fc.nat(200),
    protocol: protocolArbitrary(),
    ports: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PORTS, 30_080).map((p) => portSets.of([[p, p]])) },
      { weight: 1, arbitrary: fc.constant(portSets.of([[30_000, 32_767]])) },
    ),
  });
}

/** The frontend that `spec` describes. `anywhere` are all addresses that a cluster mentions. */
export function frontendOf(
  spec: FrontendSpec,
  index: number,
  nodes: readonly Address[],
  outside: readonly Address[],
  anywhere: readonly Address[],
): UnmodelledFrontend {
  const text = `frontend ${String(index)}`;
  const pick = (from: readonly Address[]): readonly Address[] =>
    from.length === 0 ? [] : from.slice(spec.anchor % from.length).slice(0, 1);
  const addresses =
    spec.kind === "nodes" ? nodes : pick(spec.kind === "outside" ? outside : anywhere);
  return {
    addresses: addressSets.ofAddresses(addresses),
    protocol: spec.protocol,
    ports: spec.ports,
    code: "NQ3001",
    text,
    origin: originOf(text),
  };
}
