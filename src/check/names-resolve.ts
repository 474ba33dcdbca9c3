/**
 * Whether the workloads that are told names of services can resolve them.
 */
import { type Cluster, type Pod, podId, type Service } from "../../models/kubernetes/cluster.ts";
import { asksCluster, resolve, zoneOf } from "../../models/kubernetes/dns.ts";
import type { DnsZone } from "../../models/kubernetes/dns-lookup.ts";
import { namingOf } from "../../models/kubernetes/dns-records.ts";
import { isolating } from "../../models/kubernetes/isolation.ts";
import { resolverOf } from "../../models/kubernetes/resolver.ts";
import type { EndpointSpec } from "../intent/ast.ts";
import { NO_ENDPOINTS } from "../intent/endpoint-set.ts";
import { resolveNamedQuery } from "../intent/named-query.ts";
import { groupBy } from "../base/group-by.ts";
import { type Asker, dnsAccess } from "./dns-access.ts";
import type { GroundResult } from "./ground.ts";
import { type Mention, mentionsOf } from "./mentions.ts";
import { workloadName } from "./naming.ts";
import { answerWithoutAdvice } from "./query.ts";
import type { Subject } from "./subject.ts";
import type { Counterexample, DnsAccess, QueryAnswer, UndecidedReason } from "./types.ts";

/** What became of one name that a pod is told; and what was assumed to say so. */
type Case = { readonly assumption?: string } & (
  | { readonly kind: "fine" }
  | { readonly kind: "broken"; readonly example: Counterexample }
  | { readonly kind: "open"; readonly why: readonly UndecidedReason[] }
);

/**
 * The outcome: refuted by each workload that is told a name which it cannot resolve although it may open
 * the service. Pods that no policy can keep from the DNS are not looked at: they can ask.
 *
 * @cost two questions to the engine for each kind of isolated pod, and one for each name that it cannot ask for
 */
export function namesResolve(subject: Subject): GroundResult {
  const { cluster } = subject;
  const told = cluster.pods.filter((pod) => pod.containers.some((c) => c.texts !== undefined));
  const kept = [...groupBy(told, kindOf).values()]
    .flatMap((alike) => alike.slice(0, 1))
    .filter((pod) => mayBeKept(subject, pod));
  const zone = zoneOf(kept.length === 0 ? { ...cluster, services: [] } : cluster);
  const results = kept.flatMap((pod): readonly Case[] => {
    const mentions = servicesTold(cluster, zone, pod);
    return mentions.length === 0 ? [] : judgeAll(subject, pod, mentions);
  });
  const assumes = [...new Set(results.flatMap(({ assumption }) => assumption ?? []))];
  return {
    outcome: outcomeOf(results),
    method: { kind: "computed", cases: results.length, proofs: 0 },
    ...(assumes.length === 0 ? {} : { assumes }),
  };
}

function outcomeOf(results: readonly Case[]): GroundResult["outcome"] {
  const broken = results.flatMap((each) => (each.kind === "broken" ? [each.example] : []));
  const [first, ...rest] = broken;
  if (first !== undefined) return { kind: "refuted", by: [first, ...rest], others: 0 };
  const why = results.flatMap((each) => (each.kind === "open" ? each.why : []));
  const distinct = [...groupBy(why, ({ code, text }) => `${code} ${text}`).values()].flatMap(
    (same) => same.slice(0, 1),
  );
  return distinct.length === 0 ? { kind: "proved" } : { kind: "undecided", why: distinct };
}

/** Whether something may keep `pod` from asking the cluster's DNS. */
function mayBeKept({ cluster, unknowns }: Subject, pod: Pod): boolean {
  const naming = namingOf(cluster);
  const [server = "node"] = resolverOf(pod, naming).nameservers;
  if (!asksCluster(cluster, server)) return false;
  const touched = unknowns.footprints.some(
    ({ pods, effect }) =>
      effect.ingress !== undefined || (effect.egress !== undefined && pods.has(podId(pod))),
  );
  const guarded = cluster.policies.some(
    ({ namespace, isolates }) =>
      namespace === naming.dnsService.namespace && isolates.includes("ingress"),
  );
  return touched || guarded || isolating(cluster, pod, "egress").length > 0;
}

/** Pods of one kind have the same labels and are told the same. */
function kindOf(pod: Pod): string {
  const lines = pod.containers.map(({ origin: { file, line, column } }) =>
    [file, line, column].join(":"),
  );
  return JSON.stringify([workloadName(pod), lines, [...pod.labels]]);
}

/** Those of the mentions that are names of services to `pod`, each name once. */
function servicesTold(cluster: Cluster, zone: DnsZone, pod: Pod): readonly Mention[] {
  const named = mentionsOf(pod).filter(({ name, port }) => {
    const resolution = resolve(cluster, zone, pod, name);
    if (resolution.kind !== "asked" || resolution.answer.kind !== "found") return false;
    const [record] = resolution.answer.records;
    // A tag stands behind a colon as well.
    return port === undefined || portsOf(record?.service).some((own) => own.port === port);
  });
  return [...groupBy(named, ({ name }) => name).values()].flatMap((same) => same.slice(0, 1));
}

function judgeAll(subject: Subject, pod: Pod, told: readonly Mention[]): readonly Case[] {
  const { cluster } = subject;
  const from = askerOf(pod);
  const dns = dnsAccess(subject, from, resolverOf(pod, namingOf(cluster)));
  const { question, assumption } = dns;
  const assumed = assumption === undefined ? {} : { assumption };
  return told.map((mention) => ({
    ...(question.answer === "yes"
      ? ({ kind: "fine" } as const)
      : judge(subject, pod, from, mention, dns)),
    ...assumed,
  }));
}

function askerOf(pod: Pod): Asker {
  const { namespace, name, addresses, origin } = pod;
  const text = workloadName(pod);
  const expression = { kind: "workload", namespace, workloadKind: "Pod", name } as const;
  const spec: EndpointSpec = { expression, text, at: origin };
  return { text, spec, set: { ...NO_ENDPOINTS, pods: new Map([[podId(pod), addresses]]) } };
}

/** A name matters where the service may be opened; nobody misses one that policies keep it from anyway. */
function judge(subject: Subject, pod: Pod, from: Asker, mention: Mention, dns: DnsAccess): Case {
  const reached = reachable(subject, from, mention.name);
  if (reached === "no") return { kind: "fine" };
  const { question, server, assumption } = dns;
  const sure = question.answer === "no" && (reached === "yes" || reached === "depends");
  if (!sure) {
    const text = `whether ${workloadName(pod)} can resolve ${mention.name}, which it is told in ${mention.where}, is not known`;
    const why = question.undecided.map((reason) => ({
      ...reason,
      text: `${text}: ${reason.text}`,
    }));
    const plain: UndecidedReason = { code: "NQ4041", text, origins: [mention.origin] };
    return { kind: "open", why: why.length > 0 ? why : [plain] };
  }
  const [trace] = question.outcomes;
  const whom = assumption === undefined ? server : `${server} (assumed)`;
  return {
    kind: "broken",
    example: {
      summary: `${workloadName(pod)} is told the name ${mention.name} and may not ask ${whom} for it`,
      ...(trace === undefined ? {} : { trace: trace.trace }),
      because: [
        {
          direction: "route",
          effect: "allowed",
          text: `${mention.name} itself may be opened; it is named in ${mention.where}`,
          origins: [mention.origin],
        },
        ...question.because.filter(({ effect }) => effect === "denied"),
      ],
    },
  };
}

/** Whether `from` may open some port of the service that `name` means, apart from its name. */
function reachable(subject: Subject, from: Asker, name: string): QueryAnswer["answer"] {
  const ports = portsBehind(subject.cluster, from, name);
  const words = ports.map((port) => {
    const to = {
      expression: { kind: "union", members: [] } as const,
      text: name,
      at: from.spec.at,
    };
    const named = resolveNamedQuery(from.spec, to, name, port, subject.cluster).value;
    return named?.query === undefined ? "no" : answerWithoutAdvice(subject, named.query).answer;
  });
  return (["yes", "depends", "undecided"] as const).find((word) => words.includes(word)) ?? "no";
}

/** The ports of the service that `name` means to the pod. */
function portsBehind(
  cluster: Cluster,
  from: Asker,
  name: string,
): readonly { readonly port: number; readonly protocol: "TCP" | "UDP" | "SCTP" }[] {
  const pod = cluster.pods.find((candidate) => from.set.pods.has(podId(candidate)));
  const resolution = pod && resolve(cluster, zoneOf(cluster), pod, name);
  if (resolution?.kind !== "asked" || resolution.answer.kind !== "found") return [];
  return portsOf(resolution.answer.records[0]?.service).map(({ port, protocol }) => ({
    port,
    protocol,
  }));
}

function portsOf(service: Service | undefined): Service["ports"] {
  return service?.declared ?? service?.ports ?? [];
}
