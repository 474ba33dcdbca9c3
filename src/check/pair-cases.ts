/**
 * The pairs of ends that packet properties quantify over, one for each pair of classes.
 *
 * Two pods are in one class iff the network cannot tell them apart (same class of src/reach) and the
 * definition cannot either: same namespace, node and container ports, the same values of every label
 * that any selector reads, and addresses in the same blocks and of the same nodes. What holds of one pair then holds of all
 * pairs of the two classes.
 */
import { type Address, type Prefix, prefixContains } from "../../models/base/address.ts";
import type { EndpointId } from "../../models/base/connection.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import {
  type Cluster,
  type Pod,
  nodeEndpoint,
  podEndpoint,
} from "../../models/kubernetes/cluster.ts";
import { isOwn } from "../../models/kubernetes/ends.ts";
import type { Peer } from "../../models/kubernetes/policy.ts";
import type { LabelSelector } from "../../models/kubernetes/selector.ts";
import type { ProcessId } from "../../models/network/ids.ts";
import { groupBy } from "../base/group-by.ts";
import { classKey, networkClasses } from "./network-classes.ts";
import { addressOf, speakers } from "./processes.ts";
import type { Subject } from "./subject.ts";

/** An end of a pair. */
export interface PairEnd {
  readonly endpoint: EndpointId;
  readonly process: ProcessId;
  readonly node: string;
  /** Absent for nodes. */
  readonly pod?: Pod;
  readonly addresses: readonly Address[];
}

/** One pair of representatives. */
export interface PairCase {
  readonly family: Family;
  readonly from: PairEnd;
  readonly to: PairEnd;
  readonly source: Address;
  readonly destination: Address;
  /** How many ordered pairs of ends it stands for. */
  readonly pairs: number;
}

interface EndClass {
  readonly members: readonly PairEnd[];
}

/**
 * The cases: every sender class to every other class of pods. Senders are pods and nodes; receivers are
 * pods with addresses of their own. A pod and itself are no case.
 */
export function* pairCases(subject: Subject): Generator<PairCase> {
  const pods = podClasses(subject);
  const nodes = nodeEnds(subject).map((end): EndClass => ({ members: [end] }));
  for (const family of FAMILIES) {
    for (const to of pods) {
      for (const from of [...pods, ...nodes]) {
        const found = pairCase(family, from, to);
        if (found !== undefined) yield found;
      }
    }
  }
}

function pairCase(family: Family, from: EndClass, to: EndClass): PairCase | undefined {
  const same = from === to;
  const [first] = from.members;
  const receiver = same ? to.members[1] : to.members[0];
  if (first === undefined || receiver === undefined) return undefined;
  const source = addressOf(first.addresses, family);
  const destination = addressOf(receiver.addresses, family);
  if (source === undefined || destination === undefined) return undefined;
  const size = from.members.length;
  const pairs = same ? size * (size - 1) : size * to.members.length;
  return { family, from: first, to: receiver, source, destination, pairs };
}

/** The classes of pods with addresses of their own. */
function podClasses(subject: Subject): readonly EndClass[] {
  const speaker = speakers(subject.network("assumed"));
  const definitionKey = definitionReader(subject.cluster);
  const ends = subject.cluster.pods
    .filter((pod) => !pod.hostNetwork)
    .flatMap((pod): readonly PairEnd[] => {
      const endpoint = podEndpoint(pod);
      const process = speaker.get(endpoint)?.id;
      if (process === undefined) return [];
      return [{ endpoint, process, node: pod.node, pod, addresses: pod.addresses }];
    });
  const defined = ends.map(({ pod }) => (pod === undefined ? "" : definitionKey(pod)));
  // Where the definition tells all apart, nobody needs to know what the network tells apart.
  if (new Set(defined).size === ends.length) return ends.map((end) => ({ members: [end] }));
  const classes = networkClasses(subject.reach("assumed"), ends);
  const numbered = ends.map((end, index) => ({ end, index }));
  const key = ({ index }: { readonly index: number }): string =>
    `${classKey(classes, index)}|${defined[index] ?? ""}`;
  return [...groupBy(numbered, key).values()].map((members) => ({
    members: members.map(({ end }) => end),
  }));
}

/**
 * Each node's daemon, once for the addresses by which it is known and once for those that it has on each other
 * side: it may send from any.
 */
export function nodeEnds(subject: Subject): readonly PairEnd[] {
  const speaker = speakers(subject.network("assumed"));
  return subject.cluster.nodes.flatMap((node): readonly PairEnd[] => {
    const endpoint = nodeEndpoint(node);
    const process = speaker.get(endpoint)?.id;
    if (process === undefined) return [];
    const { addresses: known, further = [], bridge = [], tunnel = [] } = node;
    return [known, ...further.map((address) => [address]), bridge, tunnel]
      .filter((addresses) => addresses.length > 0)
      .map((addresses) => ({ endpoint, process, node: node.name, addresses }));
  });
}

/** Everything that the definition reads of a pod: of its addresses which blocks and nodes have them. */
function definitionReader(cluster: Cluster): (pod: Pod) => string {
  const keys = selectorKeys(cluster);
  const blocks = blocksOf(cluster);
  return (pod) => {
    const labels = keys.map((key) => [key, pod.labels.get(key) ?? null]);
    const ports = pod.containers.map((container) => [
      container.kind,
      container.ports.map((port) => [port.name ?? null, port.protocol, port.number]),
    ]);
    const places = pod.addresses.map((address) => [
      blocks.map((block) => Number(prefixContains(block, address))).join(""),
      cluster.nodes.filter((node) => isOwn(node, address)).map((node) => node.name),
    ]);
    return JSON.stringify([pod.namespace, pod.node, labels, ports, places]);
  };
}

/** Every block that a policy names, each once. */
function blocksOf(cluster: Cluster): readonly Prefix[] {
  const blocks = peersOf(cluster).flatMap((peer) =>
    peer.kind === "ipBlock" ? [peer.cidr, ...peer.except] : [],
  );
  const key = ({ family, bits, length }: Prefix): string => `${family} ${bits}/${length}`;
  return [...new Map(blocks.map((block) => [key(block), block])).values()];
}

function peersOf(cluster: Cluster): readonly Peer[] {
  return cluster.policies
    .flatMap((policy) => [...policy.ingress, ...policy.egress])
    .flatMap(({ peers }) => (peers === "any" ? [] : peers));
}

/** The label keys that any policy's selector reads from pods, sorted. */
function selectorKeys(cluster: Cluster): readonly string[] {
  const keys = new Set<string>();
  const read = (selector: LabelSelector | undefined): void => {
    for (const key of selector?.matchLabels.keys() ?? []) keys.add(key);
    for (const { key } of selector?.matchExpressions ?? []) keys.add(key);
  };
  for (const policy of cluster.policies) read(policy.podSelector);
  for (const peer of peersOf(cluster)) if (peer.kind === "pods") read(peer.podSelector);
  return [...keys].sort();
}
