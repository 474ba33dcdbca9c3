/**
 * Channels that no policy sees: ways for data to pass between containers without a packet on the network.
 * The definition, pair by pair. Not looked at: what a program with the rights of its node can do, what
 * PersistentVolumes and storage drivers share behind different claims, and the API server's own objects.
 */
import type { Origin } from "../base/origin.ts";
import { type Cluster, type Container, type Pod, type PodId, podId } from "./cluster.ts";
import type { AccessMode, Mount, PodStorage } from "./storage.ts";

/** An end of a channel: a container, and where it says that it has the channel. */
export interface ChannelEnd {
  readonly pod: PodId;
  readonly container: string;
  readonly writable: boolean;
  readonly origin: Origin;
}

/**
 * A channel between two containers.
 *
 * `always`: nothing but the manifests is needed. `one-node`: only while both pods run on one node, which the
 * input does not settle. `unknown-modes`: only if the claim, which the input lacks, can be mounted by both.
 *
 * @invariant at least one end is writable
 */
export interface Channel {
  /** `localhost` and `volume` are within a pod, the others between pods. */
  readonly kind: "localhost" | "volume" | "hostPath" | "claim" | "nfs";
  /** What is shared: the volume, the path on the node, `namespace/name` of the claim, `server:path`. */
  readonly what: string;
  readonly when: "always" | "one-node" | "unknown-modes";
  readonly ends: readonly [ChannelEnd, ChannelEnd];
}

/** Whether two pods run on one node: for certain, by what is not known, or never. */
export type OneNode = "certain" | "possible" | "never";

/**
 * Whether `a` and `b` can be on one node when the nodes of the pods in `assumed` are not known. What their
 * nodeSelectors ask for must not contradict.
 *
 * @source https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodeselector (v1.34)
 */
export function onOneNode(cluster: Cluster, assumed: ReadonlySet<PodId>, a: Pod, b: Pod): OneNode {
  if (![a, b].some((pod) => assumed.has(podId(pod)))) {
    return a.node === b.node ? "certain" : "never";
  }
  const [wantsA, wantsB] = [a, b].map(
    (pod) => cluster.storage?.pods.get(podId(pod))?.nodeSelector ?? new Map<string, string>(),
  );
  const contradict = [...(wantsA ?? [])].some(([key, value]) => {
    const other = wantsB?.get(key);
    return other !== undefined && other !== value;
  });
  return contradict ? "never" : "possible";
}

/**
 * The channels between the containers of `pod`: localhost for those that run at the same time, and every
 * volume that two of them mount, one of them to write.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking (v1.34; S1.4, S6.24)
 * @source https://kubernetes.io/docs/concepts/workloads/pods/#pod-storage (v1.34)
 */
export function channelsWithin(cluster: Cluster, pod: Pod): readonly Channel[] {
  const running = pod.containers.filter((container) => container.kind !== "init");
  const end = ({ name, origin }: Container): ChannelEnd => {
    return { pod: podId(pod), container: name, writable: true, origin };
  };
  const localhost = pairs(running).map(
    ([a, b]): Channel => ({
      kind: "localhost",
      what: "localhost",
      when: "always",
      ends: [end(a), end(b)],
    }),
  );
  const { mounts } = storageOf(cluster, pod);
  const volumes = pairs(mounts)
    .filter(([a, b]) => a.container !== b.container && a.volume === b.volume)
    .filter(([a, b]) => passes(a, b))
    .map(([a, b]) => channel("volume", a.volume, "always", [pod, a], [pod, b]));
  return [...localhost, ...distinct(volumes)];
}

/**
 * The channels between two different pods: a directory of their node, an export of a file server, or a claim
 * that both mount, one of them to write. Directories are shared where one is the other or below it.
 *
 * @source https://kubernetes.io/docs/concepts/storage/volumes/#hostpath (v1.34)
 * @source https://kubernetes.io/docs/concepts/storage/volumes/#nfs (v1.34)
 */
export function channelsBetween(
  cluster: Cluster,
  a: Pod,
  b: Pod,
  place: OneNode,
): readonly Channel[] {
  const found = storageOf(cluster, a).mounts.flatMap((x) =>
    storageOf(cluster, b).mounts.flatMap((y): readonly Channel[] => {
      if (!passes(x, y)) return [];
      const shared = sharedStore(cluster, [a, x], [b, y], place);
      return shared === undefined
        ? []
        : [channel(shared.kind, shared.what, shared.when, [a, x], [b, y])];
    }),
  );
  return distinct(found);
}

/** What two mounts of different pods have in common; undefined when nothing, or never at one time. */
function sharedStore(
  cluster: Cluster,
  [a, x]: readonly [Pod, Mount],
  [b, y]: readonly [Pod, Mount],
  place: OneNode,
): Pick<Channel, "kind" | "what" | "when"> | undefined {
  const local = place === "certain" ? "always" : "one-node";
  if (x.source.kind === "hostPath" && y.source.kind === "hostPath") {
    const what = deeper(x, y);
    return place === "never" ? undefined : { kind: "hostPath", what, when: local };
  }
  if (x.source.kind === "nfs" && y.source.kind === "nfs" && x.source.server === y.source.server) {
    const what = `${x.source.server}:${deeper(x, y)}`;
    return { kind: "nfs", what, when: "always" };
  }
  const same =
    x.source.kind === "claim" && y.source.kind === "claim" && x.source.name === y.source.name;
  if (!same || a.namespace !== b.namespace || x.source.kind !== "claim") return undefined;
  const when = mountedByBoth(modesOf(cluster, a.namespace, x.source.name), place);
  const what = `${a.namespace}/${x.source.name}`;
  return when === undefined ? undefined : { kind: "claim", what, when };
}

/**
 * When two pods can have a claim with `modes` at one time; undefined when never. ReadOnlyMany does not keep
 * a pod from writing: once a volume is mounted, modes are not enforced, but for ReadWriteOncePod.
 *
 * @source https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes (v1.34)
 */
function mountedByBoth(modes: readonly AccessMode[], place: OneNode): Channel["when"] | undefined {
  if (modes.length === 0) return "unknown-modes";
  if (modes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany")) return "always";
  if (!modes.includes("ReadWriteOnce") || place === "never") return undefined;
  return place === "certain" ? "always" : "one-node";
}

function modesOf(cluster: Cluster, namespace: string, name: string): readonly AccessMode[] {
  return (cluster.storage?.claims ?? [])
    .filter((claim) => claim.namespace === namespace && claim.name === name)
    .flatMap((claim) => claim.modes);
}

/** Whether what one writes the other can read: both reach a common part, and one of them may write. */
function passes(a: Mount, b: Mount): boolean {
  return (a.writable || b.writable) && overlap(pathOf(a), pathOf(b));
}

/** The path from the root of the store; undefined when it is not known. */
function pathOf(mount: Mount): string | undefined {
  return mount.subPath === undefined ? undefined : `${rootOf(mount)}/${mount.subPath}`;
}

function rootOf({ source }: Mount): string {
  return source.kind === "hostPath" || source.kind === "nfs" ? source.path : "";
}

function overlap(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  const [x, y] = [segments(a), segments(b)];
  const [short, long] = x.length <= y.length ? [x, y] : [y, x];
  return short.every((segment, index) => segment === long[index]);
}

function segments(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== ".");
}

/** What two mounts have in common: the longer of their paths, as far as they are known, in its plain form. */
function deeper(a: Mount, b: Mount): string {
  const [x, y] = [a, b].map((mount) => segments(pathOf(mount) ?? rootOf(mount)));
  const longer = (x?.length ?? 0) >= (y?.length ?? 0) ? x : y;
  return `/${(longer ?? []).join("/")}`;
}

function channel(
  kind: Channel["kind"],
  what: string,
  when: Channel["when"],
  a: readonly [Pod, Mount],
  b: readonly [Pod, Mount],
): Channel {
  const end = ([pod, { container, writable, origin }]: readonly [Pod, Mount]): ChannelEnd => {
    return { pod: podId(pod), container, writable, origin };
  };
  return { kind, what, when, ends: [end(a), end(b)] };
}

/** One channel for each thing that two containers share, the one with the most writers. */
function distinct(channels: readonly Channel[]): readonly Channel[] {
  const writers = ({ ends }: Channel): number => ends.filter(({ writable }) => writable).length;
  const key = ({ kind, what, ends: [a, b] }: Channel): string =>
    JSON.stringify(kind === "volume" ? [kind, what, a.container, b.container] : [kind, what]);
  return channels.filter((one, index) => {
    const same = channels.filter((other) => key(other) === key(one));
    const best = Math.max(...same.map(writers));
    return channels.indexOf(same.find((other) => writers(other) === best) ?? one) === index;
  });
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b) => [a, b] as const));
}

function storageOf(cluster: Cluster, pod: Pod): PodStorage {
  return cluster.storage?.pods.get(podId(pod)) ?? { mounts: [], nodeSelector: new Map() };
}
