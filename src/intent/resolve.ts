/**
 * What the endpoints of an intent or query stand for in a given cluster. Pure; knows who is selected and
 * nothing of what can reach whom.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import {
  type Cluster,
  type Pod,
  type Service,
  type ServicePort,
  podId,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { outsideAddresses } from "../../models/kubernetes/ends.ts";
import { type Labels, selects } from "../../models/kubernetes/selector.ts";
import type { EndpointAtom, EndpointCombination, EndpointExpression } from "./ast.ts";
import { INTERNET_EXCLUDES } from "./internet.ts";
import {
  differenceOf,
  type EndpointOrder,
  type EndpointSet,
  intersectionOf,
  NO_ENDPOINTS,
  type Entrance,
  type ServiceFrontend,
  unionOf,
} from "./endpoint-set.ts";

/** Whom an expression selects. Answers are remembered, so shared definitions are resolved once. */
export type EndpointResolver = (expression: EndpointExpression) => EndpointSet;

/**
 * A resolver for `cluster`. Selection by name, namespace or labels includes host-network pods; `cluster`,
 * `*` and `not` range over the other pods only. Addresses stand for whoever has them and for themselves
 * where they are outside; those of the cluster's blocks that nobody has stand for nothing.
 */
export function endpointResolver(cluster: Cluster): EndpointResolver {
  const order: EndpointOrder = {
    pods: cluster.pods.map(podId),
    nodes: cluster.nodes.map((node) => node.name),
  };
  const atoms = atomResolver(cluster);
  const known = new Map<EndpointExpression, EndpointSet>();
  const resolve: EndpointResolver = (expression) => {
    const remembered = known.get(expression);
    if (remembered !== undefined) return remembered;
    const set = isCombination(expression) ? combined(expression) : atoms(expression);
    known.set(expression, set);
    return set;
  };
  const combined = (expression: EndpointCombination): EndpointSet => {
    switch (expression.kind) {
      case "union":
        return expression.members
          .map((member) => resolve(member.expression))
          .reduce((a, b) => unionOf(a, b, order), NO_ENDPOINTS);
      case "intersection":
        return expression.members
          .map((member) => resolve(member.expression))
          .reduce((a, b) => intersectionOf(a, b, order));
      case "difference": {
        const { from, without } = expression;
        const base = resolve(from === "cluster" ? { kind: "cluster" } : from.expression);
        return differenceOf(base, resolve(without.expression), order);
      }
    }
  };
  return resolve;
}

/** Whether `expression` combines the selections of others. */
export function isCombination(expression: EndpointExpression): expression is EndpointCombination {
  return (
    expression.kind === "union" ||
    expression.kind === "intersection" ||
    expression.kind === "difference"
  );
}

function atomResolver(cluster: Cluster): (atom: EndpointAtom) => EndpointSet {
  const outside = outsideAddresses(cluster);
  const namespaces = new Map(cluster.namespaces.map((n) => [n.name, n.labels]));
  return (atom) => {
    switch (atom.kind) {
      case "workload":
        return podsOf(cluster, (pod) => isNamed(pod, atom));
      case "namespace":
        return podsOf(cluster, (pod) => pod.namespace === atom.namespace);
      case "labels":
        return podsOf(cluster, (pod) => selects(atom.selector, pod.labels));
      case "namespaceLabels":
        return podsOf(cluster, (pod) =>
          selects(atom.selector, namespaces.get(pod.namespace) ?? NO_LABELS),
        );
      case "service":
        return { ...NO_ENDPOINTS, services: frontends(cluster, atom) };
      case "addresses":
        return ownersOf(cluster, outside, atom);
      case "internet":
        return { ...NO_ENDPOINTS, outside: addressSets.subtract(outside, INTERNET_EXCLUDES) };
      case "external":
        return { ...NO_ENDPOINTS, outside };
      case "cluster":
        return podsOf(cluster, (pod) => !pod.hostNetwork);
      case "nodes":
        return nodesOf(cluster, () => true);
      case "node":
        return nodesOf(cluster, (name) => name === atom.name);
    }
  };
}

function podsOf(cluster: Cluster, holds: (pod: Pod) => boolean): EndpointSet {
  const pods = cluster.pods.filter(holds);
  return {
    ...NO_ENDPOINTS,
    pods: new Map(pods.map((pod) => [podId(pod), addressesOfPod(cluster, pod)])),
  };
}

/** A pod on its node's network uses every address of the node. */
function addressesOfPod(cluster: Cluster, pod: Pod): readonly Address[] {
  const node = pod.hostNetwork ? cluster.nodes.find(({ name }) => name === pod.node) : undefined;
  return node === undefined ? pod.addresses : ownAddressesOf(node);
}

function nodesOf(cluster: Cluster, holds: (name: string) => boolean): EndpointSet {
  const nodes = cluster.nodes.filter((node) => holds(node.name));
  return {
    ...NO_ENDPOINTS,
    nodes: new Map(nodes.map((node) => [node.name, ownAddressesOf(node)])),
  };
}

const NO_LABELS: Labels = new Map();

function isNamed(pod: Pod, expression: EndpointAtom & { readonly kind: "workload" }): boolean {
  const { namespace, workloadKind, name } = expression;
  const { workload } = pod;
  if (pod.namespace !== namespace) return false;
  const byWorkload =
    workload.name === name && (workloadKind === undefined || workload.kind === workloadKind);
  const byPod = pod.name === name && (workloadKind === undefined || workloadKind === "Pod");
  return byWorkload || byPod;
}

function frontends(
  cluster: Cluster,
  expression: EndpointAtom & { readonly kind: "service" },
): readonly ServiceFrontend[] {
  const { namespace, name, port } = expression;
  const service = cluster.services.find((s) => s.namespace === namespace && s.name === name);
  if (service === undefined || service.addresses.length === 0) return [];
  const { addresses } = service;
  return portsOf(cluster, service)
    .filter((p) => port === undefined || p.port === port || p.name === port)
    .map((p) => ({
      service: `${namespace}/${name}`,
      addresses,
      port: p,
      published: entrances(cluster, service, p),
    }));
}

/**
 * Where `port` of `service` is called from outside: at its load balancer and external addresses, and at its
 * node port on every node.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types (v1.34; S3.1, S3.9, S3.12)
 */
export function entrances(
  cluster: Cluster,
  { balancer, externalAddresses = [] }: Service,
  { port, nodePort }: ServicePort,
): readonly Entrance[] {
  const own = [...(balancer?.addresses ?? []), ...externalAddresses];
  const nodes = nodePort === undefined ? [] : cluster.nodes.flatMap(ownAddressesOf);
  return [
    ...own.map((address) => ({ address, port })),
    ...nodes.map((address) => ({ address, port: nodePort ?? port })),
  ];
}

/** The ports of `service`; where it cannot be told where they lead, those of the frontends in its place. */
function portsOf(cluster: Cluster, service: Service): readonly ServicePort[] {
  if (service.ports.length > 0) return service.ports;
  return cluster.frontends
    .filter(({ addresses }) => service.addresses.some((a) => addressSets.contains(addresses, a)))
    .flatMap(({ protocol, ports, portName, origin }) =>
      ports
        .filter(([low, high]) => low === high)
        .map(([port]) => {
          const named = portName === undefined ? {} : { name: portName };
          return { ...named, protocol, port, target: port, origin };
        }),
    );
}

function ownersOf(
  cluster: Cluster,
  outside: EndpointSet["outside"],
  expression: EndpointAtom & { readonly kind: "addresses" },
): EndpointSet {
  const meant = addressSets.ofPrefixes(expression.prefixes);
  const among = (addresses: readonly Address[]): readonly Address[] =>
    addresses.filter((address) => addressSets.contains(meant, address));
  const entries = <T extends { readonly addresses: readonly Address[] }>(
    owners: readonly T[],
    name: (owner: T) => string,
  ): ReadonlyMap<string, readonly Address[]> =>
    new Map(
      owners
        .map((owner): readonly [string, readonly Address[]] => [
          name(owner),
          among(owner.addresses),
        ])
        .filter(([, addresses]) => addresses.length > 0),
    );
  return {
    pods: entries(cluster.pods, podId),
    nodes: entries(
      cluster.nodes.map((node) => ({ name: node.name, addresses: ownAddressesOf(node) })),
      (node) => node.name,
    ),
    outside: addressSets.intersect(outside, meant),
    services: cluster.services.flatMap((service) => {
      const addresses = among(service.addresses);
      if (addresses.length === 0) return [];
      return portsOf(cluster, service).map((port) => ({
        service: podId(service),
        addresses,
        port,
        published: [],
      }));
    }),
  };
}
