/**
 * The ingress controllers among the workloads of a cluster.
 */
import { type PodId, podId } from "../../../models/kubernetes/cluster.ts";
import {
  type ControllerConventions,
  UNKNOWN_CONVENTIONS,
} from "../../../models/kubernetes/ingress.ts";
import type { IngressController } from "../../../models/kubernetes/ingress-plane.ts";
import type { IngressSettings } from "../../base/cluster-settings.ts";
import { compareText } from "../../base/diagnostic.ts";
import type { Population } from "../pods.ts";
import type { Sink } from "../sink.ts";
import { controllersLike, knownController } from "./known-controllers.ts";

/** A controller, and how it was found. */
export interface FoundController extends IngressController {
  /** The classes for which netqed.yaml names it; empty when it was recognised. */
  readonly configuredFor: readonly string[];
}

/**
 * The controllers: those that `settings` names, then those that are recognised by image or label. Each is a
 * workload with pods. Sorted by workload.
 */
export function findControllers(
  population: Population,
  settings: IngressSettings,
  sink: Sink,
): readonly FoundController[] {
  const configured = configuredControllers(population, settings, sink);
  const named = new Set(configured.map(({ workload }) => workload));
  const recognised = recognisedControllers(population).filter(
    ({ workload }) => !named.has(workload),
  );
  return [...configured, ...recognised].sort(
    (a, b) => compareText(a.workload, b.workload) || compareText(a.name, b.name),
  );
}

type Pod = Population["pods"][number];

function workloadOf({ workload }: Pod): string {
  return `${workload.namespace}/${workload.kind}/${workload.name}`;
}

/** One for each workload, be it named for several classes. */
function configuredControllers(
  population: Population,
  settings: IngressSettings,
  sink: Sink,
): readonly FoundController[] {
  const found = new Map<string, FoundController>();
  for (const [className, { namespace, name, at }] of settings.controllers) {
    const pods = population.pods.filter(
      ({ workload }) => workload.namespace === namespace && workload.name === name,
    );
    const [first] = pods;
    if (first === undefined) {
      sink.diagnostics.push({
        code: "NQ2071",
        severity: "warning",
        message: `the ingress controller of class ${className} must be a workload of the input; found no ${namespace}/${name}: answers about its Ingresses are undecided`,
        at,
      });
      continue;
    }
    const workload = workloadOf(first);
    const [known] = like(population, first);
    const { configuredFor = [] } = found.get(workload) ?? {};
    found.set(workload, {
      name: known ?? className,
      workload,
      pods: pods.map(podId),
      conventions: conventionsOf(known ?? ""),
      configuredFor: [...configuredFor, className],
      origin: first.origin,
    });
  }
  return [...found.values()];
}

function conventionsOf(name: string): ControllerConventions {
  return knownController(name)?.conventions ?? UNKNOWN_CONVENTIONS;
}

/** The names of the controllers that `pod` looks like. */
function like(population: Population, pod: Pod): readonly string[] {
  const draft = population.draftOf.get(podId(pod));
  const images = (draft?.spec.containers ?? []).flatMap(({ image }) => image ?? []);
  return controllersLike(pod.labels, images).map(({ name }) => name);
}

function recognisedControllers(population: Population): readonly FoundController[] {
  const found = new Map<string, { name: string; first: Pod; pods: PodId[] }>();
  for (const pod of population.pods) {
    // Pods of jobs come and go: they prepare a controller, at most.
    if (pod.workload.kind === "Job" || pod.workload.kind === "CronJob") continue;
    for (const name of like(population, pod)) {
      const key = `${workloadOf(pod)} ${name}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { name, first: pod, pods: [podId(pod)] });
      else known.pods.push(podId(pod));
    }
  }
  return [...found.values()].map(({ name, first, pods }) => ({
    name,
    workload: workloadOf(first),
    pods,
    conventions: conventionsOf(name),
    configuredFor: [],
    origin: first.origin,
  }));
}
