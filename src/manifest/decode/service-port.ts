/**
 * The ports of a service.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/#ServiceSpec (v1.34)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (validateServicePort; S3.5, S3.6)
 */
import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS } from "../../../models/base/family.ts";
import {
  field,
  filledAt,
  integerAt,
  type MapCursor,
  mapsAt,
  numberOrTextAt,
  originOf,
  report,
  reportPlaceholder,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type { Located, ServicePortSpec } from "../resources.ts";
import {
  allowFields,
  checkPortName,
  checkPortNumber,
  checkRange,
  oneOf,
  portNumberAt,
  reportMissing,
} from "./fields.ts";
import { isDnsLabel, NAME_FORMS } from "./names.ts";

const PORT_FIELDS = new Set(["appProtocol", "name", "nodePort", "port", "protocol", "targetPort"]);

/** The ports of `spec`, of a service of `type` (absent: ClusterIP). */
export function decodeServicePorts(
  spec: MapCursor,
  type: string | undefined,
): readonly ServicePortSpec[] {
  const items = mapsAt(spec, "ports") ?? [];
  if (items.length === 0) checkPortsOptional(spec, type);
  const ports = items.map((item) => ({ item, port: decodePort(item, type, items.length > 1) }));
  const found = ports.flatMap(({ item, port }) => (port === undefined ? [] : [{ item, port }]));
  reportRepeated(found, (port) => port.name && `the name ${quote(port.name.value)}`);
  reportRepeated(found, (port) => `port ${String(port.port.value)}/${protocolOf(port)}`);
  reportRepeated(
    found,
    (port) => port.nodePort && `nodePort ${String(port.nodePort.value)}/${protocolOf(port)}`,
  );
  return found.map(({ port }) => port);
}

function protocolOf(port: ServicePortSpec): string {
  return port.protocol?.value ?? "TCP";
}

function checkPortsOptional(spec: MapCursor, type: string | undefined): void {
  const list = field(spec, "ports");
  if (list !== undefined && list.node.kind !== "list") return;
  const headless = filledIsNone(spec);
  if (type === "ExternalName" || headless) return;
  reportMissing(spec, "ports", " unless the service is headless or of type ExternalName");
}

function filledIsNone(spec: MapCursor): boolean {
  const node = field(spec, "clusterIP")?.node ?? field(spec, "clusterIPs")?.node;
  const first = node?.kind === "list" ? node.items[0] : node;
  return first?.kind === "scalar" && first.value === "None";
}

function decodePort(
  item: MapCursor,
  type: string | undefined,
  needsName: boolean,
): ServicePortSpec | undefined {
  allowFields(item, PORT_FIELDS, "warning");
  const name = decodeName(item, needsName);
  const protocol = oneOf(item, "protocol", filledAt(item, "protocol"), PROTOCOLS);
  const port = portNumberAt(item, "port");
  if (field(item, "port") === undefined) reportMissing(item, "port");
  const targetPort = decodeTargetPort(item);
  const nodePort = decodeNodePort(item, type);
  if (port === undefined) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(protocol === undefined ? {} : { protocol }),
    port,
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(nodePort === undefined ? {} : { nodePort }),
    at: originOf(item),
  };
}

function decodeName(item: MapCursor, needed: boolean): Located<string> | undefined {
  const name = filledAt(item, "name");
  const cursor = field(item, "name");
  if (name === undefined || cursor === undefined) {
    const silent =
      cursor === undefined || (cursor.node.kind === "scalar" && cursor.node.value === "");
    if (needed && silent) reportMissing(item, "name", " for each port when there are several");
    return undefined;
  }
  if (!isDnsLabel(name.value) && !reportPlaceholder(cursor, name.value)) {
    const form = NAME_FORMS["DNS label"];
    report(cursor, "NQ1027", `expected a port name of ${form}; found ${quote(name.value)}`);
  }
  return name;
}

/** Zero and the empty text mean `port`, as when it is absent. */
function decodeTargetPort(item: MapCursor): Located<number | string> | undefined {
  const target = numberOrTextAt(item, "targetPort");
  const cursor = field(item, "targetPort");
  if (target === undefined || cursor === undefined) return undefined;
  if (target.value === 0 || target.value === "") return undefined;
  if (typeof target.value === "number") checkPortNumber(cursor, target.value);
  else checkPortName(cursor, target.value);
  return target;
}

/** Zero counts as absent. */
function decodeNodePort(item: MapCursor, type: string | undefined): Located<number> | undefined {
  const port = integerAt(item, "nodePort");
  const cursor = field(item, "nodePort");
  if (port === undefined || cursor === undefined || port.value === 0) return undefined;
  if (type === undefined || type === "ClusterIP" || type === "ExternalName") {
    const found = type ?? "ClusterIP (the default)";
    report(cursor, "NQ1030", `nodePort needs type NodePort or LoadBalancer; found type ${found}`);
    return undefined;
  }
  return checkRange(cursor, port.value, LOWEST_PORT, HIGHEST_PORT) ? port : undefined;
}

/** Reports every port whose key, in words, was there before. */
function reportRepeated(
  ports: readonly { readonly item: MapCursor; readonly port: ServicePortSpec }[],
  keyOf: (port: ServicePortSpec) => string | undefined,
): void {
  const seen = new Map<string, ServicePortSpec>();
  for (const { item, port } of ports) {
    const key = keyOf(port);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, port);
    else {
      const related = [{ message: "first here", at: first.at }];
      report(item, "NQ1031", `${key} is used twice in one service`, { related });
    }
  }
}
