/**
 * What else the network plugin loads on nodes: pods leave the cluster with the address of their node, and
 * an address of the pods' blocks that nobody has leads nowhere.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/ip-masq-agent/ (v1.34; S4.24)
 */
import { addressSets } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import { ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { IP, among, baseChain, blocksOf, table } from "./nft-text.ts";
import type { Ablation, LabPlan } from "./plan.ts";

/** The table of every node for `family`. */
export function pluginNft(plan: LabPlan, family: Family, without: Ablation): string {
  const { cluster, profile } = plan;
  const ip = IP[family];
  const pods = cluster.pods.filter((pod) => !pod.hostNetwork).flatMap((pod) => pod.addresses);
  const sources = addressSets.union(
    addressSets.ofAddresses(pods),
    addressSets.ofPrefixes(cluster.podCidrs),
  );
  const inside = [
    addressSets.ofAddresses([
      ...pods,
      ...(profile.masqueradeToNodes ? [] : cluster.nodes.flatMap(ownAddressesOf)),
      ...cluster.services.flatMap((service) => service.addresses),
    ]),
    addressSets.ofPrefixes([
      ...cluster.podCidrs,
      ...cluster.serviceCidrs,
      ...profile.nonMasqueradeCIDRs,
    ]),
  ].reduce(addressSets.union);
  const from = blocksOf(sources, family);
  const isOn = profile.masqueradeOutside && without.masquerade !== false && from.length > 0;
  const except = blocksOf(inside, family);
  const owned = [...pods, ...cluster.nodes.flatMap(ownAddressesOf)];
  const nobodys = blocksOf(
    addressSets.subtract(addressSets.ofPrefixes(cluster.podCidrs), addressSets.ofAddresses(owned)),
    family,
  );
  // After kube-proxy and policies have had their say; a route would come before them.
  const drop = nobodys.length === 0 ? [] : [`${ip} daddr ${among(nobodys)} drop`];
  return table(ip, "cni", [
    baseChain("nobody-forward", "filter", "forward", 50, drop),
    baseChain("nobody-output", "filter", "output", 50, drop),
    baseChain(
      "postrouting",
      "nat",
      "postrouting",
      101,
      isOn
        ? [
            `fib daddr type != local ${ip} saddr ${among(from)} ${ip} daddr != ${among(except)} masquerade fully-random`,
          ]
        : [],
    ),
  ]);
}
