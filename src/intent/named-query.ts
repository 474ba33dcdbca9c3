/**
 * A question to a name: the sender resolves it as a pod does, and the address that it gets is asked about.
 */
import { prefixOf } from "../../models/base/address.ts";
import { addressWidthBits, type Protocol } from "../../models/base/family.ts";
import { type Cluster, type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { AddressRecord } from "../../models/kubernetes/dns-lookup.ts";
import { type Resolution, resolve, zoneOf } from "../../models/kubernetes/dns.ts";
import { namingOf, serviceName } from "../../models/kubernetes/dns-records.ts";
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import { nearestName } from "../base/nearest-name.ts";
import type { EndpointExpression, EndpointSpec } from "./ast.ts";
import { type QueryPort, type ResolvedQuery, resolveQuery } from "./query.ts";
import { resolveEndpoint } from "./resolve-claim.ts";

/** A question to a name. */
export interface NamedQuery {
  readonly name: string;
  readonly from: ResolvedQuery["from"];
  readonly resolution: Resolution;
  readonly protocol: Protocol;
  readonly port?: number;
  /**
   * The question about the addresses that the name has: for a name that is resolved outside, about all
   * outside addresses. Absent where nothing is known of them.
   */
  readonly query?: ResolvedQuery;
}

/**
 * The question of `from` to `name`, written as `to`. Refused when nobody who asks for names is meant, when
 * the pods get different answers, and when no name of the cluster could have been meant.
 */
export function resolveNamedQuery(
  from: EndpointSpec,
  to: EndpointSpec,
  name: string,
  port: QueryPort,
  cluster: Cluster,
): Checked<NamedQuery> {
  const source = resolveEndpoint(from, cluster);
  if (source.diagnostics.length > 0) return { diagnostics: source.diagnostics };
  const { set } = source.value;
  const pods = cluster.pods.filter((pod) => set.pods.has(podId(pod)));
  const [first] = pods;
  if (first === undefined) return refuse(from, "NQ4020", notAPod(from, name));
  const zone = zoneOf(cluster);
  const resolution = resolve(cluster, zone, first, name);
  const other = pods.find((pod) => !sameMeaning(resolution, resolve(cluster, zone, pod, name)));
  if (other !== undefined) {
    return refuse(
      from,
      "NQ4043",
      `${podId(first)} and ${podId(other)} resolve ${name} differently: ask about one of them`,
    );
  }
  const unknown = unknownName(resolution, first, name, cluster, to);
  if (unknown !== undefined) return { diagnostics: [unknown] };
  return questionTo(from, to, name, port, cluster, resolution, set);
}

function notAPod(from: EndpointSpec, name: string): string {
  return `${name} is a name, which pods resolve: expected a workload as the source, found ${from.text}`;
}

function refuse(
  spec: EndpointSpec,
  code: Diagnostic["code"],
  message: string,
): { readonly diagnostics: readonly Diagnostic[] } {
  return { diagnostics: [{ code, severity: "error", message, at: spec.at }] };
}

/** Whether two pods get the same answer, by the same questions. */
function sameMeaning(a: Resolution, b: Resolution): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(resolution: Resolution): string {
  const text = (value: unknown): string =>
    JSON.stringify(value, (key, each: unknown) =>
      key === "service" ? undefined : typeof each === "bigint" ? String(each) : each,
    );
  return text(resolution);
}

/** Where the addresses of `resolution` are, as an end of a question; undefined when there are none. */
function targetOf(resolution: Resolution, cluster: Cluster): EndpointExpression | undefined {
  if (resolution.kind === "hosts") {
    const prefixes = resolution.addresses.map((a) => prefixOf(a, addressWidthBits(a.family)));
    return { kind: "addresses", prefixes };
  }
  const { answer } = resolution;
  if (answer.kind === "outside") return { kind: "external" };
  if (answer.kind !== "found") return undefined;
  const [first] = answer.records;
  if (first?.of === "service") {
    const { namespace, name } = first.service;
    return { kind: "service", namespace, name };
  }
  return unionOfRecords(answer.records, cluster);
}

/** Endpoints are meant as pods, whose addresses may be assumed, or else by their address. */
function unionOfRecords(records: readonly AddressRecord[], cluster: Cluster): EndpointExpression {
  const at = records[0]?.service.origin ?? { file: "", line: 1, column: 1, path: "" };
  const members = records.map(({ address, pod }): EndpointSpec => {
    const owner = cluster.pods.find((candidate) => podId(candidate) === pod);
    const expression: EndpointExpression =
      owner === undefined
        ? { kind: "addresses", prefixes: [prefixOf(address, addressWidthBits(address.family))] }
        : { kind: "workload", ...namedPod(owner) };
    return { expression, text: "", at };
  });
  return { kind: "union", members };
}

function namedPod({ namespace, name }: Pod): {
  readonly namespace: string;
  readonly workloadKind: string;
  readonly name: string;
} {
  return { namespace, workloadKind: "Pod", name };
}

function questionTo(
  from: EndpointSpec,
  to: EndpointSpec,
  name: string,
  port: QueryPort,
  cluster: Cluster,
  resolution: Resolution,
  set: ResolvedQuery["from"]["set"],
): Checked<NamedQuery> {
  const target = targetOf(resolution, cluster);
  if (target !== undefined) {
    const { value, diagnostics } = resolveQuery(from, { ...to, expression: target }, port, cluster);
    if (value === undefined) return { diagnostics };
    const { port: number, protocol } = value;
    const query = { ...value, to: { ...value.to, text: to.text } };
    const base = { name, from: value.from, resolution, protocol, query };
    return { value: number === undefined ? base : { ...base, port: number }, diagnostics };
  }
  const { port: number, protocol = "TCP" } = port;
  if (typeof number !== "number") {
    return refuse(to, "NQ4033", `where ${name} leads is not known, so its port must be a number`);
  }
  const end = { text: from.text, spec: from, set };
  return { value: { name, from: end, resolution, protocol, port: number }, diagnostics: [] };
}

/** An error for a name that the cluster's DNS does not have and that nobody outside would. */
function unknownName(
  resolution: Resolution,
  pod: Pod,
  name: string,
  cluster: Cluster,
  to: EndpointSpec,
): Diagnostic | undefined {
  if (resolution.kind === "hosts") return undefined;
  const { answer, asked } = resolution;
  const last = asked.at(-1)?.name ?? "";
  const beyond = answer.kind === "outside" && answer.through.length === 0;
  const dotless = beyond && last.split(".").length === 2;
  if (
    !dotless &&
    (answer.kind !== "missing" ||
      isKnown(
        asked.map((a) => a.name),
        cluster,
      ))
  ) {
    return undefined;
  }
  const near = elsewhere(name, cluster) ?? nearestName(name, namesFor(pod, cluster));
  const names = asked.map((each) => each.name).join(", ");
  return {
    code: "NQ4042",
    severity: "error",
    message: `${name} is no name of the cluster: ${podId(pod)} asks for ${names}; expected the name of a service`,
    at: to.at,
    ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
  };
}

/** Whether one of `asked` is the name of a service or alias, though it has no address. */
function isKnown(asked: readonly string[], cluster: Cluster): boolean {
  const { clusterDomain } = namingOf(cluster);
  const known = [...cluster.services, ...(cluster.externalNames ?? [])].map((service) =>
    serviceName(service, clusterDomain),
  );
  return asked.some((name) => known.includes(name));
}

/** The name of a service that is called so in another namespace. */
function elsewhere(name: string, cluster: Cluster): string | undefined {
  const other = cluster.services.find((service) => service.name === name.toLowerCase());
  return other === undefined ? undefined : `${other.name}.${other.namespace}`;
}

/** What a pod may write for each service: its name, and the one with its namespace. */
function namesFor(pod: Pod, cluster: Cluster): readonly string[] {
  return [...cluster.services, ...(cluster.externalNames ?? [])].flatMap(({ namespace, name }) => [
    ...(namespace === pod.namespace ? [name] : []),
    `${name}.${namespace}`,
  ]);
}
