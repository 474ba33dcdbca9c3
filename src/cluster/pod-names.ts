/**
 * Names for pods that no manifest names.
 */
import type { PodResource, WorkloadResource } from "../manifest/resources.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import { namespaceOf, objectId, type Sink } from "./sink.ts";

/**
 * For each of `workloads` the name of its pod with a number: `NAME-NUMBER`, and where another pod has
 * that name `NAME-kind-NUMBER`. Stated names come first, then those that the API fixes (StatefulSet),
 * then the others in the order of `workloads`. The pod of a DaemonSet is called after its node instead.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id (v1.34; S2.1)
 */
export function nameGenerator(
  pods: readonly PodResource[],
  workloads: readonly WorkloadResource[],
  sink: Sink,
): (workload: WorkloadResource) => (ordinal: number) => string {
  const taken = new Set(pods.map((pod) => `${namespaceOf(pod.meta)}/${pod.meta.name}`));
  const prefixes = new Map<WorkloadResource, string>();
  const stateful = workloads.filter((w) => w.kind === "StatefulSet");
  for (const workload of [...stateful, ...workloads.filter((w) => w.kind !== "StatefulSet")]) {
    const numbers = ordinals(workload);
    const namespace = namespaceOf(workload.meta);
    const ids = (prefix: string): readonly string[] =>
      numbers.map((n) => `${namespace}/${prefix}-${String(n)}`);
    let prefix = workload.meta.name;
    while (ids(prefix).some((id) => taken.has(id))) {
      if (workload.kind === "StatefulSet" && prefix === workload.meta.name) report(workload, sink);
      prefix = `${prefix}-${workload.kind.toLowerCase()}`;
    }
    for (const id of ids(prefix)) taken.add(id);
    prefixes.set(workload, prefix);
  }
  return (workload) => {
    const prefix = prefixes.get(workload) ?? workload.meta.name;
    return (ordinal) => (workload.kind === "DaemonSet" ? prefix : `${prefix}-${String(ordinal)}`);
  };
}

function ordinals(workload: WorkloadResource): readonly number[] {
  // Beyond the limit no pod is built, so that no name is needed.
  const count = Math.min(Math.max(workload.replicas?.value ?? 1, 1), CLUSTER_LIMITS.replicasMax);
  const first = workload.kind === "StatefulSet" ? (workload.firstOrdinal ?? 0) : 1;
  return Array.from({ length: count }, (_, i) => first + i);
}

function report(workload: WorkloadResource, sink: Sink): void {
  sink.diagnostics.push({
    code: "NQ2016",
    severity: "warning",
    message: `a pod of ${objectId(workload.meta)} has the name of another pod of the input, which does not belong to it; the controller could not create it`,
    at: workload.meta.at,
    hint: "rename the bare pod or the StatefulSet",
  });
}
