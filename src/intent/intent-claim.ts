/**
 * Reads the claim of a property: `allow`, `deny` or `only`.
 */
import type { DocumentPath } from "../manifest/located-document.ts";
import type { Claim, EndpointSpec, Flow } from "./ast.ts";
import { readEndpoint, readSide } from "./intent-endpoint.ts";
import { readPorts } from "./intent-ports.ts";
import type { FlowOutline, PropertyOutline } from "./intent-schema.ts";
import { reportAt, reportKey, type Reading } from "./reading.ts";

/** The claim of `property` at `path`; undefined when it was malformed, which was reported. */
export function readClaim(
  reading: Reading,
  property: PropertyOutline,
  path: DocumentPath,
): Claim | undefined {
  if (property.allow !== undefined) return readAllow(reading, property.allow, [...path, "allow"]);
  if (property.deny !== undefined) return readDeny(reading, property.deny, [...path, "deny"]);
  if (property.only !== undefined) return readOnly(reading, property.only, [...path, "only"]);
  return undefined;
}

function readAllow(
  reading: Reading,
  allow: NonNullable<PropertyOutline["allow"]>,
  path: DocumentPath,
): Claim | undefined {
  const from = readSide(reading, allow.from, [...path, "from"]);
  const to = readSide(reading, allow.to, [...path, "to"]);
  const ports = readPorts(reading, allow.ports, [...path, "ports"]);
  if (from !== undefined) refuseServiceAsSource(reading, from.endpoint);
  if (from === undefined || to === undefined || ports === undefined) return undefined;
  return { kind: "allow", from, to, ports, at: reading.document.keyPositionOf(path) };
}

function readDeny(
  reading: Reading,
  deny: NonNullable<PropertyOutline["deny"]>,
  path: DocumentPath,
): Claim | undefined {
  const from = readEndpoint(reading, deny.from, [...path, "from"]);
  const to = readEndpoint(reading, deny.to, [...path, "to"]);
  const ports = readPorts(reading, deny.ports, [...path, "ports"]);
  const except = readFlows(reading, deny.except ?? [], [...path, "except"]);
  if (from !== undefined) refuseServiceAsSource(reading, from);
  if (from === undefined || to === undefined || ports === undefined || except === undefined) {
    return undefined;
  }
  return { kind: "deny", from, to, ports, except, at: reading.document.keyPositionOf(path) };
}

function readOnly(
  reading: Reading,
  only: NonNullable<PropertyOutline["only"]>,
  path: DocumentPath,
): Claim | undefined {
  if ((only.into === undefined) === (only.outOf === undefined)) {
    reportKey(reading, path, {
      code: "NQ4010",
      message: `only needs exactly one of into and outOf, found ${only.into === undefined ? "neither" : "both"}`,
    });
    return undefined;
  }
  const direction = only.into === undefined ? "outOf" : "into";
  const target = readEndpoint(reading, only[direction], [...path, direction]);
  const flows = readFlows(reading, only.flows, [...path, "flows"]);
  // The end that is the target goes without saying; the other end is what the flow is about.
  const [stated, implied] =
    direction === "into" ? (["from", "to"] as const) : (["to", "from"] as const);
  only.flows.forEach((flow, index) => {
    const place = [...path, "flows", index];
    if (flow[implied] !== undefined) {
      const message = `the ${implied} of a flow ${direction} the target is the target itself: expected ${stated} and ports`;
      reportKey(reading, [...place, implied], { code: "NQ4010", message });
    }
    if (flow[stated] === undefined) {
      const message = `the flow has no ${stated}: expected who may ${direction === "into" ? "call" : "be called"}`;
      reportAt(reading, place, { code: "NQ4010", message });
    }
  });
  if (direction === "outOf" && target !== undefined) refuseServiceAsSource(reading, target);
  if (target === undefined || flows === undefined) return undefined;
  return { kind: "only", direction, target, flows, at: reading.document.keyPositionOf(path) };
}

function readFlows(
  reading: Reading,
  flows: readonly FlowOutline[],
  path: DocumentPath,
): readonly Flow[] | undefined {
  const read = flows.map((flow, index) => readFlow(reading, flow, [...path, index]));
  const good = read.filter((flow) => flow !== undefined);
  return good.length < read.length ? undefined : good;
}

function readFlow(reading: Reading, flow: FlowOutline, path: DocumentPath): Flow | undefined {
  const end = (key: "from" | "to"): EndpointSpec | undefined | "absent" =>
    flow[key] === undefined ? "absent" : readEndpoint(reading, flow[key], [...path, key]);
  const from = end("from");
  const to = end("to");
  const ports = readPorts(reading, flow.ports, [...path, "ports"]);
  if (Object.keys(flow).length === 0) {
    reportAt(reading, path, {
      code: "NQ4010",
      message: "the flow is empty: expected from, to or ports",
    });
    return undefined;
  }
  if (from !== undefined && from !== "absent") refuseServiceAsSource(reading, from);
  if (from === undefined || to === undefined || ports === undefined) return undefined;
  return {
    ...(from === "absent" ? {} : { from }),
    ...(to === "absent" ? {} : { to }),
    ports,
    at: reading.document.positionOf(path),
  };
}

function refuseServiceAsSource(reading: Reading, from: EndpointSpec): void {
  if (from.expression.kind !== "service") return;
  const { namespace, name } = from.expression;
  reading.problems.push({
    code: "NQ4032",
    severity: "error",
    message: `${from.text} opens no connections: expected a workload, node or address as the source`,
    at: from.at,
    hint: `name the workload behind it, such as ${namespace}/${name}`,
  });
}
