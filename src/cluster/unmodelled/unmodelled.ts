/**
 * Objects of kinds that are not modelled: footprints of policies, frontends, workloads; each is named by
 * a diagnostic.
 */
import { type AddressSet, addressSets } from "../../../models/base/address.ts";
import type { PortSet } from "../../../models/base/interval-set.ts";
import { portSets } from "../../../models/base/interval-set.ts";
import { podId, type UnmodelledFrontend } from "../../../models/kubernetes/cluster.ts";
import type { Direction } from "../../../models/kubernetes/policy.ts";
import type { Footprint, FootprintEffect } from "../../../models/kubernetes/unknowns.ts";
import type { DiagnosticCode } from "../../base/diagnostic-codes.ts";
import { parseAddress } from "../../base/ip.ts";
import type { UnmodelledResource } from "../../manifest/resources.ts";
import { counted, enumerate, namespaceOf, type Sink } from "../sink.ts";
import { treatmentOf } from "./kinds.ts";
import { routeParents } from "./mesh-routes.ts";
import { field, items, text } from "./plain-data.ts";
import type { FrontendTargets } from "../frontend-targets.ts";
import type { PodView } from "./pod-view.ts";
import type { Effect, Touch } from "./touch.ts";

/** What objects of kinds that are not modelled leave open. */
export interface Unmodelled {
  readonly footprints: readonly Footprint[];
  readonly frontends: readonly UnmodelledFrontend[];
  /** Objects that make pods, by namespace. */
  readonly workloads: ReadonlyMap<string, readonly UnmodelledResource[]>;
  /** The first route of a mesh that is attached to a service, by `namespace/name` of the service. */
  readonly meshRoutes: ReadonlyMap<string, UnmodelledResource>;
}

/** Looks at each of `resources` and says what becomes undecided on its account. */
export function readUnmodelled(
  resources: readonly UnmodelledResource[],
  views: readonly PodView[],
  targets: FrontendTargets,
  sink: Sink,
): Unmodelled {
  const footprints: Footprint[] = [];
  const frontends: UnmodelledFrontend[] = [];
  const workloads = new Map<string, UnmodelledResource[]>();
  const meshRoutes = new Map<string, UnmodelledResource>();
  for (const resource of resources) {
    const treatment = treatmentOf(resource);
    switch (treatment.kind) {
      case "policy":
        footprints.push(...footprintsOf(resource, treatment.code, treatment.touches, views, sink));
        break;
      case "frontend": {
        const { services, onlyServices } = routeParents(resource);
        if (services.length > 0) reportMeshRoute(resource, services, sink);
        for (const id of services) if (!meshRoutes.has(id)) meshRoutes.set(id, resource);
        if (!onlyServices) frontends.push(...frontendsOf(resource, targets, sink));
        break;
      }
      case "workload": {
        const namespace = namespaceOf(resource.meta);
        workloads.set(namespace, [...(workloads.get(namespace) ?? []), resource]);
        reportWorkload(resource, sink);
        break;
      }
      case "none":
        break;
    }
  }
  return { footprints, frontends, workloads, meshRoutes };
}

/** `namespace/Kind/name`, or `Kind/name` for an object without namespace. */
function nameOf({ meta }: UnmodelledResource): string {
  const namespace = meta.namespace === undefined ? "" : `${meta.namespace.value}/`;
  return `${namespace}${meta.kind}/${meta.name}`;
}

function footprintsOf(
  resource: UnmodelledResource,
  code: DiagnosticCode,
  touches: readonly Touch[],
  views: readonly PodView[],
  sink: Sink,
): readonly Footprint[] {
  const footprints = touches.map(
    ({ pods, effect }): Footprint => ({
      code,
      object: nameOf(resource),
      origin: resource.meta.at,
      pods: new Set(views.filter((v) => pods(v) !== "no").map((v) => podId(v.pod))),
      effect,
    }),
  );
  const real = footprints.filter((f) => f.pods.size > 0 && Object.keys(f.effect).length > 0);
  const { meta } = resource;
  sink.diagnostics.push({
    code,
    severity: real.length > 0 ? "warning" : "note",
    message: `${nameOf(resource)} (${meta.apiVersion}) is not modelled: ${consequence(real)}`,
    at: meta.at,
  });
  return real;
}

function consequence(footprints: readonly Footprint[]): string {
  if (footprints.length === 0) return "it touches no pod of the input";
  const pods = [...new Set(footprints.flatMap((f) => [...f.pods]))].sort();
  const effects = footprints.map((f) => f.effect);
  const who = `${counted(pods.length, "pod")} (${enumerate(pods)})`;
  const wide = waysOf(effects, "any");
  const narrow = waysOf(effects, "narrow");
  const parts = [
    ...(wide === "" ? [] : [`answers about connections ${wide} ${who} are undecided`]),
    ...(narrow === ""
      ? []
      : [`that connections ${narrow} ${who} work is undecided; that others fail stays certain`]),
  ];
  return parts.join(", and ");
}

function waysOf(effects: readonly Effect[], wanted: FootprintEffect): string {
  const names: Readonly<Record<Direction, string>> = { ingress: "into", egress: "out of" };
  const directions: readonly Direction[] = ["ingress", "egress"];
  return directions
    .filter((direction) => effects.some((effect) => effect[direction] === wanted))
    .map((direction) => names[direction])
    .join(" and ");
}

function reportWorkload(resource: UnmodelledResource, sink: Sink): void {
  sink.diagnostics.push({
    code: "NQ2110",
    severity: "warning",
    message: `${nameOf(resource)} (${resource.meta.apiVersion}) may make pods, and is not modelled: nothing is claimed about them, and services that may select them are undecided`,
    at: resource.meta.at,
    hint: "add the pods to the input: kubectl get pods -o yaml",
  });
}

function reportMeshRoute(
  resource: UnmodelledResource,
  services: readonly string[],
  sink: Sink,
): void {
  sink.diagnostics.push({
    code: "NQ2122",
    severity: "warning",
    message: `${nameOf(resource)} (${resource.meta.apiVersion}) is not modelled: a mesh may lead connections to ${counted(services.length, "service")} (${enumerate(services)}) elsewhere, so answers about their addresses are undecided`,
    at: resource.meta.at,
  });
}

/** The frontends at addresses that the object states, if any; and a note in any case. */
function frontendsOf(
  resource: UnmodelledResource,
  targets: FrontendTargets,
  sink: Sink,
): readonly UnmodelledFrontend[] {
  const stated = statedAddresses(resource.content);
  const ports = statedPorts(resource);
  const where = addressSets.isEmpty(stated)
    ? "the address at which it is reached is not in the input, and nothing is claimed about connections to there"
    : "answers about connections to its addresses are undecided";
  sink.diagnostics.push({
    code: "NQ2122",
    severity: "note",
    message: `${nameOf(resource)} (${resource.meta.apiVersion}) is not modelled: ${where}`,
    at: resource.meta.at,
  });
  const leadsTo = targets.named(resource);
  return (["TCP", "UDP"] as const).map((protocol) => ({
    addresses: stated,
    protocol,
    ports,
    code: "NQ2122",
    text: nameOf(resource),
    leadsTo,
    origin: resource.meta.at,
  }));
}

/** Addresses of the status of an Ingress, and of the spec and status of a Gateway. */
function statedAddresses(content: unknown): AddressSet {
  const balancers = items(field(content, "status", "loadBalancer", "ingress"));
  const addresses = [
    ...items(field(content, "status", "addresses")),
    ...items(field(content, "spec", "addresses")),
  ];
  const found = [
    ...balancers.map((entry) => text(field(entry, "ip"))),
    ...addresses.map((entry) => text(field(entry, "value"))),
  ].map((written) => parseAddress(written ?? ""));
  return addressSets.ofAddresses(found.filter((address) => address !== undefined));
}

/** The ports of a Gateway's listeners; otherwise those of HTTP and HTTPS. */
function statedPorts(resource: UnmodelledResource): PortSet {
  const listeners = items(field(resource.content, "spec", "listeners"))
    .map((listener) => field(listener, "port"))
    .filter((port) => typeof port === "number")
    .filter((port) => port >= 1 && port <= 65_535);
  const numbers = listeners.length > 0 ? listeners : [80, 443];
  return portSets.of(numbers.map((number) => [number, number]));
}
