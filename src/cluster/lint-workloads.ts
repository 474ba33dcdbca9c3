/**
 * Workloads that are accepted but hardly do what was meant.
 */
import type { Origin } from "../../models/base/origin.ts";
import type {
  ObjectMeta,
  PodSpec,
  ServiceResource,
  WorkloadResource,
} from "../manifest/resources.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { compareOrigins, counted, namespaceOf, objectId, type Sink } from "./sink.ts";

/** Says of pods on the host network that they miss the cluster's DNS, and of StatefulSets that their pods miss names. */
export function lintWorkloads(index: ResourceIndex, sink: Sink): void {
  const specs = [
    ...index.pods.map(({ meta, spec }) => ({ meta, spec })),
    ...index.workloads.map(({ meta, template: { spec } }) => ({ meta, spec })),
  ];
  lintHostDns(
    specs.filter(({ meta }) => !isOwned(meta)),
    sink,
  );
  const services = new Map(index.services.map((s) => [keyOf(s.meta, s.meta.name), s]));
  for (const workload of index.workloads) {
    if (workload.kind === "StatefulSet") lintServiceName(workload, services, sink);
  }
}

/** What a controller made says what its owner says. */
function isOwned(meta: ObjectMeta): boolean {
  return meta.controller !== undefined;
}

interface Described {
  readonly meta: ObjectMeta;
  readonly spec: PodSpec;
}

/**
 * A stated policy cannot have been meant; of those that leave it at the default one note speaks for all.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy (v1.34; S5.13)
 */
function lintHostDns(described: readonly Described[], sink: Sink): void {
  const cut = described.filter(
    ({ spec: { hostNetwork, names } }) =>
      hostNetwork?.value === true && (names?.dnsPolicy ?? "ClusterFirst") === "ClusterFirst",
  );
  const expected = "expected ClusterFirstWithHostNet, or Default";
  const silent = cut.filter(({ meta, spec }) => {
    const at = spec.names?.dnsPolicyAt;
    if (at === undefined) return true;
    sink.diagnostics.push({
      code: "NQ2017",
      severity: "warning",
      message: `${objectId(meta)} is on the host network and has dnsPolicy ClusterFirst: it asks the DNS of its node and finds no service by name; ${expected}`,
      at,
    });
    return false;
  });
  const [first] = silent.toSorted((a, b) => compareOrigins(a.meta.at, b.meta.at));
  if (first === undefined) return;
  const rest = silent.length === 1 ? "" : ` (and ${counted(silent.length - 1, "other workload")})`;
  sink.diagnostics.push({
    code: "NQ2017",
    severity: "note",
    message: `${objectId(first.meta)}${rest} on the host network, without dnsPolicy: names of services are not found there; ${expected}`,
    at: first.spec.hostNetwork?.at ?? first.meta.at,
  });
}

/** @source https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id (v1.34; S2.5, S5.9) */
function lintServiceName(
  { meta, serviceName, serviceNameAt }: WorkloadResource,
  services: ReadonlyMap<string, ServiceResource>,
  sink: Sink,
): void {
  const say = (
    severity: "warning" | "note",
    found: string,
    at: Origin,
    service?: ServiceResource,
  ): void => {
    sink.diagnostics.push({
      code: "NQ2018",
      severity,
      message: `serviceName of ${objectId(meta)} should name a headless service of its namespace; ${found}: its pods have no names of their own in DNS`,
      at,
      ...(service === undefined
        ? {}
        : { related: [{ message: "the service", at: service.meta.at }] }),
    });
  };
  if (serviceName === undefined) {
    say("note", "it is not set", meta.at);
    return;
  }
  const at = serviceNameAt ?? meta.at;
  const service = services.get(keyOf(meta, serviceName));
  if (service === undefined) say("note", `the input has no Service ${serviceName}`, at);
  else if (!service.headless) say("warning", `Service ${serviceName} is not headless`, at, service);
}

function keyOf(meta: ObjectMeta, name: string): string {
  return `${namespaceOf(meta)}/${name}`;
}
