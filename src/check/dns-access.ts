/**
 * Can pods ask for names? A question to the cluster's DNS is a connection like any other.
 */
import { FAMILIES, type Protocol } from "../../models/base/family.ts";
import { type Cluster, type Pod, podId, type Service } from "../../models/kubernetes/cluster.ts";
import { dnsServiceOf } from "../../models/kubernetes/dns.ts";
import { isolating } from "../../models/kubernetes/isolation.ts";
import type { Resolver } from "../../models/kubernetes/resolver.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import type { EndpointSpec } from "../intent/ast.ts";
import { NO_ENDPOINTS, type EndpointSet } from "../intent/endpoint-set.ts";
import { type WithDns, withAssumedDns } from "./assumed-dns.ts";
import { type Reading, readsFurtherLabels } from "./dns-peers.ts";
import { answerWithoutAdvice } from "./query.ts";
import { createSubject, type Subject } from "./subject.ts";
import type { DnsAccess, DnsServers, QueryAnswer, UndecidedReason } from "./types.ts";

/** Who asks. */
export interface Asker {
  readonly text: string;
  readonly spec: EndpointSpec;
  readonly set: EndpointSet;
}

/** Whether `from`, pods that ask the cluster's DNS as `resolver` says, can do so. */
export function dnsAccess(subject: Subject, from: Asker, resolver: Resolver): DnsAccess {
  const service = dnsServiceOf(subject.cluster);
  const found =
    service === undefined ? assumedAccess(subject, from) : access(subject, from, service);
  const local = nodeLocal(subject.cluster);
  const { answer } = found.question;
  if (answer === "yes") return found;
  if (local !== undefined)
    return open(found, `pods may ask ${podId(local)} on their own node instead`);
  const others = resolver.nameservers.length > 1;
  return answer === "no" && others ? open(found, "a further nameserver may answer instead") : found;
}

/** @source https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/ (v1.34; S5.15) */
function nodeLocal(cluster: Cluster): Pod["workload"] | undefined {
  const cache = cluster.pods.find(
    ({ namespace, workload }) => namespace === "kube-system" && workload.name === "node-local-dns",
  );
  return cache?.workload;
}

function open(found: DnsAccess, text: string): DnsAccess {
  const reason: UndecidedReason = { code: "NQ4041", text, origins: [] };
  const undecided = [...found.question.undecided, reason];
  return { ...found, question: { ...found.question, answer: "undecided", undecided } };
}

/** Questions to the DNS service of the input. */
function access(subject: Subject, from: Asker, service: Service): DnsAccess {
  const server = `${service.namespace}/Service/${service.name}`;
  const question = ask(subject, from, service, "UDP");
  const overTcp = ask(subject, from, service, "TCP")?.answer;
  const servers = serversOf(subject.cluster, service);
  const base = {
    server,
    ...(overTcp === undefined ? {} : { overTcp }),
    ...(servers === undefined ? {} : { servers }),
  };
  if (question !== undefined) return { ...base, question };
  const text = `${server} has no port 53 of UDP at an address of its own`;
  const undecided: UndecidedReason = { code: "NQ4041", text, origins: [service.origin] };
  return {
    ...base,
    question: { answer: "undecided", outcomes: [], because: [], undecided: [undecided] },
  };
}

/** The question of `from` to port 53 of `service`; undefined when it has none. */
function ask(
  subject: Subject,
  from: Asker,
  service: Service,
  protocol: Protocol,
): QueryAnswer | undefined {
  const ports = service.declared ?? service.ports;
  const port = ports.find((p) => p.protocol === protocol && p.port === 53);
  if (port === undefined || service.addresses.length === 0) return undefined;
  const name = `${service.namespace}/${service.name}`;
  const services = [{ service: name, addresses: service.addresses, port, published: [] }];
  const spec: EndpointSpec = {
    expression: { kind: "service", namespace: service.namespace, name: service.name, port: 53 },
    text: `svc:${name}:53`,
    at: from.spec.at,
  };
  const to = { text: spec.text, spec, set: { ...NO_ENDPOINTS, services } };
  // A question that nobody hears the answer to resolves nothing, over UDP either.
  return answerWithoutAdvice(subject, { from, to, protocol, port: 53 }, true);
}

function serversOf(cluster: Cluster, service: Service): DnsServers | undefined {
  const { namespace, selector: labels } = service;
  if (labels === undefined || labels.size === 0) return undefined;
  const found = service.ports
    .filter(({ port }) => port === 53)
    .flatMap((port) =>
      FAMILIES.flatMap((family) => endpoints(cluster, service, port, family)).map((endpoint) => ({
        protocol: port.protocol,
        port: endpoint.port,
      })),
    );
  const ports = found.filter(
    (a, i) => found.findIndex((b) => a.port === b.port && a.protocol === b.protocol) === i,
  );
  return ports.length === 0 ? undefined : { namespace, labels, ports };
}

/** Questions to assumed DNS pods: decided where labels of theirs that are not known do not matter. */
function assumedAccess(subject: Subject, from: Asker): DnsAccess {
  const least = assumedWith(subject, from, "not-matching");
  if (least === undefined) return noRoom();
  const { answer } = least.question;
  if (answer === "yes") return least;
  if (readsFurtherLabels(subject.cluster)) {
    const most = assumedWith(subject, from, "matching");
    if (answer !== "no" || most?.question.answer !== "no") {
      return open(least, "it depends on labels of the cluster's DNS pods, which are not given");
    }
  }
  return answer === "no" && pointsElsewhere(subject.cluster, from)
    ? open(least, "a rule for DNS names others than the pods that are assumed")
    : least;
}

/** Ports at which DNS pods are known to listen. */
const DNS_PORTS: readonly number[] = [53, 5353, 8053];

/**
 * Whether a policy that isolates one of `from` has a rule that is plainly about DNS: for UDP at a port of DNS.
 * Where it does not fit the assumed pods, the assumption may be what is wrong.
 */
function pointsElsewhere(cluster: Cluster, from: Asker): boolean {
  const rules = cluster.pods
    .filter((pod) => from.set.pods.has(podId(pod)))
    .flatMap((pod) => isolating(cluster, pod, "egress"))
    .flatMap((policy) => policy.egress);
  return rules.some(
    ({ ports }) =>
      ports !== "any" &&
      ports.some(
        ({ protocol, port, endPort }) =>
          protocol === "UDP" &&
          (typeof port === "string"
            ? port.startsWith("dns")
            : DNS_PORTS.some((p) => port !== undefined && port <= p && p <= (endPort ?? port))),
      ),
  );
}

/** The subjects with assumed DNS pods, made once for each subject: a proof asks for many pods. */
const assumedSubjects = new WeakMap<Subject, Map<Reading, AssumedSubject | undefined>>();

interface AssumedSubject extends Pick<WithDns, "assumption" | "labels"> {
  readonly subject: Subject;
}

function assumedSubject(subject: Subject, reading: Reading): AssumedSubject | undefined {
  const known = assumedSubjects.get(subject) ?? new Map<Reading, AssumedSubject | undefined>();
  assumedSubjects.set(subject, known);
  if (known.has(reading)) return known.get(reading);
  const { cluster, profile, unknowns, lowering } = subject;
  const assumed = withAssumedDns(cluster, unknowns, reading);
  const made = assumed && {
    subject: createSubject(assumed.cluster, profile, assumed.unknowns, lowering),
    assumption: assumed.assumption,
    labels: assumed.labels,
  };
  known.set(reading, made);
  return made;
}

function assumedWith(subject: Subject, from: Asker, reading: Reading): DnsAccess | undefined {
  const assumed = assumedSubject(subject, reading);
  const other = assumed?.subject;
  const service = other && dnsServiceOf(other.cluster);
  if (assumed === undefined || service === undefined) return undefined;
  const found = access(assumed.subject, from, service);
  const { servers, ...rest } = found;
  const { labels } = assumed;
  const named =
    servers === undefined || labels.size === 0 ? {} : { servers: { ...servers, labels } };
  return { ...rest, ...named, assumption: assumed.assumption };
}

function noRoom(): DnsAccess {
  const text = "the cluster's DNS is not given, and there is no room for it in the address blocks";
  const undecided: UndecidedReason = { code: "NQ4041", text, origins: [] };
  return {
    server: "the cluster's DNS",
    question: { answer: "undecided", outcomes: [], because: [], undecided: [undecided] },
  };
}
