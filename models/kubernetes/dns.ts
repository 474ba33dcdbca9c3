/**
 * What a name means to a pod: the names that it asks for on the way, and where they lead.
 */
import { type Address, sameAddress } from "../base/address.ts";
import type { Cluster, Pod, Service } from "./cluster.ts";
import { type DnsZone, dnsZone, type Lookup, lookUpAddresses } from "./dns-lookup.ts";
import { namingOf, zoneRecords } from "./dns-records.ts";
import { candidates, inHostsFile, type Nameserver, resolverOf } from "./resolver.ts";

/** An absolute name that was asked for, and what came of it. */
export interface AskedName {
  readonly name: string;
  readonly answer: Lookup["kind"];
}

/** What became of a name. `hosts`: the pod's /etc/hosts has it, and nobody is asked. */
export type Resolution =
  | { readonly kind: "hosts"; readonly addresses: readonly Address[] }
  | {
      readonly kind: "asked";
      /** In their order; the last one decided. */
      readonly asked: readonly AskedName[];
      readonly server: Nameserver;
      readonly answer: Lookup;
    };

/** The zone of `cluster`. */
export function zoneOf(cluster: Cluster): DnsZone {
  return dnsZone(zoneRecords(cluster), namingOf(cluster).clusterDomain);
}

/** The service that answers for the cluster's zone; undefined when the input does not hold it. */
export function dnsServiceOf(cluster: Cluster): Service | undefined {
  const { dnsService } = namingOf(cluster);
  return cluster.services.find(
    ({ namespace, name }) => namespace === dnsService.namespace && name === dnsService.name,
  );
}

/**
 * What `name` means to `pod`: the first of the names which it tries that has an address, or of which that is
 * not known. `zone` is that of `cluster`. The first nameserver is the one that answers. Names of which the
 * cluster's DNS knows nothing are answered outside of it; one that has no such name left is missing.
 *
 * @source https://man7.org/linux/man-pages/man5/resolv.conf.5.html (search, nameserver; S5.12)
 * @source https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html (files before dns)
 */
export function resolve(cluster: Cluster, zone: DnsZone, pod: Pod, name: string): Resolution {
  const settings = namingOf(cluster);
  const addresses = inHostsFile(pod, name, settings);
  if (addresses.length > 0) return { kind: "hosts", addresses };
  const resolver = resolverOf(pod, settings);
  const [server = "node"] = resolver.nameservers;
  const names = candidates(resolver, name);
  if (!asksCluster(cluster, server)) {
    const asked = names.slice(0, 1).map((each): AskedName => ({ name: each, answer: "open" }));
    return {
      kind: "asked",
      asked,
      server,
      answer: { kind: "open", why: unknownServer(server), through: [] },
    };
  }
  const asked: AskedName[] = [];
  let answer: Lookup = { kind: "missing", through: [] };
  for (const candidate of names) {
    const next = lookUpAddresses(zone, candidate);
    asked.push({ name: candidate, answer: next.kind });
    answer = next;
    if (next.kind !== "missing") break;
  }
  return { kind: "asked", asked, server, answer };
}

/** Whether `server` is the cluster's DNS, by its role or by its address. */
export function asksCluster(cluster: Cluster, server: Nameserver): boolean {
  if (typeof server === "string") return server === "cluster";
  const addresses = dnsServiceOf(cluster)?.addresses ?? [];
  return addresses.some((address) => sameAddress(address, server));
}

function unknownServer(server: Nameserver): string {
  return server === "node"
    ? "the pod asks whom its node asks, which the input does not say"
    : "the pod asks a nameserver that is not the cluster's";
}
