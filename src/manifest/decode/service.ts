/**
 * Service (v1).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ (v1.34; section 3)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (ValidateService; S3.36)
 */
import type { Address, Prefix } from "../../../models/base/address.ts";
import { FAMILIES, type Family } from "../../../models/base/family.ts";
import {
  booleanAt,
  type Cursor,
  field,
  filledAt,
  integerAt,
  mapAt,
  type MapCursor,
  mapsAt,
  originOf,
  report,
  textsAt,
} from "../cursor.ts";
import type { Located, ObjectMeta, ServiceResource } from "../resources.ts";
import {
  addressAt,
  addressOf,
  allowFields,
  labelsAt,
  oneOf,
  prefixAt,
  refuseSpecialAddress,
  reportMissing,
  reportNotAllowed,
} from "./fields.ts";
import { isDnsSubdomain } from "./names.ts";
import { decodeServicePorts } from "./service-port.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_FIELDS = new Set([
  "allocateLoadBalancerNodePorts",
  "clusterIP",
  "clusterIPs",
  "externalIPs",
  "externalName",
  "externalTrafficPolicy",
  "healthCheckNodePort",
  "internalTrafficPolicy",
  "ipFamilies",
  "ipFamilyPolicy",
  "loadBalancerClass",
  "loadBalancerIP",
  "loadBalancerSourceRanges",
  "ports",
  "publishNotReadyAddresses",
  "selector",
  "sessionAffinity",
  "sessionAffinityConfig",
  "trafficDistribution",
  "type",
]);
const TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
const AFFINITIES = ["None", "ClientIP"] as const;
const TRAFFIC_POLICIES = ["Cluster", "Local"] as const;
const DISTRIBUTIONS = ["PreferClose", "PreferSameZone", "PreferSameNode"] as const;
const FAMILY_POLICIES = ["SingleStack", "PreferDualStack", "RequireDualStack"] as const;

/** The service that `object` is. */
export function decodeService(object: MapCursor, meta: ObjectMeta): ServiceResource | undefined {
  allowFields(object, TOP_FIELDS, "warning");
  const spec = mapAt(object, "spec");
  if (field(object, "spec") === undefined) reportMissing(object, "spec");
  if (spec === undefined) return undefined;
  allowFields(spec, SPEC_FIELDS, "warning");
  const type = oneOf(spec, "type", filledAt(spec, "type"), TYPES);
  const service: ServiceResource = {
    kind: "Service",
    meta,
    ...(type === undefined ? {} : { type }),
    ...decodeClusterAddresses(spec),
    selector: labelsAt(spec, "selector"),
    ports: decodeServicePorts(spec, type?.value),
    ...decodeFamilies(spec),
    ...decodeOutsideFields(spec),
    publishNotReadyAddresses: booleanAt(spec, "publishNotReadyAddresses")?.value === true,
    loadBalancerSourceRanges: decodeSourceRanges(spec),
    loadBalancerAddresses: decodeLoadBalancerAddresses(object),
  };
  checkType(spec, service);
  return service;
}

function decodeClusterAddresses(spec: MapCursor): Pick<ServiceResource, "clusterIPs" | "headless"> {
  const first = filledAt(spec, "clusterIP");
  const addresses: Located<Address>[] = [];
  let headless = first?.value === "None";
  const listed = textsAt(spec, "clusterIPs", (cursor, text) => {
    if (text === "None") headless = true;
    else pushDefined(addresses, addressOf(cursor, text));
  });
  const cursor = field(spec, "clusterIP");
  if (listed.length === 0 && first !== undefined && cursor !== undefined && !headless) {
    pushDefined(addresses, addressOf(cursor, first.value));
  }
  checkClusterAddresses(spec, first, listed, addresses, headless);
  return { clusterIPs: addresses, headless };
}

function pushDefined<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

function checkClusterAddresses(
  spec: MapCursor,
  first: Located<string> | undefined,
  listed: readonly Located<string>[],
  addresses: readonly Located<Address>[],
  headless: boolean,
): void {
  const list = field(spec, "clusterIPs");
  if (list === undefined) return;
  if (first !== undefined && listed.length > 0 && listed[0]?.value !== first.value) {
    report(list, "NQ1030", `the first of clusterIPs is clusterIP: expected ${first.value}`);
  }
  if (headless && listed.length > 1) {
    report(list, "NQ1030", "None stands alone: expected no address beside it");
  }
  const families = new Set(addresses.map((address) => address.value.family));
  if (families.size < addresses.length || listed.length > 2) {
    report(list, "NQ1031", "expected at most one address of each family");
  }
}

function decodeFamilies(spec: MapCursor): Pick<ServiceResource, "ipFamilies" | "ipFamilyPolicy"> {
  const policy = oneOf(spec, "ipFamilyPolicy", filledAt(spec, "ipFamilyPolicy"), FAMILY_POLICIES);
  const families: Located<Family>[] = [];
  textsAt(spec, "ipFamilies", (cursor, text) => {
    const family = FAMILIES.find((f) => f === text);
    if (family === undefined) reportNotAllowed(cursor, text, FAMILIES);
    else if (families.some((f) => f.value === family)) {
      report(cursor, "NQ1031", `the family ${family} is listed twice`);
    } else families.push({ value: family, at: originOf(cursor) });
  });
  return {
    ...(families.length === 0 ? {} : { ipFamilies: families }),
    ...(policy === undefined ? {} : { ipFamilyPolicy: policy }),
  };
}

type OutsideFields = Pick<
  ServiceResource,
  | "externalIPs"
  | "externalName"
  | "externalTrafficPolicy"
  | "internalTrafficPolicy"
  | "trafficDistribution"
  | "sessionAffinity"
  | "allocateLoadBalancerNodePorts"
  | "healthCheckNodePort"
>;

function decodeOutsideFields(spec: MapCursor): OutsideFields {
  const externalIPs: Located<Address>[] = [];
  textsAt(spec, "externalIPs", (cursor, text) => {
    const address = addressOf(cursor, text);
    if (address === undefined) return;
    refuseSpecialAddress(cursor, address.value);
    externalIPs.push(address);
  });
  const externalName = filledAt(spec, "externalName");
  const external = trafficPolicyAt(spec, "externalTrafficPolicy");
  const internal = trafficPolicyAt(spec, "internalTrafficPolicy");
  const near = filledAt(spec, "trafficDistribution");
  const distribution = oneOf(spec, "trafficDistribution", near, DISTRIBUTIONS);
  const affinity = oneOf(spec, "sessionAffinity", filledAt(spec, "sessionAffinity"), AFFINITIES);
  const allocate = booleanAt(spec, "allocateLoadBalancerNodePorts");
  const health = integerAt(spec, "healthCheckNodePort")?.value ?? 0;
  return {
    externalIPs,
    ...(externalName === undefined ? {} : { externalName }),
    ...(external === undefined ? {} : { externalTrafficPolicy: external }),
    ...(internal === undefined ? {} : { internalTrafficPolicy: internal }),
    ...(distribution === undefined ? {} : { trafficDistribution: distribution }),
    ...(affinity === undefined ? {} : { sessionAffinity: affinity }),
    ...(allocate === undefined ? {} : { allocateLoadBalancerNodePorts: allocate.value }),
    ...(health === 0 ? {} : { healthCheckNodePort: health }),
  };
}

function trafficPolicyAt(spec: MapCursor, key: string): Located<string> | undefined {
  return oneOf(spec, key, filledAt(spec, key), TRAFFIC_POLICIES);
}

function decodeLoadBalancerAddresses(object: MapCursor): ServiceResource["loadBalancerAddresses"] {
  const status = mapAt(object, "status");
  const balancer = status && mapAt(status, "loadBalancer");
  const entries = (balancer && mapsAt(balancer, "ingress")) ?? [];
  return entries.flatMap((entry) => {
    const address = addressAt(entry, "ip");
    const mode = filledAt(entry, "ipMode")?.value;
    return address === undefined ? [] : [{ ...address, proxy: mode === "Proxy" }];
  });
}

function located<T>(cursor: Cursor, value: T | undefined): Located<T> | undefined {
  return value === undefined ? undefined : { value, at: originOf(cursor) };
}

function decodeSourceRanges(spec: MapCursor): readonly Located<Prefix>[] {
  const ranges: Located<Prefix>[] = [];
  textsAt(spec, "loadBalancerSourceRanges", (cursor, text) =>
    pushDefined(ranges, located(cursor, prefixAt(cursor, text.trim())?.prefix)),
  );
  return ranges;
}

/** What each type forbids and demands (S3.1, S3.2, S3.36). */
function checkType(spec: MapCursor, service: ServiceResource): void {
  const type = service.type?.value ?? "ClusterIP";
  if (service.headless && type !== "ClusterIP") {
    const place = field(spec, "clusterIP") ?? field(spec, "clusterIPs") ?? spec;
    const wants = type === "ExternalName" ? "no clusterIP at all" : "an address or none given";
    report(
      place,
      "NQ1030",
      `a service of type ${type} cannot be headless: expected ${wants}, found None`,
    );
  }
  if (type === "ExternalName") checkExternalName(spec, service);
  if (type !== "LoadBalancer") refuseLoadBalancerFields(spec, type);
  const outside = type === "NodePort" || type === "LoadBalancer" || service.externalIPs.length > 0;
  const policy = field(spec, "externalTrafficPolicy");
  if (service.externalTrafficPolicy !== undefined && policy !== undefined && !outside) {
    report(
      policy,
      "NQ1030",
      "externalTrafficPolicy needs type NodePort or LoadBalancer, or externalIPs",
    );
  }
}

function checkExternalName(spec: MapCursor, service: ServiceResource): void {
  const name = service.externalName;
  const cursor = field(spec, "externalName");
  if (name === undefined || cursor === undefined) {
    reportMissing(spec, "externalName", " for a service of type ExternalName");
  } else if (!isDnsSubdomain(name.value.replace(/\.$/, ""))) {
    report(cursor, "NQ1025", `expected a DNS name, found ${JSON.stringify(name.value)}`);
  }
  for (const key of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) {
    const place = field(spec, key);
    const given = place !== undefined && !(place.node.kind === "scalar" && place.node.value === "");
    if (given && !service.headless) {
      report(place, "NQ1030", `a service of type ExternalName is a name only: expected no ${key}`);
    }
  }
}

function refuseLoadBalancerFields(spec: MapCursor, type: string): void {
  const keys = ["loadBalancerClass", "allocateLoadBalancerNodePorts", "loadBalancerSourceRanges"];
  for (const key of keys) {
    const place = field(spec, key);
    const empty = place?.node.kind === "list" && place.node.items.length === 0;
    if (place !== undefined && !empty) {
      report(place, "NQ1030", `${key} needs type LoadBalancer; found type ${type}`);
    }
  }
}
