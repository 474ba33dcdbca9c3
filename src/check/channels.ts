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

/** Whether the channels between two pods are asked for. */
export type Concerns = (a: Pod, b: Pod) => boolean;

/**
 * The channels within pods and between them, sorted by their ends: workloads, or with `each` pods. Of what
 * several pods of two workloads share in the same way, the first pair speaks.
 *
 * @cost pairs of pods that mount something of one kind from one place
 */
export function channelsOf(subject: Storing, each: boolean): readonly SharedChannel[] {
  const name = each ? podName : workloadId;
  const within = subject.cluster.pods.flatMap((pod) =>
    channelsWithin(subject.cluster, pod).map((channel) => shared(channel, pod, pod, name)),
  );
  return sortedOnce([...within, ...sharedBetween(subject, name, () => true)]);
}

/** The channels between pods of different workloads that `concerns` asks for. */
export function channelsAcross(subject: Storing, concerns: Concerns): readonly SharedChannel[] {
  const apart: Concerns = (a, b) => workloadId(a) !== workloadId(b) && concerns(a, b);
  return sortedOnce(sharedBetween(subject, workloadId, apart));
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

function sharedBetween(
  { cluster, unknowns }: Storing,
  name: (pod: Pod) => string,
  concerns: Concerns,
): readonly SharedChannel[] {
  const places = groupBy(
    cluster.pods.flatMap((pod) => {
      const mounts = cluster.storage?.pods.get(podId(pod))?.mounts ?? [];
      const keys = new Set(mounts.flatMap(({ source }) => placeOf(pod, source) ?? []));
      return [...keys].map((key) => ({ key, pod }));
    }),
    ({ key }) => key,
  );
  // Pods that have nothing in common are never looked at as a pair, and others once for all they share.
  const partners = new Map<Pod, Set<Pod>>();
  for (const members of places.values()) {
    for (const { pod } of members) {
      const known = partners.get(pod) ?? new Set();
      for (const member of members) known.add(member.pod);
      partners.set(pod, known);
    }
  }
  const rank = new Map(cluster.pods.map((pod, index) => [pod, index]));
  const before = (a: Pod, b: Pod): boolean => (rank.get(a) ?? 0) < (rank.get(b) ?? 0);
  return [...partners].flatMap(([a, others]) =>
    [...others]
      .filter((b) => before(a, b) && concerns(a, b))
      .flatMap((b) => {
        const place = onOneNode(cluster, unknowns.placements, a, b);
        return channelsBetween(cluster, a, b, place).map((channel) => shared(channel, a, b, name));
      }),
  );
}

/** A text that two sources have in common if what they hold can be the same. */
function placeOf({ namespace }: Pod, source: VolumeSource): string | undefined {
  switch (source.kind) {
    case "hostPath":
      return "node";
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
