/**
 * Generated clusters. They satisfy every invariant of `models/kubernetes/cluster.ts`, no two pods, nodes
 * or services share an address, and their blocks do not overlap; otherwise anything goes that the API
 * server accepts.
 */
import fc from "fast-check";
import { type Address, compareAddresses } from "../../models/base/address.ts";
import { FAMILIES, type Family, type Protocol } from "../../models/base/family.ts";
import {
  type Cluster,
  type Namespace,
  type Node,
  type Pod,
  type Service,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import type { Labels } from "../../models/kubernetes/selector.ts";
import {
  type NodeSpec,
  type PodSpec,
  nodeSpecArbitrary,
  nodeOfIndex,
  podArbitrary,
  podOf,
} from "./cluster-pod-arbitrary.ts";
import { type PolicySpec, policyArbitrary, policyOf } from "./cluster-policy-arbitrary.ts";
import {
  type FrontendSpec,
  type ServiceSpec,
  following,
  frontendArbitrary,
  frontendOf,
  serviceArbitrary,
  serviceOf,
} from "./cluster-service-arbitrary.ts";
import { type ClusterSettings, type FamilyPlan, SMALL_CLUSTERS } from "./cluster-settings.ts";
import {
  ADDRESS_PLANS,
  NAMESPACE_LABELS,
  labelsArbitrary,
  nth,
  originOf,
  sizeOf,
} from "./cluster-vocabulary.ts";

const NAMESPACES: readonly string[] = ["alpha", "beta", "gamma"];

const FAMILIES_OF: Readonly<Record<FamilyPlan, readonly Family[]>> = {
  IPv4: ["IPv4"],
  IPv6: ["IPv6"],
  dual: FAMILIES,
};

interface ClusterSpec {
  readonly families: readonly Family[];
  /** One entry per namespace; undefined where no input defines it. */
  readonly namespaces: readonly (Labels | undefined)[];
  readonly nodes: readonly NodeSpec[];
  readonly pods: readonly PodSpec[];
  readonly services: readonly ServiceSpec[];
  readonly policies: readonly PolicySpec[];
  readonly frontends: readonly FrontendSpec[];
}

function specArbitrary(settings: ClusterSettings): fc.Arbitrary<ClusterSpec> {
  return fc.constantFrom(...settings.families).chain((plan) => {
    const families = FAMILIES_OF[plan];
    return fc.record({
      families: fc.constant(families),
      namespaces: fc.array(
        fc.option(labelsArbitrary(NAMESPACE_LABELS), { nil: undefined, freq: 3 }),
        { minLength: 1, maxLength: settings.namespacesMax },
      ),
      nodes: fc.array(nodeSpecArbitrary(families), {
        minLength: 1,
        maxLength: settings.nodesMax,
      }),
      pods: upTo(podArbitrary(settings, families), 1, settings.podsMax),
      services: upTo(serviceArbitrary(settings, families), 0, settings.servicesMax),
      policies: upTo(policyArbitrary(settings), 0, settings.policiesMax),
      frontends: upTo(frontendArbitrary(), 0, settings.frontendsMax),
    });
  });
}

/** A list of `min` to `max` items, more often in the upper half: small clusters show little. */
function upTo<T>(item: fc.Arbitrary<T>, min: number, max: number): fc.Arbitrary<readonly T[]> {
  const between = (minLength: number): fc.Arbitrary<readonly T[]> =>
    fc.array(item, { minLength, maxLength: max, size: "max" });
  return fc.oneof(
    { weight: 1, arbitrary: between(min) },
    { weight: 2, arbitrary: between(Math.max(min, Math.ceil(max / 2))) },
  );
}

/** A cluster within `settings`. The same seed gives the same cluster. */
export function clusterArbitrary(
  settings: ClusterSettings = SMALL_CLUSTERS,
): fc.Arbitrary<Cluster> {
  return specArbitrary(settings).map(clusterOf);
}

/** The item that `index` stands for in a list that is not empty. */
function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function clusterOf(spec: ClusterSpec): Cluster {
  const { families } = spec;
  const namespaces = spec.namespaces.map((labels, i) => namespaceOf(pick(NAMESPACES, i), labels));
  const nodes = spec.nodes.map((own, i) => nodeOfIndex(i, own, families));
  const nameOf = (index: number): string => pick(namespaces, index).name;
  const pods = spec.pods.map((pod, i) => {
    const node = pod.node % nodes.length;
    return podOf(pod, i, nameOf(pod.namespace), pick(nodes, node), node);
  });
  const owned = [...pods.flatMap((pod) => pod.addresses), ...nodes.flatMap(ownAddressesOf)];
  const outside = families.flatMap((family) =>
    ADDRESS_PLANS[family].outside.map((p) => nth(p, 0n)),
  );
  // Slices name pods and nodes (each also with its neighbour, which may be nobody's) and the outside.
  const targets = [
    ...owned,
    ...owned,
    ...owned.map((a) => ({ ...a, bits: a.bits + 1n })),
    ...outside,
  ];
  const wishes = spec.services.map((service, i) => {
    const { namespace, selector } = following(service, pods) ?? {
      namespace: nameOf(service.namespace),
      selector: service.selector,
    };
    const names = nodes.map((node) => node.name);
    return serviceOf(service, i, namespace, selector, families, targets, names, outside);
  });
  const services = translatedOnce(wishes, nodes, pods, families);
  const anchors = anchorsOf(families, [...owned, ...services.flatMap((s) => s.addresses)]);
  const policies = spec.policies.map((policy, i) =>
    policyOf(policy, `np${String(i).padStart(2, "0")}`, nameOf(policy.namespace), anchors),
  );
  const nodeAddresses = nodes.flatMap(ownAddressesOf);
  return {
    namespaces,
    nodes,
    pods: sorted(pods),
    services: sorted(services),
    policies: sorted(policies),
    frontends: spec.frontends.map((f, i) => frontendOf(f, i, nodeAddresses, outside, anchors)),
    podCidrs: families.map((family) => ADDRESS_PLANS[family].podCidr),
    serviceCidrs: families.map((family) => ADDRESS_PLANS[family].serviceCidr),
  };
}

/** `services` without what they publish at an address and port that is an endpoint of one of them. */
function translatedOnce(
  services: readonly Service[],
  nodes: readonly Node[],
  pods: readonly Pod[],
  families: readonly Family[],
): readonly Service[] {
  const key = (protocol: Protocol, address: Address, port: number): string =>
    `${protocol} ${address.family} ${String(address.bits)} ${String(port)}`;
  const world = { pods } as Cluster; // nothing else is read to find endpoints
  const places = [undefined, ...nodes.map((node) => node.name)];
  const taken = new Set(
    services.flatMap((service) =>
      service.ports.flatMap((port) =>
        families.flatMap((family) =>
          places.flatMap((node) =>
            endpoints(world, service, port, family, node).map((e) =>
              key(port.protocol, e.address, e.port),
            ),
          ),
        ),
      ),
    ),
  );
  const addresses = nodes.flatMap(ownAddressesOf);
  return services.map((service) => {
    const isFree = (address: Address): boolean =>
      service.ports.every((p) => !taken.has(key(p.protocol, address, p.port)));
    const { externalAddresses, balancer, ports } = service;
    return {
      ...service,
      ...(externalAddresses && { externalAddresses: externalAddresses.filter(isFree) }),
      ...(balancer && { balancer: { ...balancer, addresses: balancer.addresses.filter(isFree) } }),
      ports: ports.map(({ nodePort, ...port }) => {
        const isTaken = addresses.some((a) => taken.has(key(port.protocol, a, nodePort ?? 0)));
        return nodePort === undefined || isTaken ? port : { ...port, nodePort };
      }),
    };
  });
}

function namespaceOf(name: string, labels: Labels | undefined): Namespace {
  const own: [string, string] = ["kubernetes.io/metadata.name", name];
  return labels === undefined
    ? { name, labels: new Map([own]) }
    : { name, labels: new Map([...labels, own]), origin: originOf(`Namespace/${name}`) };
}

/** Addresses at which generated blocks begin or end: those in use, and the ends of the plan's blocks. */
function anchorsOf(families: readonly Family[], used: readonly Address[]): readonly Address[] {
  const ends = families.flatMap((family) => {
    const { podCidr, serviceCidr, nodeCidr, outside } = ADDRESS_PLANS[family];
    return [podCidr, serviceCidr, nodeCidr, ...outside].flatMap((prefix) => [
      nth(prefix, 0n),
      nth(prefix, sizeOf(prefix) - 1n),
    ]);
  });
  return [...used, ...ends].sort(compareAddresses);
}

function sorted<T extends { readonly namespace: string; readonly name: string }>(
  items: readonly T[],
): readonly T[] {
  const key = (item: T): string => `${item.namespace}/${item.name}`;
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
