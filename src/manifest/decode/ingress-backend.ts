/**
 * Where an Ingress sends requests.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressBackend (v1.34; S8.2)
 */
import {
  field,
  filledAt,
  mapAt,
  type MapCursor,
  originOf,
  report,
  reportPlaceholder,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type { IngressBackendSpec, Located } from "../resources.ts";
import { allowFields, checkPortName, portNumberAt, reportMissing } from "./fields.ts";
import { hasNameForm, NAME_FORMS } from "./names.ts";

const BACKEND_FIELDS = new Set(["resource", "service"]);
const SERVICE_FIELDS = new Set(["name", "port"]);
const PORT_FIELDS = new Set(["name", "number"]);

/** The backend at `key`: a service or another resource, one of them. Undefined, reported, when wrong. */
export function backendAt(map: MapCursor, key: string): IngressBackendSpec | undefined {
  const backend = mapAt(map, key);
  if (backend === undefined) return undefined;
  const old = ["serviceName", "servicePort"].find((name) => field(backend, name) !== undefined);
  if (old !== undefined) {
    report(backend, "NQ1022", `${old} is of a version that is not served any more`, {
      hint: "write service: { name: NAME, port: { number: PORT } }",
    });
    return undefined;
  }
  allowFields(backend, BACKEND_FIELDS, "error");
  const service = mapAt(backend, "service");
  const resource = mapAt(backend, "resource");
  if (service !== undefined && resource !== undefined) {
    report(backend, "NQ1030", "a backend is a service or a resource: expected one of them");
    return undefined;
  }
  if (resource !== undefined) return decodeResource(resource, backend);
  if (service !== undefined) return decodeService(service, backend);
  const written = field(backend, "service") ?? field(backend, "resource");
  if (written === undefined) reportMissing(backend, "service", " (or resource)");
  return undefined;
}

function decodeResource(resource: MapCursor, backend: MapCursor): IngressBackendSpec | undefined {
  allowFields(resource, new Set(["apiGroup", "kind", "name"]), "warning");
  const kind = filledAt(resource, "kind");
  const name = filledAt(resource, "name");
  if (kind === undefined) reportMissing(resource, "kind");
  if (name === undefined) reportMissing(resource, "name");
  if (kind === undefined || name === undefined) return undefined;
  return { kind: "resource", resource: `${kind.value}/${name.value}`, at: originOf(backend) };
}

function decodeService(service: MapCursor, backend: MapCursor): IngressBackendSpec | undefined {
  allowFields(service, SERVICE_FIELDS, "error");
  const name = filledAt(service, "name");
  const cursor = field(service, "name");
  if (name === undefined || cursor === undefined) reportMissing(service, "name");
  else if (!hasNameForm(name.value, "DNS-1035 label") && !reportPlaceholder(cursor, name.value)) {
    const form = NAME_FORMS["DNS-1035 label"];
    report(cursor, "NQ1025", `expected the name of a service, ${form}; found ${quote(name.value)}`);
  }
  const port = decodePort(service);
  if (name === undefined || port === undefined) return undefined;
  return { kind: "service", name, port, at: originOf(backend) };
}

/** The service's port, by number or by name; 0 and the empty text count as absent. */
function decodePort(service: MapCursor): Located<number | string> | undefined {
  const port = mapAt(service, "port");
  if (port === undefined) {
    if (field(service, "port") === undefined) {
      reportMissing(service, "port", ": expected { number: PORT } or { name: NAME }");
    }
    return undefined;
  }
  allowFields(port, PORT_FIELDS, "error");
  const name = filledAt(port, "name");
  const cursor = field(port, "name");
  const written = field(port, "number");
  const isZero = written?.node.kind === "scalar" && written.node.value === 0;
  const number = isZero ? undefined : portNumberAt(port, "number");
  if (name !== undefined && written !== undefined && !isZero) {
    report(port, "NQ1030", "a port is a number or a name: expected one of them, found both");
    return undefined;
  }
  if (name !== undefined && cursor !== undefined) {
    return checkPortName(cursor, name.value) ? name : undefined;
  }
  if (number === undefined && (written === undefined || isZero)) {
    reportMissing(port, "number", " (or name)");
  }
  return number;
}
