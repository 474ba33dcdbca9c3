/**
 * What kube-proxy on a node is told: its services' ports with the endpoints that they have. This is the
 * control plane's part, which a kernel knows nothing of, and is taken from the definition.
 */
import { type Address, LOOPBACK, type Prefix, addressSets } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import {
  type Node,
  type Service,
  type ServicePort,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { type Endpoint, endpoints, endpointsFrom } from "../../models/kubernetes/service.ts";
import { formatAddress } from "../base/ip.ts";
import type { LabPlan } from "./plan.ts";

/** A port of a service in one family, as a node sees it. */
export interface ProxyPort {
  /** Unique on the node, fit for the name of a chain. */
  readonly id: string;
  readonly service: Service;
  readonly port: ServicePort;
  readonly family: Family;
  /** Those from which this node chooses with policy Cluster; empty where there is none on any node. */
  /** Those that this node chooses from, wherever they are. */
  readonly all: readonly Endpoint[];
  /** Those on this node. */
  readonly local: readonly Endpoint[];
  /** The addresses at which it is called, without those that an earlier service has at this port. */
  readonly cluster: readonly Address[];
  readonly external: readonly Address[];
  readonly balancer: readonly Address[];
  /** Absent as well where an earlier service has it. */
  readonly nodePort?: number;
}

/** Every port of every service for `node` in `family`, in the order of the services. */
export function proxyPorts(plan: LabPlan, node: Node, family: Family): readonly ProxyPort[] {
  const taken = new Set<string>();
  const free = (key: string): boolean => {
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  };
  return plan.cluster.services.flatMap((service, i) =>
    service.ports.map((port, j): ProxyPort => {
      const at = (addresses: readonly Address[] | undefined): readonly Address[] =>
        (addresses ?? []).filter(
          (a) =>
            a.family === family &&
            free(`${formatAddress(a)} ${port.protocol} ${String(port.port)}`),
        );
      const isOpen =
        port.nodePort !== undefined && free(`node ${port.protocol} ${String(port.nodePort)}`);
      return {
        id: `${String(i)}-${String(j)}`,
        service,
        port,
        family,
        all: endpointsFrom(plan.cluster, service, port, family, node),
        local: endpoints(plan.cluster, service, port, family, node.name),
        cluster: at(service.addresses),
        external: at(service.externalAddresses),
        balancer: at(service.balancer?.addresses),
        ...(isOpen && port.nodePort !== undefined ? { nodePort: port.nodePort } : {}),
      };
    }),
  );
}

/** The blocks whose addresses the proxy of `node` takes for pods'; undefined: it does not ask. */
export function podBlocks(
  { cluster, profile }: LabPlan,
  node: Node,
  family: Family,
): readonly Prefix[] | undefined {
  switch (profile.detectLocalMode) {
    case "none":
      return undefined;
    case "ClusterCIDR":
      return cluster.podCidrs.filter((block) => block.family === family);
    case "NodeCIDR":
      return node.podCidrs.filter((block) => block.family === family);
  }
}

/** The sources that the load balancer of `service` serves, in `family`; empty: all. */
export function servedSources(service: Service, family: Family): readonly Prefix[] {
  return (service.balancer?.sources ?? []).filter((block) => block.family === family);
}

/** Where a node has node ports: at whatever is local to it, or at these addresses. */
export type NodePortPlaces =
  | { readonly kind: "local"; readonly family: Family; readonly loopback: boolean }
  | { readonly kind: "addresses"; readonly addresses: readonly Address[] };

/**
 * Where `node` has node ports in `family`. Of the blocks that the installation states those of the family
 * count; where there is none, or one that is everything, all that is local does.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (nodePortAddresses, localhostNodePorts; S4.3)
 */
export function nodePortPlaces({ profile }: LabPlan, node: Node, family: Family): NodePortPlaces {
  const { nodePortAddresses: stated, localhostNodePorts } = profile;
  const ofFamily = (addresses: readonly Address[]): readonly Address[] =>
    addresses.filter((address) => address.family === family);
  if (stated === "primary") return { kind: "addresses", addresses: ofFamily(node.addresses) };
  const blocks = stated === "all" ? [] : stated.filter((block) => block.family === family);
  if (blocks.length === 0 || blocks.some((block) => block.length === 0)) {
    return { kind: "local", family, loopback: localhostNodePorts && family === "IPv4" };
  }
  const within = addressSets.ofPrefixes(blocks);
  const loopback: Address = { family: "IPv4", bits: 0x7f00_0001n };
  const own = localhostNodePorts ? [...ownAddressesOf(node), loopback] : ownAddressesOf(node);
  const addresses = ofFamily(own).filter((address) => addressSets.contains(within, address));
  return { kind: "addresses", addresses };
}

/** The addresses of `node`, loopback left out, at which it has node ports. */
export function nodePortAddresses(plan: LabPlan, node: Node, family: Family): readonly Address[] {
  const places = nodePortPlaces(plan, node, family);
  const all = places.kind === "local" ? ownAddressesOf(node) : places.addresses;
  return all.filter(
    (address) => address.family === family && !addressSets.contains(LOOPBACK, address),
  );
}
