/**
 * Counts what was read, for people.
 */
import { compareText } from "../../base/diagnostic.ts";
import type { Manifests, Resource } from "../../manifest/resources.ts";
import type { InputSummary } from "../../report/run-context.ts";

/** The counts of `manifests`. */
export function inputSummary(manifests: Manifests, ignoredFiles: number): InputSummary {
  const { resources, filesRead, skipped } = manifests;
  const nouns = ["namespace", "node", "workload", "service", "policy", "endpoint list"] as const;
  const counted = resources.map(nounOf);
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

function nounOf(resource: Resource): string | undefined {
  switch (resource.kind) {
    case "Namespace":
      return "namespace";
    case "Node":
      return "node";
    case "Pod":
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet":
    case "Job":
    case "CronJob":
    case "ReplicationController":
      return "workload";
    case "Service":
      return "service";
    case "NetworkPolicy":
      return "policy";
    case "Endpoints":
    case "EndpointSlice":
      return "endpoint list";
    case "unmodelled":
    case "ignored":
      return undefined;
  }
}
