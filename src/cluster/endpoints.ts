/**
 * Hand-written endpoints: EndpointSlices, and Endpoints that the control plane mirrors into slices.
 */
import { type Address, prefixOf } from "../../models/base/address.ts";
import type { EndpointSlice } from "../../models/kubernetes/cluster.ts";
import { formatAddress } from "../base/ip.ts";
import type {
  EndpointsResource,
  Located,
  ObjectMeta,
  ServiceResource,
} from "../manifest/resources.ts";
import { protocolOf } from "./pod-draft.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { namespaceOf, objectId, type Sink } from "./sink.ts";
import { withoutHints } from "./topology-hints.ts";
import { whyUnusable } from "./usable-address.ts";

/** The controller that writes the slices of services with a selector. */
const SELECTOR_CONTROLLER = "endpointslice-controller.k8s.io";
/** The controller that mirrors Endpoints into slices. */
const MIRRORING_CONTROLLER = "endpointslicemirroring-controller.k8s.io";

type Slice = EndpointsResource["slices"][number];

/**
 * The slices that count beside selected pods, for each service. Slices that a controller wrote restate
 * what the selector says and count only where their address is no pod's; Endpoints count for a service
 * without selector that has no slice of its own.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ (v1.34; S3.4, S3.24, S3.25)
 */
export function endpointSlices(
  index: ResourceIndex,
  podAddresses: ReadonlySet<string>,
  sink: Sink,
): (service: ServiceResource) => readonly EndpointSlice[] {
  const services = new Map(index.services.map((s) => [serviceKey(s.meta, s.meta.name), s]));
  const written = new Map<ServiceResource, EndpointSlice[]>();
  const mirrored = new Map<ServiceResource, readonly EndpointSlice[]>();
  for (const resource of index.endpoints) {
    const service = serviceOf(resource, services, sink);
    if (service === undefined) continue;
    const read = (): readonly EndpointSlice[] =>
      resource.slices.flatMap((slice) => readSlice(resource, slice, service, sink));
    if (resource.kind === "Endpoints") {
      // The control plane overwrites those of a service with a selector.
      if (service.selector.size === 0) mirrored.set(service, read());
    } else if (!isMirror(resource, service, index)) {
      const counting = countingSlices(resource, service, read(), podAddresses, sink);
      written.set(service, [...(written.get(service) ?? []), ...counting]);
    }
  }
  return (service) => written.get(service) ?? mirrored.get(service) ?? [];
}

function serviceKey(meta: ObjectMeta, service: string | undefined): string {
  return `${namespaceOf(meta)}/${service ?? ""}`;
}

/** Whether `slice` restates Endpoints that are in the input. */
function isMirror(
  slice: EndpointsResource,
  service: ServiceResource,
  index: ResourceIndex,
): boolean {
  return slice.managedBy === MIRRORING_CONTROLLER && hasEndpoints(index, service);
}

/** What of `slices` counts beside the pods that `service` selects. */
function countingSlices(
  resource: EndpointsResource,
  service: ServiceResource,
  slices: readonly EndpointSlice[],
  podAddresses: ReadonlySet<string>,
  sink: Sink,
): readonly EndpointSlice[] {
  if (service.selector.size === 0) return slices;
  if (resource.managedBy === SELECTOR_CONTROLLER) {
    return strangers(slices, podAddresses, resource, sink);
  }
  reportBesideSelector(resource, service, sink);
  return slices;
}

function hasEndpoints(index: ResourceIndex, service: ServiceResource): boolean {
  return index.endpoints.some(
    (e) =>
      e.kind === "Endpoints" &&
      e.service === service.meta.name &&
      namespaceOf(e.meta) === namespaceOf(service.meta),
  );
}

/** The service of `resource`; without one it has no effect, which is worth a word. */
function serviceOf(
  resource: EndpointsResource,
  services: ReadonlyMap<string, ServiceResource>,
  sink: Sink,
): ServiceResource | undefined {
  const service = services.get(serviceKey(resource.meta, resource.service));
  if (service !== undefined) return service;
  const slice = resource.kind === "EndpointSlice";
  const why =
    resource.service === undefined
      ? "must name its service in the label kubernetes.io/service-name; found none"
      : `belongs to Service ${resource.service}, which is not in the input`;
  sink.diagnostics.push({
    code: "NQ2040",
    // Endpoints without a service are common: they were used for leader election.
    severity: slice ? "warning" : "note",
    message: `${objectId(resource.meta)} ${why}: it has no effect`,
    at: resource.meta.at,
  });
  return undefined;
}

function reportBesideSelector(
  resource: EndpointsResource,
  service: ServiceResource,
  sink: Sink,
): void {
  sink.diagnostics.push({
    code: "NQ2041",
    severity: "warning",
    message: `${objectId(resource.meta)} is written by hand for ${objectId(service.meta)}, which has a selector: its endpoints count in addition to the selected pods`,
    at: resource.meta.at,
    related: [{ message: "the service", at: service.meta.at }],
  });
}

/**
 * Endpoints of a controller's slice that are no pod of the input: the input lacks their pods. Its hints are a
 * snapshot of what the controller changes by itself.
 */
function strangers(
  slices: readonly EndpointSlice[],
  podAddresses: ReadonlySet<string>,
  resource: EndpointsResource,
  sink: Sink,
): readonly EndpointSlice[] {
  const rest = slices
    .map((slice) => ({
      ...slice,
      endpoints: slice.endpoints.filter((e) => !podAddresses.has(formatAddress(e.address))),
    }))
    .filter((slice) => slice.endpoints.length > 0)
    .map(withoutHints);
  const first = rest[0]?.endpoints[0];
  if (first !== undefined) {
    sink.diagnostics.push({
      code: "NQ2044",
      severity: "warning",
      message: `${objectId(resource.meta)} lists ${formatAddress(first.address)}, which is the address of no pod of the input: it counts as an endpoint outside the pods`,
      at: first.origin,
      hint: "add the pods to the input, or leave out the EndpointSlices that the control plane wrote",
    });
  }
  return rest;
}

/** A slice as the proxy reads it: IP addresses only, ports with a number only. */
function readSlice(
  resource: EndpointsResource,
  slice: Slice,
  service: ServiceResource,
  sink: Sink,
): readonly EndpointSlice[] {
  const { addressType } = slice;
  if (addressType === "FQDN") {
    reportIgnored(`its address type is FQDN, which proxies ignore`, resource, slice, sink);
    return [];
  }
  const ports = slice.ports.flatMap((port) => {
    if (port.number === undefined) {
      reportIgnored("a port has no number, which proxies ignore", resource, slice, sink);
      return [];
    }
    const name = port.name ?? "";
    checkPortName(name, port.number, service, resource, sink);
    const protocol = protocolOf(port.protocol);
    return [{ ...(name === "" ? {} : { name }), protocol, number: port.number.value }];
  });
  const endpoints = slice.endpoints
    // Reading has refused these.
    .filter((e) => !isLinkLocal(e.address.value) && whyUnusable(e.address.value) === undefined)
    .map(({ address, ready, servesTerminating, node, hostname, hints }) => ({
      address: address.value,
      ready,
      ...(servesTerminating ? { servesTerminating } : {}),
      ...(node === undefined ? {} : { node }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(hints === undefined ? {} : { hints }),
      origin: address.at,
    }));
  return [{ family: addressType, endpoints, ports, origin: slice.at }];
}

function reportIgnored(why: string, resource: EndpointsResource, slice: Slice, sink: Sink): void {
  sink.diagnostics.push({
    code: "NQ2045",
    severity: "warning",
    message: `a part of ${objectId(resource.meta)} has no effect: ${why}`,
    at: slice.at,
  });
}

function checkPortName(
  name: string,
  number: Located<number>,
  service: ServiceResource,
  resource: EndpointsResource,
  sink: Sink,
): void {
  if (service.ports.some((port) => (port.name?.value ?? "") === name)) return;
  const names = service.ports.map((port) => `"${port.name?.value ?? ""}"`).join(", ");
  sink.diagnostics.push({
    code: "NQ2042",
    severity: "warning",
    message: `a port of ${objectId(resource.meta)} must have the name of a port of ${objectId(service.meta)} (${names === "" ? "it has none" : names}); found "${name}": it has no effect`,
    at: number.at,
    related: [{ message: "the service", at: service.meta.at }],
  });
}

/** @source https://www.rfc-editor.org/rfc/rfc3927 (169.254.0.0/16), https://www.rfc-editor.org/rfc/rfc4291#section-2.5.6 */
function isLinkLocal(address: Address): boolean {
  return address.family === "IPv4"
    ? prefixOf(address, 16).bits === 0xa9fe_0000n
    : prefixOf(address, 10).bits === 0xfe80n << 112n;
}
