/**
 * The cluster's DNS where the input does not hold it: pods and a service as installations have them, put
 * beside the given ones so that questions to them can be asked like any other.
 */
import { type Address, addressSets, type Prefix, prefixBits } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import {
  type Cluster,
  type Namespace,
  type Pod,
  podId,
  type Service,
  type ServicePort,
} from "../../models/kubernetes/cluster.ts";
import { namingOf } from "../../models/kubernetes/dns-records.ts";
import { type Labels, NAMESPACE_NAME_LABEL } from "../../models/kubernetes/selector.ts";
import type { Footprint, Unknowns } from "../../models/kubernetes/unknowns.ts";
import { knownLabels, readAs, type Reading, readsBeyond } from "./dns-peers.ts";

/** A cluster with assumed DNS pods. */
export interface WithDns {
  readonly cluster: Cluster;
  readonly unknowns: Unknowns;
  /** What is known of the labels of the DNS pods. */
  readonly labels: Labels;
  /** A sentence with what is assumed. */
  readonly assumption: string;
}

const NOWHERE: Origin = { file: "<assumed>", line: 1, column: 1, path: "" };

/**
 * `cluster` with one pod that stands for every DNS pod, of which the namespace, perhaps a label, and port
 * 53 are assumed and nothing else is known; undefined when there is no room for it. Egress peers that
 * select by labels beyond are read as `reading` says.
 *
 * @source https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/#introduction (v1.34: kube-dns and its label)
 */
export function withAssumedDns(
  cluster: Cluster,
  unknowns: Unknowns,
  reading: Reading,
): WithDns | undefined {
  const { dnsService } = namingOf(cluster);
  const node = cluster.nodes[0];
  const serviceBlock = cluster.serviceCidrs[0];
  const podBlock = [...(node?.podCidrs ?? []), ...cluster.podCidrs].find(
    (block) => block.family === serviceBlock?.family,
  );
  const taken = takenOf(cluster);
  const podAddress = podBlock && freeIn(podBlock, taken);
  const address = serviceBlock && freeIn(serviceBlock, taken);
  if (node === undefined || podAddress === undefined || address === undefined) return undefined;
  const labels = knownLabels(cluster);
  const pod = dnsPod(dnsService.namespace, freeName(cluster, dnsService.namespace), labels);
  const placed: Pod = { ...pod, node: node.name, addresses: [podAddress] };
  const given = cluster.namespaces.some((n) => n.name === dnsService.namespace);
  return {
    cluster: {
      ...cluster,
      namespaces: given
        ? cluster.namespaces
        : sorted([...cluster.namespaces, bareNamespace(dnsService.namespace)]),
      pods: sorted([...cluster.pods, placed]),
      services: sorted([...cluster.services, service(dnsService, address)]),
      policies: cluster.policies.map((policy) => readAs(policy, cluster, labels, reading)),
    },
    unknowns: widened(unknowns, placed, cluster, given),
    labels,
    assumption: assumptionOf(dnsService.namespace, labels),
  };
}

function assumptionOf(namespace: string, labels: Labels): string {
  const having = [...labels].map(([key, value]) => ` with the label ${key}=${value}`).join("");
  return `The cluster's DNS is not given: pods of ${namespace}${having} that listen on port 53 of UDP and TCP.`;
}

function bareNamespace(name: string): Namespace {
  return { name, labels: new Map([[NAMESPACE_NAME_LABEL, name]]) };
}

function sorted<T extends { readonly name: string; readonly namespace?: string }>(items: T[]): T[] {
  const key = ({ namespace = "", name }: T): string => `${namespace}/${name}`;
  return items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** A name that no pod of the namespace has. */
function freeName(cluster: Cluster, namespace: string): string {
  const names = cluster.pods.filter((p) => p.namespace === namespace).map((p) => p.name);
  let name = "assumed-dns";
  while (names.includes(name)) name = `${name}-x`;
  return name;
}

/** The selector of the assumed service selects the assumed pod and no other. */
const MARK = "netqed.assumed/dns";

function dnsPod(namespace: string, name: string, labels: Labels): Pod {
  return {
    namespace,
    name,
    workload: { namespace, kind: "Pod", name },
    labels: new Map([...labels, [MARK, "true"]]),
    node: "",
    hostNetwork: false,
    addresses: [],
    containers: [
      {
        name: "dns",
        kind: "regular",
        ports: [
          { name: "dns", protocol: "UDP", number: 53, origin: NOWHERE },
          { name: "dns-tcp", protocol: "TCP", number: 53, origin: NOWHERE },
        ],
        origin: NOWHERE,
      },
    ],
    ready: true,
    terminating: false,
    origin: NOWHERE,
  };
}

function service(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  address: Address,
): Service {
  const port = (portName: string, protocol: "UDP" | "TCP"): ServicePort => ({
    name: portName,
    protocol,
    port: 53,
    target: 53,
    origin: NOWHERE,
  });
  return {
    namespace,
    name,
    addresses: [address],
    selector: new Map([[MARK, "true"]]),
    publishNotReadyAddresses: false,
    ports: [port("dns", "UDP"), port("dns-tcp", "TCP")],
    slices: [],
    origin: NOWHERE,
  };
}

function takenOf(cluster: Cluster): (address: Address) => boolean {
  const owned = [...cluster.pods, ...cluster.nodes, ...cluster.services].flatMap(
    (o) => o.addresses,
  );
  const claimed = cluster.frontends.map(({ addresses }) => addresses);
  const all = claimed.reduce(addressSets.union, addressSets.ofAddresses(owned));
  return (address) => addressSets.contains(all, address);
}

/** How many addresses from the end of a block are tried. */
const TRIES_MAX = 65_536n;

/** The highest address of `block` but one that nobody has. */
function freeIn(block: Prefix, taken: (address: Address) => boolean): Address | undefined {
  const [[low, high]] = prefixBits(block) as readonly [readonly [bigint, bigint]];
  for (let bits = high - 1n; bits > low && high - bits < TRIES_MAX; bits -= 1n) {
    const address = { family: block.family, bits };
    if (!taken(address)) return address;
  }
  return undefined;
}

/** What is not known of the DNS pod: its address, its node, and what may select it by further labels. */
function widened(unknowns: Unknowns, pod: Pod, cluster: Cluster, given: boolean): Unknowns {
  const id = podId(pod);
  const own = cluster.policies
    .filter((policy) => policy.namespace === pod.namespace && policy.isolates.includes("ingress"))
    .filter(({ podSelector }) => readsBeyond(podSelector, pod.labels))
    .map(
      (policy): Footprint => ({
        code: "NQ4041",
        object: `${policy.namespace}/NetworkPolicy/${policy.name}`,
        origin: policy.origin,
        pods: new Set([id]),
        effect: { ingress: "any" },
      }),
    );
  // What is not modelled may select any pod of its namespace, or of all.
  const others = unknowns.footprints.map((footprint): Footprint => {
    const parts = footprint.object.split("/");
    const reaches = parts.length < 3 || parts[0] === pod.namespace;
    return reaches ? { ...footprint, pods: new Set([...footprint.pods, id]) } : footprint;
  });
  return {
    ...unknowns,
    podAddresses: new Set([...unknowns.podAddresses, id]),
    placements: new Set([...unknowns.placements, id]),
    namespaceLabels: given
      ? unknowns.namespaceLabels
      : new Set([...unknowns.namespaceLabels, pod.namespace]),
    footprints: [...others, ...own],
  };
}
