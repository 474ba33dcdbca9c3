/**
 * What the cluster's DNS answers to one absolute name.
 */
import type { Service } from "./cluster.ts";
import { absolute, type DnsRecord } from "./dns-records.ts";

/** The cluster's zone: its records, and the domain under which nothing else exists. */
export interface DnsZone {
  readonly clusterDomain: string;
  readonly byName: ReadonlyMap<string, readonly DnsRecord[]>;
  /** Headless services with an endpoint for which the implementation makes a name up. */
  readonly anonymous: ReadonlySet<string>;
}

/** A record of an address. */
export type AddressRecord = Extract<DnsRecord, { kind: "address" }>;

/**
 * An answer. `through` are the names that aliases led to, in their order. `outside`: the name is answered
 * outside of the cluster. `open`: the specification, or the input, does not say.
 */
export type Lookup = { readonly through: readonly string[] } & (
  | { readonly kind: "found"; readonly records: readonly AddressRecord[] }
  | { readonly kind: "missing"; readonly why?: string }
  | { readonly kind: "outside"; readonly name: string }
  | { readonly kind: "open"; readonly why: string }
);

/** The zone of `records`. */
export function dnsZone(records: readonly DnsRecord[], clusterDomain: string): DnsZone {
  const byName = new Map<string, DnsRecord[]>();
  for (const record of records) {
    byName.set(record.name, [...(byName.get(record.name) ?? []), record]);
  }
  const endpoints = records.filter((r) => r.kind === "address" && r.of === "endpoint");
  const named = new Set(endpoints.filter((r) => !isServiceLevel(r.name, clusterDomain)).map(keyOf));
  const bare = endpoints.filter((r) => isServiceLevel(r.name, clusterDomain));
  const anonymous = bare.filter((r) => !named.has(keyOf(r))).map((r) => r.name);
  return { clusterDomain, byName, anonymous: new Set(anonymous) };
}

function keyOf(record: DnsRecord): string {
  if (record.kind !== "address") return record.name;
  const { service, address } = record;
  return `${idOf(service)} ${address.family} ${String(address.bits)}`;
}

function idOf({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}

/** Whether `name` is that of a service rather than of an endpoint. */
function isServiceLevel(name: string, clusterDomain: string): boolean {
  const inner = name.slice(0, -`.svc.${clusterDomain}.`.length);
  return name.endsWith(`.svc.${clusterDomain}.`) && inner.split(".").length === 2;
}

/** Whether the absolute `name` lies in the zone. */
function inZone({ clusterDomain }: DnsZone, name: string): boolean {
  return name === `${clusterDomain}.` || name.endsWith(`.${clusterDomain}.`);
}

/**
 * The addresses that `zone` gives for the absolute `name`, through aliases. An alias that leads back to
 * itself gives none. An alias is a name even when it looks like an address.
 *
 * @source https://github.com/kubernetes/dns/blob/master/docs/specification.md (1.1.0; S5.2-S5.4, S5.7)
 */
export function lookUpAddresses(zone: DnsZone, name: string): Lookup {
  const seen: string[] = [absolute(name)];
  for (;;) {
    const current = seen.at(-1) ?? "";
    const through = seen.slice(1);
    if (!inZone(zone, current)) return { kind: "outside", name: current, through };
    const records = zone.byName.get(current) ?? [];
    const found = records.filter((record) => record.kind === "address");
    if (found.length > 0) return { kind: "found", records: found, through };
    const alias = records.find((record) => record.kind === "CNAME");
    if (alias === undefined) return { ...absent(zone, current), through };
    if (seen.includes(alias.target)) {
      return { kind: "missing", why: "aliases that lead back to themselves", through };
    }
    seen.push(alias.target);
  }
}

/**
 * What is known of a name without a record: there is none, unless an implementation may have one.
 *
 * @source https://github.com/coredns/coredns/blob/master/plugin/kubernetes/README.md (pods, endpoint names; S5.4, S5.10)
 */
function absent(
  { clusterDomain, anonymous }: DnsZone,
  name: string,
): { readonly kind: "missing" } | { readonly kind: "open"; readonly why: string } {
  if (name.endsWith(`.pod.${clusterDomain}.`)) {
    return {
      kind: "open",
      why: "names of pods by their address are an extra of some DNS servers",
    };
  }
  if (name === `kubernetes.default.svc.${clusterDomain}.`) {
    return {
      kind: "open",
      why: "every cluster has the service default/kubernetes, and the input does not",
    };
  }
  const [label = "", ...rest] = name.split(".");
  if (anonymous.has(rest.join(".")) && /^[0-9a-f]*(?:-[0-9a-f]*){3,}$/.test(label)) {
    return { kind: "open", why: "DNS servers make up the names of endpoints without a host name" };
  }
  return { kind: "missing" };
}
