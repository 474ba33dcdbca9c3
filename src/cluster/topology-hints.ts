/**
 * Services that prefer endpoints near their clients.
 */
import type { EndpointSlice, Service } from "../../models/kubernetes/cluster.ts";
import type { Located, ServiceResource } from "../manifest/resources.ts";
import type { Population } from "./pods.ts";
import type { BuiltService } from "./services.ts";
import { objectId, type Sink } from "./sink.ts";

/** Older and newer; both ask the controller for hints. */
const ANNOTATIONS = [
  "service.kubernetes.io/topology-mode",
  "service.kubernetes.io/topology-aware-hints",
];

/**
 * `services` with the hints of their slices where it is known who is near: every node has its zone from a Node,
 * and no pod's node is assumed. Elsewhere, and where a controller is asked for hints, every ready endpoint may
 * be chosen, which is told: hints take some of them away, and never all.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#traffic-distribution (v1.34; S3.33)
 * @source https://kubernetes.io/docs/concepts/services-networking/topology-aware-routing/ (v1.34)
 */
export function settleHints(
  services: readonly BuiltService[],
  { nodes, placements }: Pick<Population, "nodes" | "placements">,
  sink: Sink,
): readonly BuiltService[] {
  const isPlaced = nodes.length <= 1 || placements.size === 0;
  const isKnown = isPlaced && nodes.every((node) => node.origin !== undefined);
  return services.map((built) => {
    const { service, resource } = built;
    if (service.addresses.length === 0) return built;
    const wish = service.selector === undefined ? undefined : wishOf(resource);
    if (wish !== undefined) sayOpen(resource, wish, "a controller decides which", sink);
    const at = hintedAt(service);
    if (isKnown || at === undefined) return built;
    const value = { value: "hints in its EndpointSlices", at };
    sayOpen(resource, value, "the zones or the pods of nodes are assumed", sink);
    return { ...built, service: { ...service, slices: service.slices.map(withoutHints) } };
  });
}

/** What asks the controller for hints; undefined: nothing does. */
function wishOf({ trafficDistribution, meta }: ServiceResource): Located<string> | undefined {
  if (trafficDistribution !== undefined) {
    const { value, at } = trafficDistribution;
    return { value: `trafficDistribution ${value}`, at };
  }
  return ANNOTATIONS.flatMap((key) => {
    const mode = meta.annotations.get(key);
    const isOn = mode?.value === "Auto" || mode?.value === "auto";
    return mode !== undefined && isOn ? [{ value: `the annotation ${key}`, at: mode.at }] : [];
  })[0];
}

function hintedAt(service: Service): Located<string>["at"] | undefined {
  const all = service.slices.flatMap((slice) => slice.endpoints);
  return all.find(({ hints }) => hints !== undefined)?.origin;
}

/** `slice`, whose endpoints are kept for nobody. */
export function withoutHints(slice: EndpointSlice): EndpointSlice {
  const endpoints = slice.endpoints.map((endpoint) => {
    const { hints, ...rest } = endpoint;
    return hints === undefined ? endpoint : rest;
  });
  return { ...slice, endpoints };
}

function sayOpen(
  resource: ServiceResource,
  { value, at }: Located<string>,
  why: string,
  sink: Sink,
): void {
  sink.diagnostics.push({
    code: "NQ2047",
    severity: "note",
    message: `${objectId(resource.meta)} prefers endpoints near the client (${value}), and ${why}: every ready endpoint is taken for one that a client may be led to`,
    at,
  });
}
