/**
 * Workloads → the pods that their controllers would make.
 */
import type { Workload } from "../../models/kubernetes/cluster.ts";
import { DEFAULT_POD_NAMES, type PodNames } from "../../models/kubernetes/name-facts.ts";
import type { WorkloadKind, WorkloadResource } from "../manifest/resources.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import { type LivePods, workloadFinder } from "./live-pods.ts";
import { containersOf, type PodDraft, plainLabels } from "./pod-draft.ts";
import { nameGenerator } from "./pod-names.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { namespaceOf, objectId, type Sink } from "./sink.ts";

/** What a controller puts on the pods of one workload. */
interface ControllerLabels {
  /** On each pod alike; the values are made up. */
  readonly madeUp: readonly string[];
  /** On each pod alike; the values follow from the manifest. */
  readonly fixed: readonly (readonly [string, string])[];
  /** On the pods of some such workloads, which fields that are not read decide. */
  readonly perhaps?: readonly string[];
}

/**
 * Drafts of the pods of every workload that no live pod stands for. A workload without replicas is
 * answered for one pod, with a note. Sorted as the index is.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/ (v1.34; S2.1-S2.9)
 */
export function expandWorkloads(
  index: ResourceIndex,
  live: LivePods,
  sink: Sink,
): readonly PodDraft[] {
  const find = workloadFinder(index.workloads);
  const expanded = index.workloads.filter((workload) => {
    const { controller } = workload.meta;
    // Its owner makes the same pods.
    const owner = controller && find(namespaceOf(workload.meta), controller);
    return owner === undefined && mayExpand(workload, live, sink);
  });
  const names = nameGenerator(index.pods, expanded, sink);
  return expanded.flatMap((workload) =>
    draftsOf(workload, names(workload), replicasOf(workload, sink)),
  );
}

/** Whether the pods of `workload` are to be made up: none of its own runs. */
function mayExpand(workload: WorkloadResource, live: LivePods, sink: Sink): boolean {
  const states = live.statesOf.get(workload);
  if (states === undefined) return retired(workload, sink);
  if (states.has("running")) return false;
  // A Job whose pods have all ended makes no more.
  if (workload.kind === "Job" && !states.has("pending")) return false;
  sink.diagnostics.push({
    code: "NQ2010",
    severity: "note",
    message: `no pod of ${objectId(workload.meta)} runs: answered for the pods that it would have`,
    at: workload.meta.at,
  });
  return true;
}

/** An old revision, kept by a Deployment that is not in the input, will not have pods again. */
function retired(workload: WorkloadResource, sink: Sink): boolean {
  if (workload.meta.controller === undefined || workload.replicas?.value !== 0) return true;
  sink.diagnostics.push({
    code: "NQ2010",
    severity: "note",
    message: `${objectId(workload.meta)} has 0 replicas and belongs to ${workload.meta.controller.kind} ${workload.meta.controller.name}: taken for an old revision, left out`,
    at: workload.replicas.at,
  });
  return false;
}

/** How many pods of `workload` are built, at least one. */
function replicasOf(workload: WorkloadResource, sink: Sink): number {
  if (workload.kind === "DaemonSet") return 1;
  const stated = workload.suspended === true ? 0 : (workload.replicas?.value ?? 1);
  const id = objectId(workload.meta);
  const at = workload.replicas?.at ?? workload.meta.at;
  if (stated < 1) {
    const why = workload.suspended === true ? "is suspended" : "has 0 replicas";
    const message = `${id} ${why}: answered for the pod that it would have`;
    sink.diagnostics.push({ code: "NQ2010", severity: "note", message, at });
    const text = `${id} ${why}; answers are for the pod that it would have.`;
    sink.assumptions.push({ text, from: "input", at });
    return 1;
  }
  const built = Math.min(stated, CLUSTER_LIMITS.replicasMax);
  if (built < stated) {
    const message = `${id} has ${String(stated)} replicas: the first ${String(built)} are built, and the others are taken to be like them`;
    sink.diagnostics.push({ code: "NQ2012", severity: "warning", message, at });
    const text = `Of the ${String(stated)} replicas of ${id} ${String(built)} stand for all.`;
    sink.assumptions.push({ text, from: "input", at });
  }
  return built;
}

function draftsOf(
  resource: WorkloadResource,
  nameOf: (ordinal: number) => string,
  replicas: number,
): readonly PodDraft[] {
  const namespace = namespaceOf(resource.meta);
  const { spec } = resource.template;
  const workload: Workload = { namespace, kind: resource.kind, name: resource.meta.name };
  const controller = controllerLabels(resource.kind, resource.meta.name);
  // Which ordinals exist beyond the limit is as good as unknown to a selector that reads them.
  const ordinalLabels = (resource.replicas?.value ?? 1) > replicas ? ORDINAL_LABELS : [];
  const common = {
    namespace,
    workload,
    madeUpLabels: new Set([...controller.madeUp, ...(controller.perhaps ?? []), ...ordinalLabels]),
    spec,
    hostNetwork: spec.hostNetwork?.value ?? false,
    containers: containersOf(spec),
    addresses: [],
    hostAddresses: [],
    ready: true,
    terminating: false,
    onEachNode: resource.kind === "DaemonSet",
    ...(resource.claimTemplates === undefined ? {} : { claimTemplates: resource.claimTemplates }),
    origin: resource.meta.at,
  };
  const labels = new Map([
    ...plainLabels(resource.template.labels),
    ...controller.madeUp.map((key): [string, string] => [key, madeUpValue(workload, key)]),
    ...controller.fixed,
  ]);
  const first = resource.kind === "StatefulSet" ? (resource.firstOrdinal ?? 0) : 1;
  return Array.from({ length: replicas }, (_, i) => {
    const name = nameOf(first + i);
    const names = namesOf(resource, name, i);
    const own = { ...common, name, ...(names === undefined ? {} : { names }) };
    if (resource.kind !== "StatefulSet") return { ...own, labels };
    return { ...own, labels: statefulLabels(labels, resource.meta.name, first + i) };
  });
}

/**
 * What pod `name` of `resource` is called. A StatefulSet calls its pods by their own name below its service,
 * an indexed Job by its name and the index.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id (v1.34; S5.9)
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode (v1.34)
 */
function namesOf(resource: WorkloadResource, name: string, index: number): PodNames | undefined {
  const { names } = resource.template.spec;
  const { serviceName, indexed, kind, meta } = resource;
  if (kind === "StatefulSet") {
    const below = serviceName === undefined ? {} : { subdomain: serviceName };
    return { ...DEFAULT_POD_NAMES, ...names, hostname: name, ...below };
  }
  if (indexed !== true) return names;
  return { ...DEFAULT_POD_NAMES, ...names, hostname: `${meta.name}-${String(index)}` };
}

const ORDINAL_LABELS = ["statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"];

/** @source https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label (v1.34; S2.1) */
function statefulLabels(
  labels: ReadonlyMap<string, string>,
  workload: string,
  ordinal: number,
): ReadonlyMap<string, string> {
  return new Map([
    ...labels,
    ["statefulset.kubernetes.io/pod-name", `${workload}-${String(ordinal)}`],
    ["apps.kubernetes.io/pod-index", String(ordinal)],
  ]);
}

/** On the pods of an indexed Job only. */
const INDEX = ["batch.kubernetes.io/job-completion-index"];

/** @source https://kubernetes.io/docs/reference/labels-annotations-taints/ (v1.34; S2.1) */
function controllerLabels(kind: WorkloadKind, name: string): ControllerLabels {
  const uid = ["batch.kubernetes.io/controller-uid", "controller-uid"];
  const job = ["batch.kubernetes.io/job-name", "job-name"];
  switch (kind) {
    case "Deployment":
      return { madeUp: ["pod-template-hash"], fixed: [] };
    case "StatefulSet":
      return { madeUp: ["controller-revision-hash"], fixed: [] };
    case "DaemonSet":
      return { madeUp: ["controller-revision-hash", "pod-template-generation"], fixed: [] };
    case "Job":
      return { madeUp: uid, fixed: job.map((key) => [key, name]), perhaps: INDEX };
    case "CronJob":
      return { madeUp: [...uid, ...job], fixed: [], perhaps: INDEX };
    case "ReplicaSet":
    case "ReplicationController":
      return { madeUp: [], fixed: [] };
  }
}

/** A stand-in for a value that a controller makes up: the same for all pods of a workload. */
function madeUpValue(workload: Workload, key: string): string {
  return `netqed-${fnv1a(`${workload.namespace}/${workload.kind}/${workload.name}/${key}`)}`;
}

/** The 32-bit FNV-1a hash of `text` in hexadecimal. @source https://www.rfc-editor.org/rfc/rfc9923 */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
