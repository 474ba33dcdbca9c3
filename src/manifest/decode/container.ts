/**
 * The containers of a pod and the ports that they declare.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container (v1.34)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go (validateContainers, validateContainerPorts; S1.5, S1.6, S1.13)
 */
import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS } from "../../../models/base/family.ts";
import { parseLenientAddress } from "../../base/ip.ts";
import {
  field,
  filledAt,
  integerAt,
  type MapCursor,
  mapsAt,
  originOf,
  report,
  reportPlaceholder,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type { ContainerPortSpec, ContainerSpec, Located } from "../resources.ts";
import {
  allowFields,
  checkPortName,
  checkRange,
  oneOf,
  portNumberAt,
  reportMissing,
} from "./fields.ts";
import { decodeTexts } from "./container-texts.ts";
import { isDnsLabel, NAME_FORMS } from "./names.ts";

const CONTAINER_FIELDS = new Set([
  "args",
  "command",
  "env",
  "envFrom",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "name",
  "ports",
  "readinessProbe",
  "resizePolicy",
  "resources",
  "restartPolicy",
  "restartPolicyRules",
  "securityContext",
  "startupProbe",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
]);
const PORT_FIELDS = new Set(["containerPort", "hostIP", "hostPort", "name", "protocol"]);

/** The containers of `spec`: the init containers first, as they stand in the manifest. */
export function decodeContainers(spec: MapCursor): readonly ContainerSpec[] {
  const names = new Map<string, ContainerSpec>();
  const init = decodeList(spec, "initContainers", names);
  const regular = decodeList(spec, "containers", names);
  const list = field(spec, "containers");
  if (list === undefined) reportMissing(spec, "containers");
  else if (list.node.kind === "list" && list.node.items.length === 0) {
    report(list, "NQ1021", "a pod needs at least one container; found none");
  }
  return [...init, ...regular];
}

function decodeList(
  spec: MapCursor,
  key: "containers" | "initContainers",
  names: Map<string, ContainerSpec>,
): readonly ContainerSpec[] {
  return (mapsAt(spec, key) ?? []).map((cursor, index) => {
    const container = decodeContainer(cursor, key === "initContainers", index);
    const first = names.get(container.name);
    if (first !== undefined) {
      report(cursor, "NQ1031", `two containers of one pod are called ${quote(container.name)}`, {
        related: [{ message: "the first one", at: first.at }],
      });
    }
    names.set(container.name, container);
    return container;
  });
}

function decodeContainer(cursor: MapCursor, init: boolean, index: number): ContainerSpec {
  allowFields(cursor, CONTAINER_FIELDS, "warning");
  const name = decodeName(cursor) ?? `${init ? "init-container" : "container"}-${String(index)}`;
  const policy = init
    ? oneOf(cursor, "restartPolicy", filledAt(cursor, "restartPolicy"), ["Always"])
    : undefined;
  const texts = decodeTexts(cursor);
  const image = imageOf(cursor);
  return {
    name,
    init,
    ...(image === undefined ? {} : { image }),
    ...(policy === undefined ? {} : { restartPolicy: policy.value }),
    ports: decodePorts(cursor),
    ...(texts === undefined ? {} : { texts }),
    at: originOf(cursor),
  };
}

/** No packet depends on it: whatever is wrong with it is not worth a word. */
function imageOf(cursor: MapCursor): string | undefined {
  const node = field(cursor, "image")?.node;
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

function decodeName(cursor: MapCursor): string | undefined {
  const name = filledAt(cursor, "name");
  const place = field(cursor, "name");
  if (name === undefined || place === undefined) {
    if (place === undefined) {
      const message = "this container has no name, which the API server requires; one was made up";
      report(cursor, "NQ1038", message, { severity: "warning" });
    }
    return undefined;
  }
  if (!isDnsLabel(name.value) && !reportPlaceholder(place, name.value)) {
    const form = NAME_FORMS["DNS label"];
    report(place, "NQ1025", `expected a container name of ${form}; found ${quote(name.value)}`);
  }
  return name.value;
}

function decodePorts(container: MapCursor): readonly ContainerPortSpec[] {
  const names = new Set<string>();
  const numbers = new Set<string>();
  return (mapsAt(container, "ports") ?? []).flatMap((item) => {
    const port = decodePort(item);
    if (port === undefined) return [];
    const number = `${String(port.containerPort.value)}/${port.protocol?.value ?? "TCP"}`;
    if (port.name !== undefined && names.has(port.name.value)) {
      report(item, "NQ1031", `two ports of one container are called ${quote(port.name.value)}`);
    } else if (numbers.has(number)) {
      const message = `the port ${number} is declared twice in one container`;
      report(item, "NQ1041", message, { severity: "warning" });
    }
    if (port.name !== undefined) names.add(port.name.value);
    numbers.add(number);
    return port;
  });
}

function decodePort(item: MapCursor): ContainerPortSpec | undefined {
  allowFields(item, PORT_FIELDS, "warning");
  const name = filledAt(item, "name");
  const nameCursor = field(item, "name");
  if (name !== undefined && nameCursor !== undefined) checkPortName(nameCursor, name.value);
  const protocol = oneOf(item, "protocol", filledAt(item, "protocol"), PROTOCOLS);
  const containerPort = portNumberAt(item, "containerPort");
  if (field(item, "containerPort") === undefined) reportMissing(item, "containerPort");
  const hostPort = decodeHostPort(item);
  const hostIP = decodeHostIP(item);
  if (containerPort === undefined) return undefined;
  return {
    ...(name === undefined ? {} : { name }),
    ...(protocol === undefined ? {} : { protocol }),
    containerPort,
    ...(hostPort === undefined ? {} : { hostPort }),
    ...(hostIP === undefined ? {} : { hostIP }),
  };
}

/** Zero counts as absent. */
function decodeHostPort(item: MapCursor): Located<number> | undefined {
  const port = integerAt(item, "hostPort");
  const cursor = field(item, "hostPort");
  if (port === undefined || cursor === undefined || port.value === 0) return undefined;
  return checkRange(cursor, port.value, LOWEST_PORT, HIGHEST_PORT) ? port : undefined;
}

function decodeHostIP(item: MapCursor): Located<string> | undefined {
  const text = filledAt(item, "hostIP");
  const cursor = field(item, "hostIP");
  if (text === undefined || cursor === undefined) return undefined;
  if (parseLenientAddress(text.value) === undefined && !reportPlaceholder(cursor, text.value)) {
    report(cursor, "NQ1028", `expected an IP address, found ${quote(text.value)}`);
  }
  return text;
}
