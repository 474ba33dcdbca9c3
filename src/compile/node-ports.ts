/**
 * At which addresses a node takes node ports: of its own, and at loopback.
 */
import {
  type Address,
  type AddressSet,
  LOOPBACK,
  NO_ADDRESSES,
  addressSets,
  prefixOf,
} from "../../models/base/address.ts";
import { FAMILIES } from "../../models/base/family.ts";
import type { Cluster, Node } from "../../models/kubernetes/cluster.ts";
import { ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";

const LOCALHOST: Address = { family: "IPv4", bits: 0x7f00_0001n };
const LOOPBACK_V4: AddressSet = { IPv4: LOOPBACK.IPv4, IPv6: [] };

/**
 * Those of `node`'s own addresses at which it takes node ports.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (nodePortAddresses; S4.3)
 */
export function nodePortAddressesOf(profile: Profile, node: Node): readonly Address[] {
  if (profile.nodePortAddresses === "primary") return node.addresses;
  const chosen = chosenAddresses(profile.nodePortAddresses);
  return ownAddressesOf(node).filter((address) => addressSets.contains(chosen, address));
}

/** Those of all nodes of `cluster`, as one set. */
export function allNodePortAddresses(cluster: Cluster, profile: Profile): AddressSet {
  return addressSets.ofAddresses(
    cluster.nodes.flatMap((node) => nodePortAddressesOf(profile, node)),
  );
}

/**
 * The loopback addresses at which nodes take node ports; empty where none does.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (route_localnet; S4.3)
 */
export function loopbackNodePorts(profile: Profile): AddressSet {
  const { kubeProxyMode, localhostNodePorts, nodePortAddresses } = profile;
  if (kubeProxyMode !== "iptables" || !localhostNodePorts) return NO_ADDRESSES;
  if (nodePortAddresses === "primary") return NO_ADDRESSES;
  const chosen = chosenAddresses(nodePortAddresses);
  const everything: AddressSet = addressSets.ofPrefixes([
    prefixOf({ family: "IPv4", bits: 0n }, 0),
  ]);
  const isWhole = addressSets.isEmpty(
    addressSets.subtract(everything, { IPv4: chosen.IPv4, IPv6: [] }),
  );
  return isWhole
    ? LOOPBACK_V4
    : addressSets.intersect(chosen, addressSets.ofAddresses([LOCALHOST]));
}

/** What `stated` means: a family of which no block is stated is chosen whole. */
function chosenAddresses(
  stated: "all" | Exclude<Profile["nodePortAddresses"], string>,
): AddressSet {
  const blocks = stated === "all" ? [] : stated;
  const whole = FAMILIES.filter((family) => !blocks.some((block) => block.family === family));
  return addressSets.ofPrefixes([
    ...blocks,
    ...whole.map((family) => prefixOf({ family, bits: 0n }, 0)),
  ]);
}
