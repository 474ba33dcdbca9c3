/**
 * The addresses that the input states, by role, and the families that follow.
 */
import { type Address, compareAddresses, type Prefix } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { isStated } from "../base/setting.ts";
import type { PodDraft } from "./pod-draft.ts";
import type { ResourceIndex } from "./resource-index.ts";

/** Who can own an address block. */
export type Role = "pod" | "service" | "node";

/** Stated addresses and blocks. */
export interface AddressFacts {
  readonly addresses: Readonly<Record<Role, readonly Address[]>>;
  /** Pod blocks that Nodes state. */
  readonly nodePodCidrs: readonly Prefix[];
  /** Addresses that belong to none of the roles, such as hand-written endpoints outside the cluster. */
  readonly others: readonly Address[];
}

/** Collects what `index` and `drafts` state; node addresses are given. */
export function addressFacts(
  index: ResourceIndex,
  drafts: readonly PodDraft[],
  nodeAddresses: readonly Address[],
): AddressFacts {
  const values = (located: readonly { readonly value: Address }[]): readonly Address[] =>
    located.map((a) => a.value);
  const pods = drafts.filter((d) => !d.hostNetwork).flatMap((d) => values(d.addresses));
  const services = index.services.flatMap((s) => values(s.clusterIPs));
  const others = [
    ...index.services.flatMap((s) => [
      ...values(s.externalIPs),
      ...values(s.loadBalancerAddresses),
    ]),
    ...index.endpoints.flatMap((resource) =>
      resource.slices.flatMap((slice) => slice.endpoints.map((e) => e.address.value)),
    ),
  ];
  return {
    addresses: {
      pod: pods.toSorted(compareAddresses),
      service: services.toSorted(compareAddresses),
      node: nodeAddresses.toSorted(compareAddresses),
    },
    nodePodCidrs: index.nodes.flatMap((n) => n.podCidrs.map((c) => c.value)),
    others: others.toSorted(compareAddresses),
  };
}

/**
 * The families of the cluster, the preferred one first: as `settings` say; else those of stated pod
 * addresses and blocks, of the configured blocks and of services; IPv4 where a service leaves it open or
 * nothing says anything.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/dual-stack/ (v1.34; S1.16, S3.27)
 */
export function clusterFamilies(
  index: ResourceIndex,
  drafts: readonly PodDraft[],
  settings: ClusterSettings,
): readonly Family[] {
  if (settings.ipFamilies.value !== "auto") return settings.ipFamilies.value;
  const configured = [settings.podCidrs, settings.serviceCidrs]
    .filter(isStated)
    .flatMap((setting) => setting.value.map((prefix) => prefix.family));
  if (configured.length > 0) return distinct(configured);
  const ofPods = [
    ...index.nodes.flatMap((node) => node.podCidrs.map((cidr) => cidr.value.family)),
    ...drafts.flatMap((draft) => draft.addresses.map((a) => a.value.family)),
  ];
  const ofServices = index.services.flatMap((service) => [
    ...service.clusterIPs.map((a) => a.value.family),
    ...(service.ipFamilies ?? []).map((f) => f.value),
    ...(service.ipFamilyPolicy?.value === "RequireDualStack" ? FAMILIES : []),
  ]);
  const open = index.services.some((s) => s.ipFamilies === undefined && s.clusterIPs.length === 0);
  const byDefault: readonly Family[] =
    ofPods.length === 0 && (open || ofServices.length === 0) ? ["IPv4"] : [];
  const found = new Set([...ofPods, ...ofServices, ...byDefault]);
  return FAMILIES.filter((family) => found.has(family));
}

function distinct(families: readonly Family[]): readonly Family[] {
  return [...new Set(families)];
}
