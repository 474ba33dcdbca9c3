/**
 * Pods of the input: which of them run, and which workloads they stand for.
 */
import type { Workload } from "../../models/kubernetes/cluster.ts";
import type { ObjectMeta, PodResource, WorkloadResource } from "../manifest/resources.ts";
import { containersOf, type PodDraft, plainLabels } from "./pod-draft.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { namespaceOf, objectId, type Sink } from "./sink.ts";

/** Whether a pod has a network: it runs (or is assumed to), has not got so far, or has ended. */
type PodState = "running" | "pending" | "finished";

/** What the pods of the input say: drafts of those that run, and what became of each workload's. */
export interface LivePods {
  readonly drafts: readonly PodDraft[];
  /** The states of the pods that a workload of the input owns, directly or not. */
  readonly statesOf: ReadonlyMap<WorkloadResource, ReadonlySet<PodState>>;
}

/**
 * The pods of the input that run. A pod without status is a manifest, assumed to run; with a phase but
 * without addresses it is pending. Ended and pending pods have no network and are left out with a note.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ (v1.34; S1.15, S2.9, S6.45)
 */
export function readLivePods(index: ResourceIndex, sink: Sink): LivePods {
  const owners = workloadFinder(index.workloads);
  const drafts: PodDraft[] = [];
  const statesOf = new Map<WorkloadResource, Set<PodState>>();
  for (const pod of index.pods) {
    const state = stateOf(pod);
    const chain = ownersOf(pod, owners);
    for (const owner of chain.resources) {
      statesOf.set(owner, (statesOf.get(owner) ?? new Set()).add(state));
    }
    if (state === "running") drafts.push(draftOf(pod, chain.workload));
    else noteLeftOut(pod, state, sink);
  }
  return { drafts, statesOf };
}

function stateOf(pod: PodResource): PodState {
  const { status } = pod;
  if (status === undefined) return "running";
  if (status.phase === "Succeeded" || status.phase === "Failed") return "finished";
  if (status.podIPs.length > 0 || status.phase === undefined) return "running";
  return "pending";
}

function draftOf(pod: PodResource, workload: Workload): PodDraft {
  return {
    namespace: namespaceOf(pod.meta),
    name: pod.meta.name,
    workload,
    labels: plainLabels(pod.meta.labels),
    madeUpLabels: new Set(),
    spec: pod.spec,
    hostNetwork: pod.spec.hostNetwork?.value ?? false,
    ...(pod.spec.names === undefined ? {} : { names: pod.spec.names }),
    containers: containersOf(pod.spec),
    addresses: pod.status?.podIPs ?? [],
    hostAddresses: pod.status?.hostIPs ?? [],
    ready: pod.status?.ready ?? true,
    terminating: pod.meta.deletionTimestamp !== undefined,
    onEachNode: false,
    origin: pod.meta.at,
  };
}

function noteLeftOut(pod: PodResource, state: PodState, sink: Sink): void {
  const why =
    state === "finished"
      ? `has ended (phase ${pod.status?.phase ?? ""}), so its address is free for others`
      : `has no address yet (phase ${pod.status?.phase ?? ""})`;
  sink.diagnostics.push({
    code: "NQ2011",
    severity: "note",
    message: `${objectId(pod.meta)} ${why}: left out`,
    at: pod.meta.at,
  });
}

type WorkloadFinder = (
  namespace: string,
  owner: { readonly kind: string; readonly name: string; readonly uid?: string },
) => WorkloadResource | undefined;

/** Finds workloads by kind and name; where both sides state a uid, the uids must agree (S2.9). */
export function workloadFinder(workloads: readonly WorkloadResource[]): WorkloadFinder {
  const byName = new Map(workloads.map((w) => [objectId(w.meta), w]));
  return (namespace, owner) => {
    const found = byName.get(`${namespace}/${owner.kind}/${owner.name}`);
    const otherUid =
      found?.meta.uid !== undefined && owner.uid !== undefined && found.meta.uid !== owner.uid;
    return otherUid ? undefined : found;
  };
}

interface OwnerChain {
  /** The workload to show: the top of the chain. */
  readonly workload: Workload;
  /** Those of the chain that are in the input. */
  readonly resources: readonly WorkloadResource[];
}

/** Controllers that are no workload: a mirror pod stands for itself. */
const NO_WORKLOAD: readonly string[] = ["Node"];

function ownersOf(pod: PodResource, find: WorkloadFinder): OwnerChain {
  const namespace = namespaceOf(pod.meta);
  const resources: WorkloadResource[] = [];
  let workload: Workload = { namespace, kind: "Pod", name: pod.meta.name };
  let { controller } = pod.meta;
  while (controller !== undefined && !NO_WORKLOAD.includes(controller.kind)) {
    const { kind, name } = controller;
    workload = { namespace, kind, name };
    const resource = find(namespace, controller);
    if (resource !== undefined) {
      // Owner references cannot be trusted to be acyclic.
      if (resources.includes(resource)) break;
      resources.push(resource);
    }
    controller = resource?.meta.controller ?? conventionalOwner(pod.meta, workload, find);
  }
  return { workload, resources };
}

/**
 * The owner that the names of `child` give away when the object between is not in the input: a
 * ReplicaSet is named after its Deployment and the hash, a Job after its CronJob and the minute.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label (v1.34; S2.1)
 */
function conventionalOwner(
  pod: ObjectMeta,
  child: Workload,
  find: WorkloadFinder,
): { readonly kind: string; readonly name: string } | undefined {
  const hash = pod.labels.get("pod-template-hash")?.value;
  if (child.kind === "ReplicaSet" && find(child.namespace, child) === undefined) {
    if (hash === undefined || !child.name.endsWith(`-${hash}`)) return undefined;
    return { kind: "Deployment", name: child.name.slice(0, -hash.length - 1) };
  }
  const cron = child.kind === "Job" ? /^(.+)-\d+$/.exec(child.name)?.[1] : undefined;
  if (cron === undefined) return undefined;
  const owner = { kind: "CronJob", name: cron };
  return find(child.namespace, owner) === undefined ? undefined : owner;
}
