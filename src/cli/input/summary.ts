/**
 * Counts what was read, for people.
 */
import { compareText } from "../../base/diagnostic.ts";
import type { Manifests, Resource } from "../../manifest/resources.ts";
import type { InputSummary } from "../../report/run-context.ts";

/** The counts of `manifests`. */
export function inputSummary(manifests: Manifests, ignoredFiles: number): InputSummary {
  const { resources, filesRead, skipped } = manifests;
  const nouns = [
    "namespace",
    "node",
    "workload",
    "service",
    "policy",
    "endpoint list",
    "ingress",
  ] as const;
  const counted = resources.map((resource) => NOUN[resource.kind]);
  const ignored = resources.filter((r) => r.kind === "ignored").map((r) => r.meta.kind);
  return {
    files: filesRead,
    objects: resources.length,
    counts: nouns.map((what) => ({
      what,
      count: counted.filter((noun) => noun === what).length,
    })),
    ignoredKinds: [...new Set(ignored)].sort(compareText).map((kind) => ({
      kind,
      count: ignored.filter((other) => other === kind).length,
    })),
    skippedDocuments: skipped.length,
    ignoredFiles,
  };
}

/** How people call a kind; undefined where it is told elsewhere. */
const NOUN: Readonly<Record<Resource["kind"], string | undefined>> = {
  Namespace: "namespace",
  Node: "node",
  Pod: "workload",
  Deployment: "workload",
  ReplicaSet: "workload",
  StatefulSet: "workload",
  DaemonSet: "workload",
  Job: "workload",
  CronJob: "workload",
  ReplicationController: "workload",
  Service: "service",
  NetworkPolicy: "policy",
  Endpoints: "endpoint list",
  EndpointSlice: "endpoint list",
  Ingress: "ingress",
  IngressClass: undefined,
  PersistentVolumeClaim: undefined,
  unmodelled: undefined,
  ignored: undefined,
};
