/**
 * What a laboratory can say something about.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import { KUBE_PROXY_DEFAULTS, type Profile } from "../../models/kubernetes/profile.ts";
import { parsePrefix } from "../base/ip.ts";
import { tunnelFamily } from "./plan.ts";

/** Blocks that mean something else to a kernel than an address like any other. */
const SPECIAL: AddressSet = addressSets.ofPrefixes(
  [
    "0.0.0.0/8",
    "127.0.0.0/32",
    "127.255.255.255/32",
    "169.254.0.0/16",
    "224.0.0.0/3",
    // Unspecified, mapped and compatible addresses; loopback is one of them and is let through below.
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ].flatMap((text) => parsePrefix(text)?.prefix ?? []),
);
const MAPPED: AddressSet = { IPv4: [], IPv6: [[0xffff_0000_0000n, 0xffff_ffff_ffffn]] };

/**
 * Whether `address` is one like any other to a kernel: no multicast, broadcast, link-local, unspecified or
 * mapped one.
 *
 * @source https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 * @source https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml
 */
export function isPlain(address: Address): boolean {
  if (address.family === "IPv6" && address.bits === 1n) return true;
  return !addressSets.contains(SPECIAL, address) && !addressSets.contains(MAPPED, address);
}

/** Why `cluster` under `profile` cannot be built; undefined: it can. */
export function obstacle(cluster: Cluster, profile: Profile): string | undefined {
  if (profile.overlay === "vxlan" && tunnelFamily(cluster.nodes) === undefined) {
    return "the nodes have no family in common in which the overlay could wrap packets";
  }
  const { kubeProxyMode, undefinedServicePort } = profile;
  if (kubeProxyMode === "ipvs") {
    return "kube-proxy's mode ipvs cannot be built: the kernel's IPVS takes the place of rules there";
  }
  if (undefinedServicePort !== KUBE_PROXY_DEFAULTS[kubeProxyMode].undefinedServicePort) {
    return `kube-proxy's mode ${kubeProxyMode} has no undefined port that is ${undefinedServicePort}`;
  }
  if (profile.hairpin === "policed" && profile.policySeesSource === "translated") {
    return "no filter sees the node as the source of connections and a pod as the source of its own";
  }
  return undefined;
}
