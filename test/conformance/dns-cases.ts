/**
 * The cases of the corpus about names, as data and as clusters.
 */
import { readFileSync } from "node:fs";
import type { Cluster, EndpointSlice, Pod, Service } from "../../models/kubernetes/cluster.ts";
import {
  DEFAULT_NAME_SETTINGS,
  DEFAULT_POD_NAMES,
  type DnsOption,
  type DnsPolicy,
} from "../../models/kubernetes/name-facts.ts";
import { readLocated } from "../../src/manifest/located-document.ts";
import { address, pod, smallCluster, SOMEWHERE } from "../support/small-cluster.ts";

/** An object of a case: those keys that its kind has. */
interface CaseObject {
  readonly kind: "Service" | "EndpointSlice" | "Pod" | "ExternalDNSServer";
  readonly namespace?: string;
  readonly name?: string;
  readonly clusterIP?: string;
  readonly type?: string;
  readonly externalName?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly publishNotReadyAddresses?: boolean;
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  readonly service?: string;
  readonly endpoints?: readonly {
    readonly address: string;
    readonly ready: boolean;
    readonly hostname?: string;
  }[];
  readonly podIP?: string;
  readonly ready?: boolean;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  readonly address?: string;
  readonly records?: Readonly<Record<string, readonly string[]>>;
}

/** A question of a case, and what upstream says about it. */
export interface DnsQuery {
  readonly name: string;
  readonly type: string;
  readonly expect: unknown;
  readonly expandsTo?: string;
  readonly answerIf?: Readonly<Record<string, readonly string[]>>;
}

/** A case: a cluster, a pod, and its questions. */
export interface DnsCase {
  readonly id: string;
  readonly clusterDomain: string;
  readonly objects: readonly CaseObject[];
  readonly from: {
    readonly namespace: string;
    readonly dnsPolicy: DnsPolicy | null;
    readonly hostNetwork?: boolean;
    readonly pod?: string;
    readonly dnsConfig?: {
      readonly nameservers?: readonly string[];
      readonly searches?: readonly string[];
      readonly options?: readonly DnsOption[];
    };
  };
  readonly queries: readonly DnsQuery[];
}

/** The cases in `file`. */
export function dnsCases(file: string): readonly DnsCase[] {
  const [document] = readLocated(file, readFileSync(file, "utf8")).value ?? [];
  // The corpus is ours to trust: its format is versioned, and a wrong case fails its test.
  return (document?.content as { readonly cases: readonly DnsCase[] }).cases;
}

/** The cluster of `one`, and its pod that asks. */
export function clusterOfCase(one: DnsCase): { readonly cluster: Cluster; readonly asker: Pod } {
  const of = (kind: CaseObject["kind"]): readonly CaseObject[] =>
    one.objects.filter((object) => object.kind === kind);
  const pods = of("Pod").map((object) => podOf(object, one));
  const asker = pods.find((p) => p.name === one.from.pod) ?? askerOf(one);
  const all = pods.includes(asker) ? pods : [...pods, asker];
  const aliases = of("Service").filter((object) => object.type === "ExternalName");
  const cluster: Cluster = {
    ...smallCluster(all),
    services: of("Service")
      .filter((object) => !aliases.includes(object))
      .map((object) => serviceOf(object, of("EndpointSlice"))),
    externalNames: aliases.map(({ namespace = "", name = "", externalName = "" }) => ({
      namespace,
      name,
      target: externalName,
      origin: SOMEWHERE,
    })),
    naming: { ...DEFAULT_NAME_SETTINGS, clusterDomain: one.clusterDomain },
  };
  return { cluster, asker };
}

/** What is answered outside of the cluster: by the servers of the case, and by names that it supposes. */
export function outsideOf(one: DnsCase, query: DnsQuery, name: string): readonly string[] {
  const servers = one.objects.filter((object) => object.kind === "ExternalDNSServer");
  return query.answerIf?.[name] ?? servers.flatMap((server) => server.records?.[name] ?? []);
}

function podOf(object: CaseObject, one: DnsCase): Pod {
  const { namespace = "", name = "", podIP = "", hostNetwork = false } = object;
  const { hostname, subdomain, labels = {}, ready = true } = object;
  const base = pod(`${namespace}/${name}`, [podIP], { labels, hostNetwork });
  const asks = one.from.pod === name ? namesOf(one) : DEFAULT_POD_NAMES;
  return {
    ...base,
    ready,
    names: {
      ...asks,
      ...(hostname === undefined ? {} : { hostname }),
      ...(subdomain === undefined ? {} : { subdomain }),
    },
  };
}

function askerOf(one: DnsCase): Pod {
  const { namespace, hostNetwork = false } = one.from;
  const base = pod(`${namespace}/asker`, ["10.244.250.250"], { hostNetwork });
  return { ...base, names: namesOf(one) };
}

function namesOf({ from }: DnsCase): NonNullable<Pod["names"]> {
  const { dnsConfig, dnsPolicy } = from;
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  return {
    ...DEFAULT_POD_NAMES,
    ...(dnsPolicy === null ? {} : { dnsPolicy }),
    dnsConfig: { nameservers: nameservers.map(address), searches, options },
  };
}

function serviceOf(object: CaseObject, slices: readonly CaseObject[]): Service {
  const { namespace = "", name = "", clusterIP, selector, ports = [] } = object;
  const own = slices.filter((s) => s.namespace === namespace && s.service === name);
  return {
    namespace,
    name,
    addresses: clusterIP === undefined || clusterIP === "None" ? [] : [address(clusterIP)],
    ...(selector === undefined ? {} : { selector: new Map(Object.entries(selector)) }),
    publishNotReadyAddresses: object.publishNotReadyAddresses === true,
    ports: ports.map((port) => ({
      ...port,
      protocol: "TCP",
      target: port.port,
      origin: SOMEWHERE,
    })),
    slices: own.map((slice) => sliceOf(slice, ports, object.publishNotReadyAddresses === true)),
    origin: SOMEWHERE,
  };
}

/** The control plane calls every endpoint ready where unready ones are to be published. */
function sliceOf(
  { endpoints = [] }: CaseObject,
  ports: NonNullable<CaseObject["ports"]>,
  allReady: boolean,
): EndpointSlice {
  return {
    family: "IPv4",
    endpoints: endpoints.map((endpoint) => ({
      address: address(endpoint.address),
      ready: allReady || endpoint.ready,
      ...(endpoint.hostname === undefined ? {} : { hostname: endpoint.hostname }),
      origin: SOMEWHERE,
    })),
    ports: ports.map(({ name, port }) => ({
      ...(name === undefined ? {} : { name }),
      protocol: "TCP",
      number: port,
    })),
    origin: SOMEWHERE,
  };
}
