/**
 * A question from the command line about a name that Ingresses have.
 */
import { type Cluster, type Pod, podId } from "../../models/kubernetes/cluster.ts";
import type { Checked, Diagnostic } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest-name.ts";
import { hostLevel } from "../../models/kubernetes/ingress-match.ts";
import type { EndpointSpec } from "./ast.ts";
import type { EndpointSet } from "./endpoint-set.ts";
import type { HostTarget } from "./host-text.ts";
import type { QueryPort } from "./query.ts";
import { resolveEndpoint } from "./resolve-claim.ts";

/** A question about a name, resolved. */
export interface ResolvedHostQuery {
  readonly from: {
    readonly text: string;
    readonly spec: EndpointSpec;
    readonly set: EndpointSet;
  };
  readonly text: string;
  readonly request: { readonly host: string; readonly path: string; readonly tls: boolean };
  readonly port: number;
}

/**
 * The question whether `from` can send a request to `target`, at `port` or at that of the URL, else 443. HTTPS
 * unless the URL says otherwise or the port is 80. Absent, with an error, when `from` means nobody, no Ingress has
 * the name, or the port is none.
 */
export function resolveHostQuery(
  from: EndpointSpec,
  text: string,
  target: HostTarget,
  port: QueryPort,
  cluster: Cluster,
): Checked<ResolvedHostQuery> {
  const source = resolveEndpoint(from, cluster);
  const diagnostics: Diagnostic[] = [...source.diagnostics];
  if (!isNamed(cluster, target.host)) diagnostics.push(unknownHost(target.host, from, cluster));
  const { set } = source.value;
  const isNobody = set.services.length > 0 && set.pods.size === 0 && set.nodes.size === 0;
  if (diagnostics.length === 0 && isNobody) {
    diagnostics.push({
      code: "NQ4032",
      severity: "error",
      message: `${from.text} opens no connections: expected a workload, node or address as the source`,
      at: from.at,
    });
  }
  const number = port.port ?? target.port ?? 443;
  if (typeof number === "string" || (port.protocol ?? "TCP") !== "TCP") {
    const found = `${(port.protocol ?? "TCP").toLowerCase()}/${String(number)}`;
    const message = `requests to ${text} come over a TCP port: expected a number such as 443, found ${found}`;
    diagnostics.push({ code: "NQ4033", severity: "error", message, at: from.at });
    return { diagnostics };
  }
  if (diagnostics.length > 0) return { diagnostics };
  const { host, path, tls = number !== 80 } = target;
  const end = { text: nameOf(from, set, cluster), spec: from, set };
  return { value: { from: end, text, request: { host, path, tls }, port: number }, diagnostics };
}

/** `namespace/Kind/name` where `spec` names pods of one workload, else as it is written. */
function nameOf(spec: EndpointSpec, set: EndpointSet, cluster: Cluster): string {
  if (spec.expression.kind !== "workload") return spec.text;
  const isMeant = (pod: Pod): boolean => set.pods.has(podId(pod));
  const names = cluster.pods
    .filter(isMeant)
    .map(({ workload: { namespace, kind, name } }) => `${namespace}/${kind}/${name}`);
  const [first, ...others] = new Set(names);
  return first === undefined || others.length > 0 ? spec.text : first;
}

/** Whether some Ingress may answer for `host`: by a rule, or for every host. */
function isNamed({ ingress }: Cluster, host: string): boolean {
  return (ingress?.ingresses ?? []).some(
    ({ rules, defaultBackend, alterations }) =>
      defaultBackend !== undefined ||
      alterations.some(({ changes }) => changes === "hosts") ||
      rules.some((rule) => hostLevel(rule.host, host) !== undefined),
  );
}

function unknownHost(host: string, { at }: EndpointSpec, { ingress }: Cluster): Diagnostic {
  const rules = (ingress?.ingresses ?? []).flatMap((one) => one.rules);
  const hosts = [...new Set(rules.flatMap((rule) => rule.host ?? []))].sort();
  const known = hosts.length === 0 ? "there is none" : `expected one of ${hosts.join(", ")}`;
  return {
    code: "NQ4036",
    severity: "error",
    message: `no Ingress has a rule for ${host}: ${known}`,
    at,
    ...didYouMean(host, hosts),
  };
}
