/**
 * Workloads: Deployment, ReplicaSet, StatefulSet, DaemonSet (apps/v1), Job, CronJob (batch/v1) and
 * ReplicationController (v1).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/ (v1.34; section 2)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go (S2.3)
 */
import { selects } from "../../../models/kubernetes/selector.ts";
import { booleanAt, field, filledAt, mapAt, type MapCursor, originOf, report } from "../cursor.ts";
import type {
  Located,
  ObjectMeta,
  PodTemplate,
  WorkloadKind,
  WorkloadResource,
} from "../resources.ts";
import { allowFields, countAt, labelsAt, reportMissing } from "./fields.ts";
import { decodePodSpec } from "./pod-spec.ts";
import { decodeSelector } from "./selector.ts";
import { decodeClaimTemplates } from "./volumes.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const TEMPLATE_FIELDS = new Set(["metadata", "spec"]);
const JOB_FIELDS = new Set([
  "activeDeadlineSeconds",
  "backoffLimit",
  "backoffLimitPerIndex",
  "completionMode",
  "completions",
  "managedBy",
  "manualSelector",
  "maxFailedIndexes",
  "parallelism",
  "podFailurePolicy",
  "podReplacementPolicy",
  "selector",
  "successPolicy",
  "suspend",
  "template",
  "ttlSecondsAfterFinished",
]);
const SPEC_FIELDS: Readonly<Record<WorkloadKind, ReadonlySet<string>>> = {
  Deployment: new Set([
    "minReadySeconds",
    "paused",
    "progressDeadlineSeconds",
    "replicas",
    "revisionHistoryLimit",
    "selector",
    "strategy",
    "template",
  ]),
  ReplicaSet: new Set(["minReadySeconds", "replicas", "selector", "template"]),
  ReplicationController: new Set(["minReadySeconds", "replicas", "selector", "template"]),
  StatefulSet: new Set([
    "minReadySeconds",
    "ordinals",
    "persistentVolumeClaimRetentionPolicy",
    "podManagementPolicy",
    "replicas",
    "revisionHistoryLimit",
    "selector",
    "serviceName",
    "template",
    "updateStrategy",
    "volumeClaimTemplates",
  ]),
  DaemonSet: new Set([
    "minReadySeconds",
    "revisionHistoryLimit",
    "selector",
    "template",
    "updateStrategy",
  ]),
  Job: JOB_FIELDS,
  CronJob: new Set([
    "concurrencyPolicy",
    "failedJobsHistoryLimit",
    "jobTemplate",
    "schedule",
    "startingDeadlineSeconds",
    "successfulJobsHistoryLimit",
    "suspend",
    "timeZone",
  ]),
};

/** The workload of `kind` that `object` is. */
export function decodeWorkload(
  object: MapCursor,
  meta: ObjectMeta,
  kind: WorkloadKind,
): WorkloadResource | undefined {
  allowFields(object, TOP_FIELDS, "warning");
  const spec = mapAt(object, "spec");
  if (field(object, "spec") === undefined) reportMissing(object, "spec");
  if (spec === undefined) return undefined;
  allowFields(spec, SPEC_FIELDS[kind], "warning");
  const podOwner = kind === "CronJob" ? jobOf(spec) : spec;
  const template = podOwner && decodeTemplate(podOwner);
  if (podOwner === undefined || template === undefined) return undefined;
  checkSelector(podOwner, kind, template);
  const claimTemplates = kind === "StatefulSet" ? decodeClaimTemplates(spec) : [];
  return {
    kind,
    meta,
    ...decodeSize(spec, podOwner, kind),
    ...(claimTemplates.length === 0 ? {} : { claimTemplates }),
    template,
  };
}

/** The job spec inside a CronJob's spec. */
function jobOf(spec: MapCursor): MapCursor | undefined {
  const job = mapAt(spec, "jobTemplate");
  const jobSpec = job && mapAt(job, "spec");
  if (jobSpec !== undefined) allowFields(jobSpec, JOB_FIELDS, "warning");
  else if (field(spec, "jobTemplate") === undefined) reportMissing(spec, "jobTemplate");
  else if (job !== undefined && field(job, "spec") === undefined) reportMissing(job, "spec");
  return jobSpec;
}

type Size = Pick<
  WorkloadResource,
  "replicas" | "suspended" | "firstOrdinal" | "serviceName" | "serviceNameAt" | "indexed"
>;

function decodeSize(spec: MapCursor, podOwner: MapCursor, kind: WorkloadKind): Size {
  const batch = kind === "Job" || kind === "CronJob";
  const replicas = countAt(podOwner, batch ? "parallelism" : "replicas");
  const ordinals = kind === "StatefulSet" ? mapAt(spec, "ordinals") : undefined;
  const firstOrdinal = ordinals && countAt(ordinals, "start");
  const serviceName = kind === "StatefulSet" ? filledAt(spec, "serviceName") : undefined;
  const indexed = kind === "Job" && filledAt(spec, "completionMode")?.value === "Indexed";
  return {
    ...(replicas === undefined || kind === "DaemonSet" ? {} : { replicas }),
    ...(batch && isSuspended(spec, podOwner) ? { suspended: true } : {}),
    ...(firstOrdinal === undefined ? {} : { firstOrdinal: firstOrdinal.value }),
    ...(serviceName === undefined
      ? {}
      : { serviceName: serviceName.value, serviceNameAt: serviceName.at }),
    ...(indexed ? { indexed } : {}),
  };
}

function isSuspended(spec: MapCursor, podOwner: MapCursor): boolean {
  const own = booleanAt(spec, "suspend")?.value === true;
  return own || (podOwner !== spec && booleanAt(podOwner, "suspend")?.value === true);
}

function decodeTemplate(podOwner: MapCursor): PodTemplate | undefined {
  const template = mapAt(podOwner, "template");
  if (field(podOwner, "template") === undefined) reportMissing(podOwner, "template");
  if (template === undefined) return undefined;
  allowFields(template, TEMPLATE_FIELDS, "warning");
  const metadata = mapAt(template, "metadata");
  const spec = mapAt(template, "spec");
  if (field(template, "spec") === undefined) reportMissing(template, "spec");
  if (spec === undefined) return undefined;
  const labels =
    metadata === undefined ? new Map<string, Located<string>>() : labelsAt(metadata, "labels");
  return { labels, spec: decodePodSpec(spec, false), at: originOf(template) };
}

/** The selector of a workload selects the pods of its own template; that of a job is made by the server. */
function checkSelector(podOwner: MapCursor, kind: WorkloadKind, template: PodTemplate): void {
  if (kind === "Job" || kind === "CronJob") return;
  const selector = mapAt(podOwner, "selector");
  if (selector === undefined) {
    const absent = field(podOwner, "selector") === undefined;
    if (absent && kind !== "ReplicationController") reportMissing(podOwner, "selector");
    return;
  }
  const parsed =
    kind === "ReplicationController"
      ? { matchLabels: valuesOf(labelsAt(podOwner, "selector")), matchExpressions: [] }
      : decodeSelector(selector, "warning");
  const empty = parsed.matchLabels.size === 0 && parsed.matchExpressions.length === 0;
  if (empty) {
    // A controller without a selector takes that of its template.
    if (kind === "ReplicationController" || selector.node.entries.size > 0) return;
    report(selector, "NQ1032", `the selector of a ${kind} must not be empty`);
    return;
  }
  if (selects(parsed, valuesOf(template.labels))) return;
  report(selector, "NQ1032", "expected a selector that selects the pods of its own template", {
    related: [{ message: "the template", at: template.at }],
    hint: `give the template the labels of the selector; found ${describeLabels(template)}`,
  });
}

function valuesOf(labels: ReadonlyMap<string, Located<string>>): ReadonlyMap<string, string> {
  return new Map([...labels].map(([key, text]) => [key, text.value]));
}

function describeLabels(template: PodTemplate): string {
  const labels = [...template.labels].map(([key, text]) => `${key}=${text.value}`);
  return labels.length === 0 ? "no labels there" : labels.join(", ");
}
