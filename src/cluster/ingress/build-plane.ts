/**
 * Ingresses and the controllers that handle them.
 */
import {
  classOf,
  type Ingress,
  type IngressClass,
  type RouteAlteration,
} from "../../../models/kubernetes/ingress.ts";
import type {
  IngressGroup,
  IngressPlane,
  StrayIngress,
} from "../../../models/kubernetes/ingress-plane.ts";
import type { IngressSettings } from "../../base/cluster-settings.ts";
import type { IngressResource } from "../../manifest/resources.ts";
import type { Population } from "../pods.ts";
import type { ResourceIndex } from "../resource-index.ts";
import { objectId, type Sink } from "../sink.ts";
import { alterationsOf } from "./alterations.ts";
import { type FoundController, findControllers } from "./controllers.ts";
import { controllersOfClass, isOutsideController, knownController } from "./known-controllers.ts";
import { ingressOf } from "./read-ingress.ts";

/** An Ingress, and the manifest behind it. */
export interface BuiltIngress {
  readonly ingress: Ingress;
  readonly resource: IngressResource;
  /** Who handles it, or why nobody is known to. */
  readonly handling: Handling;
}

/** Who handles an Ingress. */
type Handling =
  | {
      readonly kind: "handled";
      readonly controllers: readonly FoundController[];
      /** Why that is not certain. */
      readonly doubt?: string;
    }
  | { readonly kind: "stray"; readonly why: string };

/** The Ingresses of a cluster; `plane` is absent when there is none. */
export interface BuiltPlane {
  readonly plane?: IngressPlane;
  readonly ingresses: readonly BuiltIngress[];
}

/**
 * The Ingresses among the resources of `index` and who handles them. A controller that was recognised, and not
 * named by netqed.yaml, is an assumption.
 */
export function buildIngressPlane(
  index: ResourceIndex,
  population: Population,
  settings: IngressSettings,
  sink: Sink,
): BuiltPlane {
  if (index.ingresses.length === 0) return { ingresses: [] };
  const classes = index.ingressClasses.map(
    ({ meta, controller }): IngressClass => ({
      name: meta.name,
      controller: controller.value,
      isDefault:
        meta.annotations.get("ingressclass.kubernetes.io/is-default-class")?.value === "true",
      origin: meta.at,
    }),
  );
  const controllers = findControllers(population, settings, sink);
  const ingresses = index.ingresses.map((resource): BuiltIngress => {
    const ingress = ingressOf(resource);
    return { ingress, resource, handling: handlingOf(ingress, classes, controllers, settings) };
  });
  const groups = controllers
    .map((controller): IngressGroup => groupOf(controller, ingresses))
    .filter((group) => group.ingresses.length > 0);
  noteControllers(groups, controllers, sink);
  const strays = ingresses.flatMap(({ ingress, handling }): readonly StrayIngress[] =>
    handling.kind === "stray" ? [{ ingress, why: handling.why }] : [],
  );
  const plane: IngressPlane = {
    ingresses: ingresses.map((built) => built.ingress),
    classes,
    groups,
    strays,
  };
  return { plane, ingresses };
}

function groupOf(controller: FoundController, ingresses: readonly BuiltIngress[]): IngressGroup {
  const { name, workload, pods, conventions, origin } = controller;
  return {
    controller: { name, workload, pods, conventions, origin },
    ingresses: ingresses.flatMap(({ ingress, resource, handling }): readonly Ingress[] => {
      if (handling.kind === "stray" || !handling.controllers.includes(controller)) return [];
      const prefixes = knownController(name)?.annotations;
      const doubts: readonly RouteAlteration[] =
        handling.doubt === undefined
          ? []
          : [
              {
                text: `that ${objectId(resource.meta)} ${handling.doubt}`,
                changes: "routing",
                origin: ingress.origin,
              },
            ];
      const annotations = alterationsOf(resource.meta.annotations, prefixes);
      return [{ ...ingress, alterations: [...annotations, ...doubts] }];
    }),
  };
}

/** Who handles `ingress`: by its class, as the IngressClass, netqed.yaml or a habit says. */
function handlingOf(
  ingress: Ingress,
  classes: readonly IngressClass[],
  controllers: readonly FoundController[],
  settings: IngressSettings,
): Handling {
  const claim = classOf(withDefault(ingress, settings), classes);
  switch (claim.kind) {
    case "unclaimed":
      return unclear("names no class, and no class of the input is the default", controllers);
    case "ambiguous": {
      const names = new Set(claim.classes.map(({ controller }) => controller));
      const some = controllers.filter(({ name }) => names.has(name));
      return unclear("names no class, and several classes are the default", some);
    }
    case "class": {
      const { name } = claim;
      const configured = controllers.filter((c) => c.configuredFor.includes(name));
      if (configured.length > 0) return { kind: "handled", controllers: configured };
      return claim.class === undefined
        ? byHabit(ingress, name, controllers)
        : byController(claim.class, controllers);
    }
  }
}

function withDefault(ingress: Ingress, { defaultClass }: IngressSettings): Ingress {
  if (ingress.className !== undefined || defaultClass === undefined) return ingress;
  return { ...ingress, className: { name: defaultClass.value, by: "field" } };
}

function unclear(doubt: string, controllers: readonly FoundController[]): Handling {
  return controllers.length === 0
    ? { kind: "stray", why: `it ${doubt}` }
    : { kind: "handled", controllers, doubt };
}

function byController(
  { name, controller }: IngressClass,
  controllers: readonly FoundController[],
): Handling {
  const found = controllers.filter((c) => c.name === controller && c.configuredFor.length === 0);
  if (found.length > 0) return { kind: "handled", controllers: found };
  const why = isOutsideController(controller, name)
    ? `its controller ${controller} answers outside of the cluster's pods`
    : `no workload of the input is known to be its controller ${controller}`;
  return { kind: "stray", why };
}

/** The class has no IngressClass: an annotation needs none, the field does. */
function byHabit(
  { className }: Ingress,
  name: string,
  controllers: readonly FoundController[],
): Handling {
  if (isOutsideController(undefined, name)) {
    return { kind: "stray", why: `its class ${name} is answered outside of the cluster's pods` };
  }
  const usual = controllersOfClass(name).map((known) => known.name);
  const found = controllers.filter((c) => usual.includes(c.name));
  if (found.length === 0) {
    return { kind: "stray", why: `no controller of its class ${name} is in the input` };
  }
  return className?.by === "annotation"
    ? { kind: "handled", controllers: found }
    : unclear(`names the class ${name}, which is no IngressClass of the input`, found);
}

function noteControllers(
  groups: readonly IngressGroup[],
  controllers: readonly FoundController[],
  sink: Sink,
): void {
  for (const { controller } of groups) {
    const { workload, name } = controller;
    const found = controllers.find((c) => c.workload === workload && c.name === name);
    if (found === undefined || found.configuredFor.length > 0) continue;
    const text = `${workload} is the ingress controller ${name}: its image or labels say so.`;
    sink.assumptions.push({ text, from: "input", at: controller.origin });
  }
}
