/**
 * The records of the cluster's zone: which names services and their endpoints have. Names are written in
 * lower case and absolute, with the dot at the end.
 */
import type { Address } from "../base/address.ts";
import type { Protocol } from "../base/family.ts";
import { type Cluster, type Pod, type PodId, podId, type Service } from "./cluster.ts";
import { DEFAULT_NAME_SETTINGS, type NameSettings } from "./name-facts.ts";
import { reverseName } from "./reverse-name.ts";
import { targetNamed } from "./named-port.ts";
import { selectsForService } from "./service.ts";

/** A record. Of addresses `of` says whose: a service's own, or an endpoint's of a headless one. */
export type DnsRecord =
  | {
      readonly kind: "address";
      readonly name: string;
      readonly address: Address;
      readonly of: "service" | "endpoint";
      readonly service: Service;
      /** The pod behind an endpoint; absent for one that is written by hand. */
      readonly pod?: PodId;
    }
  | {
      readonly kind: "SRV";
      readonly name: string;
      readonly port: number;
      readonly target: string;
    }
  | { readonly kind: "PTR"; readonly name: string; readonly target: string }
  | { readonly kind: "CNAME"; readonly name: string; readonly target: string }
  | { readonly kind: "TXT"; readonly name: string; readonly text: string };

/** An endpoint of a headless service that DNS publishes. */
interface Published {
  readonly address: Address;
  /** Absent: the implementation makes a name up. */
  readonly hostname?: string;
  readonly pod?: PodId;
  /** The number behind each named port of the service. */
  readonly ports: readonly {
    readonly name: string;
    readonly protocol: Protocol;
    readonly number: number;
  }[];
}

/**
 * Every record of `cluster`'s zone that the specification prescribes. Not among them are the names that an
 * implementation makes up for endpoints without a host name, and pod address records.
 *
 * @source https://github.com/kubernetes/dns/blob/master/docs/specification.md (1.1.0; S5.1-S5.8)
 */
export function zoneRecords(cluster: Cluster): readonly DnsRecord[] {
  const { clusterDomain } = namingOf(cluster);
  return [
    { kind: "TXT", name: `dns-version.${clusterDomain}.`, text: "1.1.0" },
    ...cluster.services.flatMap((service) =>
      service.addresses.length > 0
        ? clusterRecords(service, clusterDomain)
        : headlessRecords(cluster, service, clusterDomain),
    ),
    ...(cluster.externalNames ?? []).map(
      (alias): DnsRecord => ({
        kind: "CNAME",
        name: serviceName(alias, clusterDomain),
        target: absolute(alias.target),
      }),
    ),
  ];
}

/**
 * How `cluster` names things.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ (clusterDomain, clusterDNS; S5.1)
 */
export function namingOf(cluster: Cluster): NameSettings {
  return cluster.naming ?? DEFAULT_NAME_SETTINGS;
}

/** `db.shop.svc.cluster.local.`, the name of a service. */
export function serviceName(
  service: { readonly namespace: string; readonly name: string },
  clusterDomain: string,
): string {
  return `${service.name}.${service.namespace}.svc.${clusterDomain}.`.toLowerCase();
}

/** `name` in lower case, with one dot at the end. */
export function absolute(name: string): string {
  return `${name.toLowerCase().replace(/\.$/, "")}.`;
}

/** A service with addresses has its records whether it has endpoints or not (S5.2, S5.6, S5.8). */
function clusterRecords(service: Service, clusterDomain: string): readonly DnsRecord[] {
  const name = serviceName(service, clusterDomain);
  return [
    ...service.addresses.flatMap((address): DnsRecord[] => [
      { kind: "address", name, address, of: "service", service },
      { kind: "PTR", name: reverseName(address), target: name },
    ]),
    ...(service.declared ?? service.ports).flatMap(
      ({ name: port, protocol, port: number }): DnsRecord[] =>
        port === undefined
          ? []
          : [{ kind: "SRV", name: portName(port, protocol, name), port: number, target: name }],
    ),
  ];
}

/** `_http._tcp.NAME`. */
function portName(port: string, protocol: Protocol, name: string): string {
  return `_${port}._${protocol}.${name}`.toLowerCase();
}

/** A headless service answers with its ready endpoints, and not at all without one (S5.3, S5.4, S5.6). */
function headlessRecords(
  cluster: Cluster,
  service: Service,
  clusterDomain: string,
): readonly DnsRecord[] {
  const name = serviceName(service, clusterDomain);
  return published(cluster, service).flatMap(({ address, hostname, pod, ports }): DnsRecord[] => {
    const whose = { of: "endpoint", service, ...(pod === undefined ? {} : { pod }) } as const;
    const at = (owned: string): DnsRecord => ({ kind: "address", name: owned, address, ...whose });
    if (hostname === undefined) return [at(name)];
    const own = `${hostname}.${name}`.toLowerCase();
    return [
      at(name),
      at(own),
      { kind: "PTR", name: reverseName(address), target: own },
      ...ports.map(
        (port): DnsRecord => ({
          kind: "SRV",
          name: portName(port.name, port.protocol, name),
          port: port.number,
          target: own,
        }),
      ),
    ];
  });
}

/** The endpoints of the headless `service` that are ready, whatever ports they have. */
function published(cluster: Cluster, service: Service): readonly Published[] {
  const pods = cluster.pods
    .filter((pod) => pod.namespace === service.namespace)
    .filter((pod) => selectsForService(service.selector, pod.labels) && isPublished(service, pod));
  const selected = pods.flatMap((pod): readonly Published[] => {
    const hostname = hostnameAt(pod, service);
    const named = hostname === undefined ? {} : { hostname };
    const ports = namedPorts(service, pod);
    return pod.addresses.map((address) => ({ address, ...named, pod: podId(pod), ports }));
  });
  const written = service.slices.flatMap((slice) =>
    slice.endpoints
      .filter((endpoint) => endpoint.ready)
      .map(({ address, hostname }): Published => {
        const ports = slice.ports.flatMap(({ name, ...port }) =>
          name === undefined ? [] : [{ name, ...port }],
        );
        return { address, ...(hostname === undefined ? {} : { hostname }), ports };
      }),
  );
  return [...selected, ...written];
}

/** The pod's own ports behind the service's: nothing translates between the two (S3.4). */
function namedPorts(service: Service, pod: Pod): Published["ports"] {
  return (service.declared ?? service.ports).flatMap(({ name, protocol, target }) => {
    const number = typeof target === "number" ? target : targetNamed(pod, target, protocol);
    return name === undefined || number === undefined ? [] : [{ name, protocol, number }];
  });
}

/** Whether DNS may give out the address of `pod` (S5.3). */
function isPublished(service: Service, pod: Pod): boolean {
  return service.publishNotReadyAddresses || (pod.ready && !pod.terminating);
}

/**
 * The host name of `pod` as an endpoint of `service`: only a pod that has one, and whose subdomain is the
 * service's name. Pods of a StatefulSet have both from their controller (S5.9).
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/endpointslice/utils.go (ShouldSetHostname; S5.5)
 */
function hostnameAt(pod: Pod, service: Service): string | undefined {
  const { hostname = "", subdomain } = pod.names ?? {};
  return hostname !== "" && subdomain === service.name ? hostname : undefined;
}
