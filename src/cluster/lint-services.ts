/**
 * Services that are accepted but hardly do what was meant.
 */
import type { Pod, Service, ServicePort } from "../../models/kubernetes/cluster.ts";
import type { PodIndex } from "./pod-index.ts";
import type { BuiltService } from "./services.ts";
import { counted, enumerate, type Sink } from "./sink.ts";

/**
 * Warns of selectors without pods, of missing endpoints, and of target ports that pods lack. `known` are
 * services about which nothing can be said, because pods may be missing from the input.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/ (v1.34; S3.2, S3.13, S3.15, S3.17, S4.12)
 */
export function lintServices(
  services: readonly BuiltService[],
  index: PodIndex,
  known: ReadonlySet<Service>,
  sink: Sink,
): void {
  for (const built of services) {
    const { service, resource } = built;
    if (known.has(service)) continue;
    const id = `${service.namespace}/Service/${service.name}`;
    const endpoints = service.slices.flatMap((slice) => slice.endpoints);
    if (service.selector === undefined) {
      if (endpoints.length === 0) {
        sink.diagnostics.push({
          code: "NQ2035",
          severity: "warning",
          message: `${id} has no selector, and no EndpointSlice or Endpoints of its name is in the input: connections to it are refused`,
          at: service.origin,
        });
      }
      continue;
    }
    const pods = index.withLabels(service.namespace, service.selector);
    if (pods.length === 0) {
      const [first] = resource.selector.values();
      const wanted = [...service.selector].map(([key, value]) => `${key}=${value}`).join(",");
      sink.diagnostics.push({
        code: "NQ2034",
        severity: "warning",
        message: `the selector of ${id} (${wanted}) must select a pod of namespace ${service.namespace}; it selects none${endpoints.length === 0 ? ": connections to it are refused" : ""}`,
        at: first?.at ?? service.origin,
      });
      continue;
    }
    for (const port of service.ports) lintPort(built, port, pods, id, sink);
  }
}

function lintPort(
  { service, resource }: BuiltService,
  port: ServicePort,
  pods: readonly Pod[],
  id: string,
  sink: Sink,
): void {
  const { target } = port;
  if (resource.headless && target !== port.port) {
    const named =
      typeof target === "string" && pods.every((p) => resolves(p, target, port, port.port));
    if (named) return;
    sink.diagnostics.push({
      code: "NQ2038",
      severity: "warning",
      message: `${id} is headless, so its clients use port ${String(port.port)} of the pods; found target port ${String(target)}, which has no effect`,
      at: port.origin,
    });
    return;
  }
  if (typeof target === "string") {
    const without = pods.filter((pod) => !resolves(pod, target, port));
    if (without.length === 0) return;
    sink.diagnostics.push({
      code: "NQ2036",
      severity: "warning",
      message: `target port "${target}" of ${id} must be the name of a ${port.protocol} port of the pods that it selects; ${missing(without, pods)}`,
      at: port.origin,
      related: [{ message: "a pod without it", at: without[0]?.origin ?? service.origin }],
      ...initHint(target, without),
    });
    return;
  }
  lintNumber(target, port, pods, id, sink);
}

function missing(without: readonly Pod[], pods: readonly Pod[]): string {
  if (without.length === pods.length) return "none has it: connections to it are refused";
  return `${counted(without.length, "pod")} of ${String(pods.length)} (${enumerate(without.map((p) => p.name))}) get none of its connections`;
}

/**
 * Init containers have ended when a pod is served, so that their ports lead nowhere.
 *
 * @source https://kubernetes.io/docs/concepts/workloads/pods/init-containers/ (v1.34; S3.14)
 */
function initHint(name: string, without: readonly Pod[]): { readonly hint?: string } {
  const init = without
    .flatMap(({ containers }) => containers)
    .find(({ kind, ports }) => kind === "init" && ports.some((port) => port.name === name));
  if (init === undefined) return {};
  return {
    hint: `the init container ${init.name} has a port ${name}, but it has ended when connections arrive: restartPolicy: Always keeps it running`,
  };
}

/** Whether `pod` has a port of the name and protocol, and of the number where one is asked for. */
function resolves(pod: Pod, name: string, port: ServicePort, number?: number): boolean {
  const found = pod.containers
    .filter((container) => container.kind !== "init")
    .flatMap((container) => container.ports)
    .find((p) => p.name === name && p.protocol === port.protocol);
  return found !== undefined && (number === undefined || found.number === number);
}

/** A number needs no declaration; where other ports are declared, its absence looks like a slip. */
function lintNumber(
  target: number,
  port: ServicePort,
  pods: readonly Pod[],
  id: string,
  sink: Sink,
): void {
  const declared = pods.map((pod) =>
    pod.containers.filter((c) => c.kind !== "init").flatMap((c) => c.ports),
  );
  const slips = declared.filter((ports) => {
    const own = ports.some((p) => p.number === target && p.protocol === port.protocol);
    return ports.length > 0 && !own;
  });
  const [ports] = slips;
  if (ports === undefined) return;
  const other = ports.find((p) => p.number === target);
  const texts = ports.map((p) => `${String(p.number)}/${p.protocol}`);
  sink.diagnostics.push({
    code: "NQ2037",
    severity: "warning",
    message:
      other === undefined
        ? `target port ${String(target)}/${port.protocol} of ${id} should be one that the pods declare; they declare ${enumerate(texts)}`
        : `target port ${String(target)} of ${id} should have the protocol that the pods declare, ${other.protocol}; found ${port.protocol}`,
    at: port.origin,
    related: [{ message: "declared here", at: (other ?? ports[0])?.origin ?? port.origin }],
  });
}
