/**
 * Services with their defaults and addresses.
 */
import { type Address, prefixContains } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { EndpointSlice, Service, ServicePort } from "../../models/kubernetes/cluster.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import type { Located, ServicePortSpec, ServiceResource } from "../manifest/resources.ts";
import { allocator } from "./allocator.ts";
import { plainLabels, protocolOf } from "./pod-draft.ts";
import { assumption, blockTexts, reportFull } from "./population-notes.ts";
import type { Population } from "./pods.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { compareNamed, counted, namespaceOf, objectId, type Sink } from "./sink.ts";
import { usable } from "./usable-address.ts";

/** A service of the cluster, and the manifest behind it. */
export interface BuiltService {
  readonly service: Service;
  readonly resource: ServiceResource;
  /** Each port of the service, and how the manifest writes it. */
  readonly specs: ReadonlyMap<ServicePort, ServicePortSpec>;
}

/**
 * The services with addresses or headless, sorted by namespace and name; ExternalName services are
 * names only and left out with a note. Undefined, with an error, when the service blocks are full.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/ (v1.34; S3.1-S3.5, S3.27)
 */
export function buildServices(
  index: ResourceIndex,
  population: Population,
  slicesOf: (resource: ServiceResource) => readonly EndpointSlice[],
  settings: ClusterSettings,
  sink: Sink,
): readonly BuiltService[] | undefined {
  const resources = index.services.filter((s) => !isExternalName(s, sink));
  checkStatedAddresses(resources, settings, sink);
  const next = new Map(
    population.families.map((family) => [
      family,
      allocator(
        population.blocks.service.assignable.filter((b) => b.family === family),
        population.taken,
      ),
    ]),
  );
  let full = false;
  let assumed = 0;
  const services = resources.map((resource): BuiltService => {
    const owner = `Service ${objectId(resource.meta)}`;
    const stated = resource.clusterIPs.filter((a) => usable(a, owner, sink)).map((a) => a.value);
    const missing = resource.headless
      ? []
      : familiesOf(resource, population.families, settings, sink).filter(
          (family) => !stated.some((a) => a.family === family),
        );
    const assigned = missing.map((family) => next.get(family)?.());
    if (assigned.some((a, i) => a === undefined && next.has(missing[i] ?? "IPv4"))) full = true;
    if (missing.length > 0) assumed += 1;
    const addresses = [...stated, ...assigned.filter((a) => a !== undefined)];
    const specs = new Map(resource.ports.map((spec) => [portOf(spec), spec]));
    const service = serviceOf(resource, addresses, [...specs.keys()], slicesOf(resource));
    return { service, resource, specs };
  });
  if (full) {
    reportFull("service", population.blocks.service, index, settings, sink);
    return undefined;
  }
  if (services.length > 0) {
    const some =
      assumed === 0
        ? "Service addresses are in"
        : `${counted(assumed, "service")} of ${String(services.length)} have assumed addresses out of`;
    const text = `${some} ${blockTexts(population.blocks.service)}.`;
    sink.assumptions.push(assumption(text, settings.serviceCidrs));
  }
  return services.sort((a, b) => compareNamed(a.service, b.service));
}

function isExternalName(resource: ServiceResource, sink: Sink): boolean {
  if (resource.type?.value !== "ExternalName") return false;
  sink.diagnostics.push({
    code: "NQ2039",
    severity: "note",
    message: `${objectId(resource.meta)} is an alias for the name ${resource.externalName?.value ?? ""}: it has no address, and is followed where a pod asks for its name`,
    at: resource.meta.at,
  });
  return true;
}

function serviceOf(
  resource: ServiceResource,
  addresses: readonly Address[],
  ports: readonly ServicePort[],
  slices: readonly EndpointSlice[],
): Service {
  return {
    namespace: namespaceOf(resource.meta),
    name: resource.meta.name,
    addresses,
    // An empty selector selects nothing: endpoints are managed elsewhere (S0.8).
    ...(resource.selector.size === 0 ? {} : { selector: plainLabels(resource.selector) }),
    publishNotReadyAddresses: resource.publishNotReadyAddresses,
    ports,
    slices,
    ...(resource.internalTrafficPolicy?.value === "Local"
      ? { internalTrafficPolicy: "Local" as const }
      : {}),
    origin: resource.meta.at,
  };
}

/** @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec (v1.34; S3.5) */
function portOf(spec: ServicePortSpec): ServicePort {
  const name = spec.name?.value ?? "";
  return {
    ...(name === "" ? {} : { name }),
    protocol: protocolOf(spec.protocol),
    port: spec.port.value,
    target: targetOf(spec),
    origin: spec.at,
  };
}

/** The target port; the API server takes 0 and "" for absent. */
function targetOf(spec: ServicePortSpec): number | string {
  const target = spec.targetPort?.value;
  return target === undefined || target === 0 || target === "" ? spec.port.value : target;
}

/**
 * The families in which a service has an address: those that it states, else the preferred one of the
 * cluster; both where its policy asks for both and the cluster has them.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/dual-stack/#services (v1.34; S3.27)
 */
function familiesOf(
  resource: ServiceResource,
  families: readonly Family[],
  settings: ClusterSettings,
  sink: Sink,
): readonly Family[] {
  const wanted = new Set<Family>((resource.ipFamilies ?? []).map((f) => f.value));
  const policy = resource.ipFamilyPolicy?.value;
  const unavailable = (resource.ipFamilies ?? []).find((f) => !families.includes(f.value));
  if (unavailable !== undefined || (policy === "RequireDualStack" && families.length < 2)) {
    reportFamily(resource, unavailable ?? resource.ipFamilyPolicy, families, settings, sink);
  }
  if (wanted.size === 0) for (const a of resource.clusterIPs) wanted.add(a.value.family);
  const preferred = families[0];
  if (wanted.size === 0 && preferred !== undefined) wanted.add(preferred);
  if (policy === "PreferDualStack" || policy === "RequireDualStack") {
    for (const family of families) wanted.add(family);
  }
  return [...wanted].filter((family) => families.includes(family));
}

function reportFamily(
  resource: ServiceResource,
  where: Located<string> | undefined,
  families: readonly Family[],
  settings: ClusterSettings,
  sink: Sink,
): void {
  const at = settings.ipFamilies.at;
  sink.diagnostics.push({
    code: "NQ2033",
    severity: "error",
    message: `${objectId(resource.meta)} must ask for address families that the cluster has (${families.join(", ")}); found ${where?.value ?? ""}`,
    at: where?.at ?? resource.meta.at,
    ...(at === undefined ? {} : { related: [{ message: "the families are set here", at }] }),
    hint: "set profile.ipFamilies in netqed.yaml to the families of the cluster",
  });
}

/** Reports what the API server would refuse of stated addresses: outside of set blocks, or used twice. */
function checkStatedAddresses(
  resources: readonly ServiceResource[],
  settings: ClusterSettings,
  sink: Sink,
): void {
  const setting = settings.serviceCidrs;
  const users = new Map<string, { resource: ServiceResource; address: Located<Address> }>();
  for (const resource of resources) {
    for (const address of resource.clusterIPs) {
      const text = formatAddress(address.value);
      if (
        setting.from === "config" &&
        !setting.value.some((block) => prefixContains(block, address.value))
      ) {
        sink.diagnostics.push({
          code: "NQ2030",
          severity: "error",
          message: `the address of ${objectId(resource.meta)} must be in the service CIDRs that netqed.yaml sets (${setting.value.map(formatPrefix).join(", ")}); found ${text}`,
          at: address.at,
          ...(setting.at === undefined
            ? {}
            : { related: [{ message: "set here", at: setting.at }] }),
        });
      }
      const other = users.get(text);
      if (other === undefined) {
        users.set(text, { resource, address });
      } else {
        sink.diagnostics.push({
          code: "NQ2031",
          severity: "error",
          message: `the address of ${objectId(resource.meta)} must be its own; found ${text}, which ${objectId(other.resource.meta)} has`,
          at: address.at,
          related: [{ message: "the other service", at: other.address.at }],
        });
      }
    }
  }
}
