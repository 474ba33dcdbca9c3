/**
 * The channels of a cluster that no policy sees, one for each pair of workloads and thing that they share. A
 * law holds it against the definition, which looks at every pair of pods.
 */
import { type Pod, podId } from "../../models/kubernetes/cluster.ts";
import {
  type Channel,
  type ChannelEnd,
  channelsBetween,
  channelsWithin,
  onOneNode,
} from "../../models/kubernetes/channels.ts";
import type { VolumeSource } from "../../models/kubernetes/storage.ts";
import { compareText } from "../base/diagnostic.ts";
import { groupBy } from "../base/group-by.ts";
import { podName, workloadId } from "./naming.ts";
import type { Subject } from "./subject.ts";
import type { SharedChannel } from "./types.ts";

/** What of a subject is looked at. */
type Storing = Pick<Subject, "cluster" | "unknowns">;

/** Which pods are asked about: pairs of a sender and a receiver for which `concerns` holds, in either order. */
export interface AskedPairs {
  readonly isSender: (pod: Pod) => boolean;
  readonly isReceiver: (pod: Pod) => boolean;
  readonly concerns: (sender: Pod, receiver: Pod) => boolean;
}

/**
 * The channels within pods and between them, sorted by their ends: workloads, or with `each` pods. Of what
 * several pods of two workloads share in the same way, the first pair speaks.
 *
 * @cost pairs of classes of pods that could share something: those of one workload that mount the same, on one
 * node or on any
 */
export function channelsOf(subject: Storing, each: boolean): readonly SharedChannel[] {
  const name = each ? podName : workloadId;
  const within = subject.cluster.pods.flatMap((pod) =>
    channelsWithin(subject.cluster, pod).map((channel) => shared(channel, pod, pod, name)),
  );
  return sortedOnce([...within, ...sharedBetween(subject, name, firstPair)]);
}

/** The channels between pods of different workloads that are asked about. */
export function channelsAcross(subject: Storing, asked: AskedPairs): readonly SharedChannel[] {
  const { isSender, isReceiver, concerns } = asked;
  const oneWay = (a: readonly Pod[], b: readonly Pod[]): readonly [Pod, Pod] | undefined => {
    const receivers = b.filter(isReceiver);
    if (receivers.length === 0) return undefined;
    for (const sender of a.filter(isSender)) {
      const receiver = receivers.find((pod) => concerns(sender, pod));
      if (receiver !== undefined) return [sender, receiver];
    }
    return undefined;
  };
  return sortedOnce(
    sharedBetween(subject, workloadId, ({ pods: a, name: x }, { pods: b, name: y }) =>
      x === y ? undefined : (oneWay(a, b) ?? oneWay(b, a)),
    ),
  );
}

/** What was mounted and is not looked into: the types of volumes, with how many pods have each. */
export function channelsLeaveOut({ cluster }: Storing): readonly string[] {
  const types = [...(cluster.storage?.pods.values() ?? [])].flatMap(({ mounts }) => [
    ...new Set(mounts.flatMap(({ source }) => (source.kind === "other" ? [source.type] : []))),
  ]);
  return [...groupBy(types, (type) => type)]
    .sort(([a], [b]) => compareText(a, b))
    .map(
      ([type, { length }]) =>
        `what pods share by volumes of type ${type} (${String(length)} ${length === 1 ? "pod" : "pods"})`,
    );
}

/** Pods of one name that mount the same from the same places: each of them shares what any of them does. */
interface StorageClass {
  readonly name: string;
  readonly pods: readonly Pod[];
  readonly places: readonly string[];
}

/** The pair of different pods of two classes that is looked at; undefined for none. */
type PairOf = (a: StorageClass, b: StorageClass) => readonly [Pod, Pod] | undefined;

function firstPair(a: StorageClass, b: StorageClass): readonly [Pod, Pod] | undefined {
  const [first, second] = [a.pods[0], b.pods[a === b ? 1 : 0]];
  return first === undefined || second === undefined ? undefined : [first, second];
}

function sharedBetween(
  subject: Storing,
  name: (pod: Pod) => string,
  pairOf: PairOf,
): readonly SharedChannel[] {
  const { cluster, unknowns } = subject;
  return partners(storageClasses(subject, name)).flatMap(([x, y]) => {
    const pair = pairOf(x, y);
    if (pair === undefined) return [];
    const [a, b] = pair;
    const place = onOneNode(cluster, unknowns.placements, a, b);
    return channelsBetween(cluster, a, b, place).map((channel) => shared(channel, a, b, name));
  });
}

function storageClasses(
  { cluster, unknowns }: Storing,
  name: (pod: Pod) => string,
): readonly StorageClass[] {
  const numbers = new Map<unknown, number>();
  const numberOf = (value: unknown): number => {
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  };
  const stored = cluster.pods.flatMap((pod) => {
    const storage = cluster.storage?.pods.get(podId(pod));
    if (storage === undefined) return [];
    const { mounts } = storage;
    const node = unknowns.placements.has(podId(pod)) ? ANY_NODE : `node ${pod.node}`;
    return [{ pod, mounts, node, key: `${name(pod)} ${String(numberOf(mounts))} ${node}` }];
  });
  return [...groupBy(stored, ({ key }) => key).values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const { pod, mounts, node } = first;
    const places = new Set(mounts.flatMap(({ source }) => placeOf(pod, source, node) ?? []));
    return [{ name: name(pod), pods: members.map((m) => m.pod), places: [...places] }];
  });
}

/** Where a pod is whose node is not known. */
const ANY_NODE = "node";

/** Every pair of classes that have a place in common, themselves included, once. */
function partners(
  classes: readonly StorageClass[],
): readonly (readonly [StorageClass, StorageClass])[] {
  const byPlace = groupBy(
    classes.flatMap((own, index) => own.places.map((place) => ({ place, index }))),
    ({ place }) => place,
  );
  const onNodes = [...byPlace].flatMap(([place, members]) =>
    place.startsWith(ANY_NODE) ? members : [],
  );
  return classes.flatMap((own, index) => {
    const near = own.places.flatMap((place) => [
      ...(byPlace.get(place) ?? []),
      ...(place === ANY_NODE ? onNodes : []),
      ...(place.startsWith(ANY_NODE) ? (byPlace.get(ANY_NODE) ?? []) : []),
    ]);
    const others = new Set(near.map((other) => other.index).filter((other) => other >= index));
    return [...others].flatMap((other) => {
      const partner = classes[other];
      return partner === undefined ? [] : [[own, partner] as const];
    });
  });
}

/** A text that two sources have in common if what they hold can be the same; of the node, `node`. */
function placeOf({ namespace }: Pod, source: VolumeSource, node: string): string | undefined {
  switch (source.kind) {
    case "hostPath":
      return node;
    case "claim":
      return `claim ${namespace}/${source.name}`;
    case "nfs":
      return `nfs ${source.server}`;
    case "own":
    case "other":
      return undefined;
  }
}

function shared(
  { kind, what, when, ends: [x, y] }: Channel,
  a: Pod,
  b: Pod,
  name: (pod: Pod) => string,
): SharedChannel {
  const end = (pod: Pod, { container, writable, origin }: ChannelEnd) => ({
    id: name(pod),
    container,
    writable,
    origin,
  });
  const [first, second] = [end(a, x), end(b, y)];
  const ends =
    compareText(first.id, second.id) <= 0 ? ([first, second] as const) : ([second, first] as const);
  return { kind, what, when, ends };
}

const ORDER: Readonly<Record<Channel["when"], number>> = {
  always: 0,
  "one-node": 1,
  "unknown-modes": 2,
};

/** One for each two ends and thing that they share: the one that needs least. */
function sortedOnce(channels: readonly SharedChannel[]): readonly SharedChannel[] {
  const first = new Map<string, SharedChannel>();
  for (const channel of channels) {
    const key = keyOf(channel);
    const known = first.get(key);
    if (known === undefined || ORDER[channel.when] < ORDER[known.when]) first.set(key, channel);
  }
  return [...first].sort(([a], [b]) => compareText(a, b)).map(([, channel]) => channel);
}

function keyOf({ kind, what, ends: [a, b] }: SharedChannel): string {
  const containers = kind === "localhost" || kind === "volume" ? [a.container, b.container] : [];
  return [a.id, b.id, kind, what, ...containers].join("\u0000");
}
