/**
 * Host ports: ports of a node that lead to a pod on it.
 */
import { type Address, addressSets, sameAddress } from "../base/address.ts";
import type { Family, Protocol } from "../base/family.ts";
import { type Cluster, type HostPort, type Node, type Pod, ownAddressesOf } from "./cluster.ts";
import type { Profile } from "./profile.ts";

/** Where a host port leads: the address of a pod, and a port of it. */
export interface Mapped {
  readonly pod: Pod;
  readonly address: Address;
  readonly port: number;
}

/**
 * Where a connection to `address` and `port` of `node` is led by a host port: to the first pod on the node that
 * maps it and has an address of the family. Undefined where none does, or the installation has no host ports.
 * Services are looked at before.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (S1.10)
 */
export function mappedAt(
  cluster: Cluster,
  profile: Profile,
  node: Node,
  { protocol, address, port }: Called,
): Mapped | undefined {
  if (profile.hostPorts === "none") return undefined;
  for (const pod of cluster.pods) {
    const own = pod.addresses.find(({ family }) => family === address.family);
    if (pod.hostNetwork || pod.node !== node.name || own === undefined) continue;
    const mapping = pod.hostPorts?.find(
      (mapped) =>
        mapped.protocol === protocol &&
        mapped.number === port &&
        mappingAddresses(node, mapped, address.family).some((at) => sameAddress(at, address)),
    );
    if (mapping !== undefined) return { pod, address: own, port: mapping.target };
  }
  return undefined;
}

interface Called {
  readonly protocol: Protocol;
  readonly address: Address;
  readonly port: number;
}

/**
 * The addresses of `node` at which `mapping` holds: the one that it names, if it is the node's, else all; of the
 * family that it names, if it does.
 */
export function mappingAddresses(
  node: Node,
  { address, family: only }: HostPort,
  family: Family,
): readonly Address[] {
  if (only !== undefined && only !== family) return [];
  return ownAddressesOf(node).filter(
    (own) => own.family === family && (address === undefined || sameAddress(own, address)),
  );
}

/**
 * Whether the plugin may put the node's address in place of `source`: it takes what comes from the network
 * of the pod's bridge for the pod's own, or only what comes from the pod itself, as it is set up.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (the container's network is masqueraded; S1.10)
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_nftables.go (only the container's own address is; S1.10)
 */
export function mayBeMasqueraded(cluster: Cluster, node: Node, source: Address): boolean {
  const neighbours = cluster.pods.filter((pod) => !pod.hostNetwork && pod.node === node.name);
  return (
    neighbours.some(({ addresses }) => addresses.some((own) => sameAddress(own, source))) ||
    addressSets.contains(addressSets.ofPrefixes(node.podCidrs), source)
  );
}
