/**
 * What a user may say about a cluster beside its manifests, and what holds when nothing is said. Types
 * and defaults only: how they are used is src/cluster's business, how they are read src/intent's.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import { present } from "./assert.ts";
import { parsePrefix } from "./ip.ts";
import { defaultSetting, type Setting } from "./setting.ts";

/** Labels of a namespace that the manifests leave out. They complete those of the manifests. */
export interface NamespaceSetting {
  readonly labels: ReadonlyMap<string, string>;
  readonly at: Origin;
}

/** A workload that is an ingress controller. */
export interface ControllerSetting {
  readonly namespace: string;
  readonly name: string;
  readonly at: Origin;
}

/** Who handles Ingresses, where the manifests do not show it. */
export interface IngressSettings {
  /** By the name of the class. */
  readonly controllers: ReadonlyMap<string, ControllerSetting>;
  /** The class of Ingresses that name none. */
  readonly defaultClass?: Setting<string>;
}

/**
 * Addresses and size of the cluster. CIDRs set by the user bind; the default ones make room for the
 * addresses that manifests state, and count only for the families that the cluster has.
 */
export interface ClusterSettings {
  readonly podCidrs: Setting<readonly Prefix[]>;
  readonly serviceCidrs: Setting<readonly Prefix[]>;
  readonly nodeCidrs: Setting<readonly Prefix[]>;
  /** From these, load balancers have the addresses that no manifest states. */
  readonly balancerCidrs: Setting<readonly Prefix[]>;
  /** Length of the block that each node has of the pod CIDRs. */
  readonly nodePrefixLengths: Setting<Readonly<Record<Family, number>>>;
  /** The families of pods and services, the first one preferred; `auto`: those that the input shows. */
  readonly ipFamilies: Setting<readonly Family[] | "auto">;
  /** Whether the pods of a node are attached to a bridge with an address, or one by one. */
  readonly dataplane: Setting<"ptp" | "bridge">;
  /** How nodes reach pods of other nodes; an overlay gives each node an address in it. */
  readonly overlay: Setting<"none" | "vxlan">;
  /** How many nodes there are when no Node is given; `auto`: as many as needed, but at least two. */
  readonly nodes: Setting<number | "auto">;
  readonly namespaces: ReadonlyMap<string, NamespaceSetting>;
  /** The zone of the cluster's names. */
  readonly clusterDomain: Setting<string>;
  /** The service that pods ask for names. */
  readonly dnsService: Setting<{ readonly namespace: string; readonly name: string }>;
  readonly ingress: IngressSettings;
  /** Whether somebody enforces NetworkPolicy. */
  readonly networkPolicy: Setting<"enforced" | "ignored">;
  /** What objects of the input say of the installation that is not modelled; absent: nothing. */
  readonly doubts?: readonly InstallationDoubt[];
  /** The configuration of Flannel, where no other plugin is configured beside it. */
  readonly flannel?: Origin;
}

/**
 * Something of the installation that is not modelled, by the object that states it, and what it can change: what
 * ingress policies with blocks admit (`tunnel`), what policies with blocks admit at all (`blocks`), what any pod
 * admits (`policies`), whom other nodes and pods behind them see (`nodes`).
 */
export interface InstallationDoubt {
  readonly kind: "tunnel" | "blocks" | "policies" | "nodes";
  /** `namespace/Kind/name`, or `Kind/name`. */
  readonly object: string;
  readonly at: Origin;
}

function prefixes(...texts: readonly string[]): readonly Prefix[] {
  return texts.map((text) => present(parsePrefix(text)?.prefix, `${text} is no CIDR block`));
}

/** The documented defaults. The IPv6 blocks count only in clusters that have IPv6. */
export const DEFAULT_CLUSTER_SETTINGS: ClusterSettings = {
  podCidrs: defaultSetting(prefixes("10.244.0.0/16", "fd00:10:244::/56")),
  serviceCidrs: defaultSetting(prefixes("10.96.0.0/12", "fd00:10:96::/112")),
  nodeCidrs: defaultSetting(prefixes("172.18.0.0/16", "fd00:10:18::/64")),
  balancerCidrs: defaultSetting(prefixes("198.18.0.0/15", "2001:2::/48")),
  nodePrefixLengths: defaultSetting({ IPv4: 24, IPv6: 64 }),
  ipFamilies: defaultSetting("auto"),
  dataplane: defaultSetting("ptp"),
  overlay: defaultSetting("none"),
  nodes: defaultSetting("auto"),
  namespaces: new Map(),
  clusterDomain: defaultSetting("cluster.local"),
  dnsService: defaultSetting({ namespace: "kube-system", name: "kube-dns" }),
  ingress: { controllers: new Map() },
  networkPolicy: defaultSetting("enforced"),
};
