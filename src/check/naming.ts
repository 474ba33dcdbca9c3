/**
 * How endpoints are named in findings, answers and graphs.
 */
import { type Cluster, OUTSIDE, type Pod, podEndpoint } from "../../models/kubernetes/cluster.ts";
import type { EndpointId } from "../../models/base/connection.ts";

/** `shop/web` of the workload that made `pod`: short, for sentences. */
export function workloadName(pod: Pod): string {
  return `${pod.workload.namespace}/${pod.workload.name}`;
}

/** `shop/Deployment/web` of the workload that made `pod`: exact, for graphs. */
export function workloadId(pod: Pod): string {
  return `${pod.workload.namespace}/${pod.workload.kind}/${pod.workload.name}`;
}

/** `shop/Pod/web-1`. */
export function podName(pod: Pod): string {
  return `${pod.namespace}/Pod/${pod.name}`;
}

/** The name of an endpoint id: `shop/Pod/web-1`, `node/node-1`, `outside`. */
export function endpointName(endpoint: EndpointId): string {
  if (endpoint === OUTSIDE) return "outside";
  const [kind, rest = ""] = splitOnce(endpoint, ":");
  if (kind === "node") return `node/${rest}`;
  const [namespace, name = ""] = splitOnce(rest, "/");
  return `${namespace}/Pod/${name}`;
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The pods of `cluster` by endpoint id. */
export function podsByEndpoint(cluster: Cluster): ReadonlyMap<EndpointId, Pod> {
  return new Map(cluster.pods.map((pod) => [podEndpoint(pod), pod]));
}
