/**
 * A question from the command line: two endpoints and a port, against a cluster.
 */
import { type Address, addressSets, LOOPBACK } from "../../models/base/address.ts";
import { addressWidthBits, type Protocol } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import { type Cluster, podId } from "../../models/kubernetes/cluster.ts";
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import type { EndpointSpec } from "./ast.ts";
import { parseEndpointText } from "./endpoint-text.ts";
import { type EndpointSet, NO_ENDPOINTS, type ServiceFrontend } from "./endpoint-set.ts";
import { resolveEndpoint } from "./resolve-claim.ts";

/** What the command line says about the port; a name is resolved by the destination. */
export interface QueryPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
}

/** One end: as it may be written, and whom it selects. */
interface QueryEnd {
  readonly text: string;
  readonly spec: EndpointSpec;
  readonly set: EndpointSet;
  /** Loopback addresses: those of whoever asks. Only of a destination, and then it has nothing else. */
  readonly loopback?: readonly Address[];
}

/** A question. `port` is absent where the destination is ports of services, which say it themselves. */
export interface ResolvedQuery {
  readonly from: QueryEnd;
  readonly to: QueryEnd;
  readonly protocol: Protocol;
  readonly port?: number;
}

/** The endpoint that `text` writes, as if it stood at `at`; absent when it is malformed. */
export function endpointSpecOf(text: string, at: Origin): Checked<EndpointSpec> {
  const parsed = parseEndpointText(text);
  switch (parsed.kind) {
    case "endpoint":
      return { value: { expression: parsed.expression, text, at }, diagnostics: [] };
    case "definition":
    case "unsupported": {
      const form = parsed.kind === "definition" ? parsed.name : parsed.form;
      const message = `${form} is not supported yet`;
      return { diagnostics: [{ code: "NQ4012", severity: "error", message, at }] };
    }
    case "malformed": {
      const { problem: message, hint } = parsed;
      const diagnostic = { code: "NQ4020", severity: "error", message, at } as const;
      return { diagnostics: [hint === undefined ? diagnostic : { ...diagnostic, hint }] };
    }
  }
}

/** The question from `from` to `to` in `cluster`; absent when an end or the port means nothing there. */
export function resolveQuery(
  from: EndpointSpec,
  to: EndpointSpec,
  port: QueryPort,
  cluster: Cluster,
): Checked<ResolvedQuery> {
  const loopback = loopbackAddresses(to);
  if (loopback.length > 0) return loopbackQuery(from, to, loopback, port, cluster);
  const source = resolveEndpoint(from, cluster);
  const destination = resolveEndpoint(to, cluster);
  const diagnostics = [...source.diagnostics, ...destination.diagnostics];
  if (diagnostics.length === 0 && noSender(source.value.set)) {
    diagnostics.push({
      code: "NQ4032",
      severity: "error",
      message: `${from.text} opens no connections: expected a workload, node or address as the source`,
      at: from.at,
    });
  }
  if (diagnostics.length > 0) return { diagnostics };
  const ends = {
    from: endOf(from, source.value.set, cluster),
    to: endOf(to, destination.value.set, cluster),
  };
  const { services } = ends.to.set;
  return services.length > 0
    ? servicePort(to, ends, port)
    : plainPort(to, ends, port, declaredPorts(ends.to.set, cluster));
}

/** The addresses of `spec` when it is a list of single loopback addresses. */
function loopbackAddresses({ expression }: EndpointSpec): readonly Address[] {
  if (expression.kind !== "addresses") return [];
  const single = expression.prefixes.every(
    ({ family, length }) => length === addressWidthBits(family),
  );
  const inside = addressSets.isSubset(addressSets.ofPrefixes(expression.prefixes), LOOPBACK);
  return single && inside ? expression.prefixes.map(({ family, bits }) => ({ family, bits })) : [];
}

/** A question about the sender's own loopback. */
function loopbackQuery(
  from: EndpointSpec,
  to: EndpointSpec,
  loopback: readonly Address[],
  port: QueryPort,
  cluster: Cluster,
): Checked<ResolvedQuery> {
  const source = resolveEndpoint(from, cluster);
  if (source.diagnostics.length > 0) return { diagnostics: source.diagnostics };
  const ends = {
    from: endOf(from, source.value.set, cluster),
    to: { text: to.text, spec: to, set: NO_ENDPOINTS, loopback },
  };
  return plainPort(to, ends, port, declaredPorts(source.value.set, cluster));
}

function endOf(spec: EndpointSpec, set: EndpointSet, cluster: Cluster): QueryEnd {
  return { text: fullName(spec, set, cluster), spec, set };
}

type Ends = Pick<ResolvedQuery, "from" | "to">;

function noSender(set: EndpointSet): boolean {
  return set.services.length > 0 && set.pods.size === 0 && set.nodes.size === 0;
}

/** `namespace/Kind/name` where `spec` names one workload, else as it is written. */
function fullName(spec: EndpointSpec, set: EndpointSet, cluster: Cluster): string {
  if (spec.expression.kind !== "workload") return spec.text;
  const { name } = spec.expression;
  const named = cluster.pods.filter((pod) => set.pods.has(podId(pod)));
  const [first, ...others] = named.map(({ workload }) => workload);
  if (first === undefined) return spec.text;
  if (first.name !== name) return `${first.namespace}/Pod/${name}`;
  const one = others.every((other) => other.kind === first.kind && other.name === first.name);
  return one ? `${first.namespace}/${first.kind}/${first.name}` : spec.text;
}

function servicePort(to: EndpointSpec, ends: Ends, port: QueryPort): Checked<ResolvedQuery> {
  const { services } = ends.to.set;
  const meant = services.filter((frontend) => isMeant(frontend, port));
  const [first, ...others] = meant;
  if (first === undefined) {
    return wrong(
      to,
      `${to.text} has no port ${portText(port)}: expected one of ${frontendNames(services)}`,
    );
  }
  const several = others.some((other) => other.port !== first.port);
  if (several && port.port === undefined) {
    return wrong(to, `${to.text} has several ports: expected one of ${frontendNames(meant)}`);
  }
  const { protocol } = first.port;
  const narrowed = meant.filter((frontend) => frontend.port.protocol === protocol);
  const query: ResolvedQuery = {
    ...ends,
    to: { ...ends.to, set: { ...ends.to.set, services: narrowed } },
    protocol,
  };
  const { port: number } = port;
  return {
    value: typeof number === "number" ? { ...query, port: number } : query,
    diagnostics: [],
  };
}

function isMeant({ port: own }: ServiceFrontend, { port, protocol }: QueryPort): boolean {
  if (protocol !== undefined && own.protocol !== protocol) return false;
  return port === undefined || port === own.port || port === own.name;
}

function plainPort(
  to: EndpointSpec,
  ends: Ends,
  { protocol, port }: QueryPort,
  declared: readonly Declared[],
): Checked<ResolvedQuery> {
  if (typeof port === "number") {
    return { value: { ...ends, protocol: protocol ?? "TCP", port }, diagnostics: [] };
  }
  const candidates = declared.filter(
    (other) =>
      (protocol === undefined || other.protocol === protocol) &&
      (port === undefined || other.name === port),
  );
  const [first, ...others] = candidates;
  if (first === undefined) {
    const message =
      port === undefined
        ? `${to.text} declares no port: expected a port such as 443 or udp/53`
        : `${to.text} has no port ${portText({ port, ...(protocol === undefined ? {} : { protocol }) })}: expected a number or a name that it declares`;
    return wrong(to, message);
  }
  if (others.some((other) => other.number !== first.number || other.protocol !== first.protocol)) {
    const names = [...new Set(candidates.map(declaredName))].join(", ");
    return wrong(to, `${to.text} has several such ports: expected one of ${names}`);
  }
  return {
    value: { ...ends, protocol: first.protocol, port: first.number },
    diagnostics: [],
  };
}

interface Declared {
  readonly name?: string;
  readonly protocol: Protocol;
  readonly number: number;
}

function declaredPorts(set: EndpointSet, cluster: Cluster): readonly Declared[] {
  return cluster.pods
    .filter((pod) => set.pods.has(podId(pod)))
    .flatMap((pod) => pod.containers.flatMap((container) => container.ports));
}

function declaredName({ protocol, number }: Declared): string {
  return `${protocol.toLowerCase()}/${String(number)}`;
}

function frontendNames(frontends: readonly ServiceFrontend[]): string {
  const names = frontends.map(
    ({ port }) => `${port.protocol.toLowerCase()}/${port.name ?? String(port.port)}`,
  );
  return [...new Set(names)].join(", ");
}

function portText({ protocol, port = "any" }: QueryPort): string {
  return `${protocol === undefined ? "" : `${protocol.toLowerCase()}/`}${String(port)}`;
}

function wrong(to: EndpointSpec, message: string): { readonly diagnostics: readonly Diagnostic[] } {
  return { diagnostics: [{ code: "NQ4033", severity: "error", message, at: to.at }] };
}
