/**
 * Endpoints (v1) and EndpointSlice (discovery.k8s.io/v1).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoints-v1/ (v1.34; S3.25)
 * @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/ (v1.34; S3.24)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/discovery/validation/validation.go
 */
import type { Address } from "../../../models/base/address.ts";
import { FAMILIES, type Family, PROTOCOLS } from "../../../models/base/family.ts";
import {
  booleanAt,
  field,
  filledAt,
  mapAt,
  type MapCursor,
  mapsAt,
  originOf,
  report,
  reportPlaceholder,
  textsAt,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type { EndpointsResource, Located, ObjectMeta } from "../resources.ts";
import {
  addressAt,
  addressOf,
  allowFields,
  oneOf,
  portNumberAt,
  refuseSpecialAddress,
  reportMissing,
} from "./fields.ts";
import { isDnsLabel, NAME_FORMS } from "./names.ts";

type Slice = EndpointsResource["slices"][number];
type Endpoint = Slice["endpoints"][number];
type EndpointPort = Slice["ports"][number];

const ENDPOINTS_FIELDS = new Set(["apiVersion", "kind", "metadata", "subsets"]);
const SUBSET_FIELDS = new Set(["addresses", "notReadyAddresses", "ports"]);
const SLICE_FIELDS = new Set([
  "apiVersion",
  "kind",
  "metadata",
  "addressType",
  "endpoints",
  "ports",
]);
const PORT_FIELDS = new Set(["appProtocol", "name", "port", "protocol"]);
const HINT_FIELDS = new Set(["forNodes", "forZones"]);
const HINT_NAME_FIELDS = new Set(["name"]);
const SERVICE_LABEL = "kubernetes.io/service-name";
const MANAGER_LABEL = "endpointslice.kubernetes.io/managed-by";

/** The Endpoints that `object` is: one slice for each subset and family. */
export function decodeEndpoints(object: MapCursor, meta: ObjectMeta): EndpointsResource {
  allowFields(object, ENDPOINTS_FIELDS, "warning");
  return {
    kind: "Endpoints",
    meta,
    service: meta.name,
    slices: (mapsAt(object, "subsets") ?? []).flatMap(decodeSubset),
  };
}

function decodeSubset(subset: MapCursor): readonly Slice[] {
  allowFields(subset, SUBSET_FIELDS, "warning");
  const endpoints = [
    ...decodeAddresses(subset, "addresses", true),
    ...decodeAddresses(subset, "notReadyAddresses", false),
  ];
  const none = ["addresses", "notReadyAddresses"].every((key) => {
    const node = field(subset, key)?.node;
    return node === undefined || (node.kind === "list" && node.items.length === 0);
  });
  if (none) reportMissing(subset, "addresses", " (or notReadyAddresses)");
  const ports = decodePorts(subset, true);
  return FAMILIES.flatMap((addressType) => {
    const own = endpoints.filter((endpoint) => endpoint.address.value.family === addressType);
    return own.length === 0 ? [] : { addressType, endpoints: own, ports, at: originOf(subset) };
  });
}

function decodeAddresses(subset: MapCursor, key: string, ready: boolean): readonly Endpoint[] {
  return (mapsAt(subset, key) ?? []).flatMap((item) => {
    const address = addressAt(item, "ip");
    const cursor = field(item, "ip");
    if (cursor === undefined) reportMissing(item, "ip");
    if (address === undefined || cursor === undefined) return [];
    refuseSpecialAddress(cursor, address.value);
    return { address, ready, servesTerminating: false, ...namesOf(item) };
  });
}

/** The slice that `object` is. Addresses of type FQDN are names: no proxy uses them (S3.24). */
export function decodeEndpointSlice(object: MapCursor, meta: ObjectMeta): EndpointsResource {
  allowFields(object, SLICE_FIELDS, "warning");
  const addressType = oneOf<Family | "FQDN">(
    object,
    "addressType",
    filledAt(object, "addressType"),
    [...FAMILIES, "FQDN"],
  );
  if (field(object, "addressType") === undefined) reportMissing(object, "addressType");
  const type = addressType?.value ?? "FQDN";
  const service = meta.labels.get(SERVICE_LABEL)?.value;
  const managedBy = meta.labels.get(MANAGER_LABEL)?.value;
  const items = mapsAt(object, "endpoints") ?? [];
  return {
    kind: "EndpointSlice",
    meta,
    ...(service === undefined ? {} : { service }),
    ...(managedBy === undefined ? {} : { managedBy }),
    slices: [
      {
        addressType: type,
        endpoints: type === "FQDN" ? [] : items.flatMap((item) => decodeEndpoint(item, type)),
        ports: decodePorts(object, false),
        at: originOf(object),
      },
    ],
  };
}

/** A proxy uses the first address of an endpoint only; all are checked. */
function decodeEndpoint(item: MapCursor, family: Family): readonly Endpoint[] {
  const addresses: Located<Address>[] = [];
  textsAt(item, "addresses", (cursor, text) => {
    const address = addressOf(cursor, text);
    if (address === undefined) return;
    refuseSpecialAddress(cursor, address.value);
    if (address.value.family !== family) {
      report(cursor, "NQ1028", `expected an ${family} address, as addressType says; found ${text}`);
    }
    addresses.push(address);
  });
  const list = field(item, "addresses");
  if (list === undefined || (list.node.kind === "list" && list.node.items.length === 0)) {
    reportMissing(item, "addresses");
  }
  const conditions = mapAt(item, "conditions");
  const condition = (key: string): boolean | undefined =>
    conditions === undefined ? undefined : booleanAt(conditions, key)?.value;
  const ready = condition("ready") !== false;
  // Absent, serving is true and terminating false (S3.20).
  const servesTerminating = condition("serving") !== false && condition("terminating") === true;
  const hints = hintsOf(item);
  const [first] = addresses;
  if (first === undefined) return [];
  return [{ address: first, ready, servesTerminating, ...namesOf(item), ...hints }];
}

/**
 * For whom an endpoint is kept.
 *
 * @source https://github.com/kubernetes/api/blob/master/discovery/v1/types.go (EndpointHints; S3.33)
 */
function hintsOf(item: MapCursor): Pick<Endpoint, "hints"> {
  const map = mapAt(item, "hints");
  if (map === undefined) return {};
  allowFields(map, HINT_FIELDS, "warning");
  const named = (key: string): readonly string[] =>
    (mapsAt(map, key) ?? []).flatMap((hint) => {
      allowFields(hint, HINT_NAME_FIELDS, "warning");
      const name = filledAt(hint, "name")?.value;
      if (name === undefined) reportMissing(hint, "name");
      return name === undefined ? [] : [name];
    });
  const [zones, nodes] = [named("forZones"), named("forNodes")];
  return zones.length + nodes.length === 0 ? {} : { hints: { zones, nodes } };
}

/** The node on which an endpoint is, and its name below a headless service. */
function namesOf(item: MapCursor): Pick<Endpoint, "node" | "hostname"> {
  const node = filledAt(item, "nodeName")?.value;
  const hostname = filledAt(item, "hostname")?.value;
  return {
    ...(node === undefined ? {} : { node }),
    ...(hostname === undefined ? {} : { hostname }),
  };
}

/** `strict`: of Endpoints, where a port has a number, and a name when there are several. */
function decodePorts(map: MapCursor, strict: boolean): readonly EndpointPort[] {
  const items = mapsAt(map, "ports") ?? [];
  const names = new Set<string>();
  return items.map((item) => {
    allowFields(item, PORT_FIELDS, "warning");
    const name = filledAt(item, "name");
    if (strict && items.length > 1 && field(item, "name") === undefined) {
      reportMissing(item, "name", " for each port when there are several");
    }
    const protocol = oneOf(item, "protocol", filledAt(item, "protocol"), PROTOCOLS);
    const number = portNumberAt(item, "port");
    if (strict && field(item, "port") === undefined) reportMissing(item, "port");
    checkName(item, name?.value, names);
    return {
      ...(name === undefined ? {} : { name: name.value }),
      ...(protocol === undefined ? {} : { protocol: protocol.value }),
      ...(number === undefined ? {} : { number }),
    };
  });
}

function checkName(item: MapCursor, name: string | undefined, names: Set<string>): void {
  const cursor = field(item, "name");
  if (name === undefined || cursor === undefined) return;
  if (names.has(name)) report(cursor, "NQ1031", `two ports are called ${quote(name)}`);
  names.add(name);
  if (isDnsLabel(name) || reportPlaceholder(cursor, name)) return;
  const form = NAME_FORMS["DNS label"];
  report(cursor, "NQ1027", `expected a port name of ${form}; found ${quote(name)}`);
}
