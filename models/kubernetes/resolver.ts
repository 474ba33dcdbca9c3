/**
 * How a pod asks for a name: its resolv.conf, its /etc/hosts, and the names that it tries.
 */
import { type Address, LOOPBACK, sameAddress } from "../base/address.ts";
import { FAMILIES } from "../base/family.ts";
import type { Pod } from "./cluster.ts";
import {
  DEFAULT_POD_NAMES,
  type DnsConfig,
  type DnsOption,
  type NameSettings,
} from "./name-facts.ts";

/** Whom a pod asks: the cluster's DNS, whoever its node asks, or an address that it names itself. */
export type Nameserver = "cluster" | "node" | Address;

/** A resolv.conf. What the node's own has, and the pod inherits, is not known and left out. */
export interface Resolver {
  /** In the order in which they are asked. */
  readonly nameservers: readonly Nameserver[];
  readonly searches: readonly string[];
  readonly options: readonly DnsOption[];
  /** A name with fewer dots is tried with the search list first. */
  readonly ndots: number;
  /** Whether the search list of the node belongs to `searches`. */
  readonly inherits: boolean;
}

/** How many nameservers a resolv.conf may have. */
const NAMESERVERS_MAX = 3;

/**
 * The resolv.conf of `pod`. On the network of its node `ClusterFirst` means what the node does.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/network/dns/dns.go (getPodDNSType, GetPodDNS, appendDNSConfig; S5.11, S5.13, S5.14)
 * @source https://man7.org/linux/man-pages/man5/resolv.conf.5.html (ndots)
 */
export function resolverOf(pod: Pod, settings: NameSettings): Resolver {
  const { dnsPolicy, dnsConfig } = pod.names ?? DEFAULT_POD_NAMES;
  const base = baseOf(pod, dnsPolicy, settings);
  const nameservers = [...base.nameservers, ...(dnsConfig?.nameservers ?? [])];
  const searches = [...base.searches, ...(dnsConfig?.searches ?? [])].map(plain);
  const options = merged(base.options, dnsConfig);
  return {
    nameservers: nameservers
      .filter((n, i) => indexOf(nameservers, n) === i)
      .slice(0, NAMESERVERS_MAX),
    searches: [...new Set(searches)].filter((search) => search !== ""),
    options,
    ndots: ndotsOf(options),
    inherits: base.inherits,
  };
}

type Base = Pick<Resolver, "nameservers" | "searches" | "options" | "inherits">;

function baseOf(pod: Pod, policy: string, { clusterDomain }: NameSettings): Base {
  const asksNode = policy === "Default" || (policy === "ClusterFirst" && pod.hostNetwork);
  if (asksNode) return { nameservers: ["node"], searches: [], options: [], inherits: true };
  if (policy === "None") return { nameservers: [], searches: [], options: [], inherits: false };
  return {
    nameservers: ["cluster"],
    searches: [`${pod.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain],
    options: [{ name: "ndots", value: "5" }],
    inherits: true,
  };
}

function plain(search: string): string {
  return search.toLowerCase().replace(/\.$/, "");
}

function indexOf(all: readonly Nameserver[], one: Nameserver): number {
  return all.findIndex((other) =>
    typeof other === "object" && typeof one === "object" ? sameAddress(other, one) : other === one,
  );
}

/** An option of the pod takes the place of one with the same name. */
function merged(options: readonly DnsOption[], config: DnsConfig | undefined): DnsOption[] {
  const byName = new Map([...options, ...(config?.options ?? [])].map((o) => [o.name, o]));
  return [...byName.values()];
}

/** @source https://man7.org/linux/man-pages/man5/resolv.conf.5.html (ndots: 1 by default, at most 15) */
function ndotsOf(options: readonly DnsOption[]): number {
  const value = options.find((option) => option.name === "ndots")?.value ?? "1";
  return /^\d+$/.test(value) ? Math.min(Number(value), 15) : 1;
}

/**
 * The absolute names that are asked for `name`, in their order. The search list of the node, where the pod
 * inherits one, would come after those of the cluster; it is not known and left out.
 *
 * @source https://man7.org/linux/man-pages/man5/resolv.conf.5.html (search, ndots; S5.12)
 */
export function candidates({ searches, ndots }: Resolver, name: string): readonly string[] {
  const lower = name.toLowerCase();
  if (lower.endsWith(".")) return [lower];
  const searched = searches.map((search) => `${lower}.${search}.`);
  const dots = lower.split(".").length - 1;
  const all = dots < ndots ? [...searched, `${lower}.`] : [`${lower}.`, ...searched];
  return [...new Set(all)];
}

/**
 * The addresses that the /etc/hosts of `pod` has for `name`, which is asked before any DNS; empty when it
 * has none. A pod on the network of its node has the node's file, of which only the pod's own lines are
 * known.
 *
 * @source https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/ (v1.34)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kubelet_pods.go (managedHostsFileContent; S5.16)
 */
export function inHostsFile(pod: Pod, name: string, settings: NameSettings): readonly Address[] {
  const { hostname = pod.name, subdomain, hostAliases } = pod.names ?? DEFAULT_POD_NAMES;
  const wanted = name.toLowerCase();
  const domain =
    subdomain === undefined
      ? []
      : [`${hostname}.${subdomain}.${pod.namespace}.svc.${settings.clusterDomain}`];
  const own = pod.hostNetwork ? [] : [hostname, ...domain].map((each) => each.toLowerCase());
  if (wanted === "localhost") return loopbacks();
  const addresses = own.includes(wanted) ? pod.addresses : [];
  const aliases = hostAliases.filter((alias) =>
    alias.names.some((each) => each.toLowerCase() === wanted),
  );
  return [...addresses, ...aliases.map((alias) => alias.address)];
}

/** The first loopback address of each family. */
function loopbacks(): readonly Address[] {
  return FAMILIES.flatMap((family) =>
    LOOPBACK[family]
      .slice(0, 1)
      .map(([low]) => ({ family, bits: family === "IPv4" ? low + 1n : low })),
  );
}
