/**
 * Can X open a port of a name? The name must be resolved first, and then its address be reached.
 */
import { LOWEST_PORT } from "../../models/base/family.ts";
import { podId } from "../../models/kubernetes/cluster.ts";
import { asksCluster } from "../../models/kubernetes/dns.ts";
import { namingOf } from "../../models/kubernetes/dns-records.ts";
import type { Lookup } from "../../models/kubernetes/dns-lookup.ts";
import { type Nameserver, resolverOf } from "../../models/kubernetes/resolver.ts";
import { assert } from "../base/assert.ts";
import type { NamedQuery } from "../intent/named-query.ts";
import { dnsAccess } from "./dns-access.ts";
import { answerQuery } from "./query.ts";
import type { Subject } from "./subject.ts";
import type { DnsAccess, NameAnswer, QueryAnswer, UndecidedReason } from "./types.ts";

/**
 * The answer: `no` when the name cannot be resolved or its address not be reached, `yes` when both work for
 * certain. Where the sender's own files have the name nobody is asked.
 */
export function answerNamed(subject: Subject, named: NamedQuery): QueryAnswer {
  const { resolution, query } = named;
  const reached = query === undefined ? undefined : answerQuery(subject, query);
  if (resolution.kind === "hosts") {
    assert(reached !== undefined, "a hosts file has addresses");
    return { ...reached, name: { asked: [], through: [], addresses: resolution.addresses } };
  }
  const { asked, answer, server } = resolution;
  const dns = accessOf(subject, named, server);
  const name: NameAnswer = {
    asked,
    through: answer.through,
    addresses: answer.kind === "found" ? answer.records.map((record) => record.address) : [],
    ...(dns === undefined ? {} : { dns }),
    ...(reached === undefined || answer.kind === "outside" ? {} : { apart: reached.answer }),
    ...(answer.kind === "outside"
      ? { assumption: `The name ${answer.name} leads to an address outside of the cluster.` }
      : {}),
  };
  if (dns?.question.answer === "no") return unresolved(named, dns, name);
  const after =
    reached === undefined ? withoutAddress(named, answer) : outsideOnly(answer, reached);
  return { ...after, ...joined(after, dns), name };
}

/** Whether the sender can ask; undefined where nobody knows whom it asks. */
function accessOf(
  subject: Subject,
  { from }: NamedQuery,
  server: Nameserver,
): DnsAccess | undefined {
  const { cluster } = subject;
  const pod = cluster.pods.find((candidate) => from.set.pods.has(podId(candidate)));
  if (pod === undefined || !asksCluster(cluster, server)) return undefined;
  return dnsAccess(subject, from, resolverOf(pod, namingOf(cluster)));
}

/** The sender may not ask: nothing else matters. */
function unresolved(named: NamedQuery, dns: DnsAccess, name: NameAnswer): QueryAnswer {
  const { from, protocol, port = LOWEST_PORT } = named;
  const { outcomes, because } = dns.question;
  return {
    answer: "no",
    from: from.text,
    to: named.name,
    protocol,
    port: named.query?.to.set.services[0]?.port.port ?? port,
    outcomes,
    because,
    undecided: [],
    name,
  };
}

/** Of a name that is resolved outside only what holds for every outside address is decided. */
function outsideOnly(answer: Lookup, reached: QueryAnswer): QueryAnswer {
  const open = reached.answer === "depends" || reached.answer === "undecided";
  if (answer.kind !== "outside" || !open) return reached;
  const text = `${answer.name} is resolved outside of the cluster: which address it has is not known, and some can be reached and others not`;
  const undecided: UndecidedReason = { code: "NQ4044", text, origins: [] };
  const { from, to, protocol, port } = reached;
  return {
    from,
    to,
    protocol,
    port,
    answer: "undecided",
    outcomes: [],
    because: [],
    undecided: [...reached.undecided, undecided],
  };
}

/** The answer where the name has no address that is known: none at all, or who knows which. */
function withoutAddress(named: NamedQuery, answer: Lookup): QueryAnswer {
  const { name, from, protocol, port = LOWEST_PORT } = named;
  const base = { from: from.text, to: name, protocol, port, outcomes: [], because: [] };
  const why = reasonOf(name, answer);
  if (why !== undefined) return { ...base, answer: "undecided", undecided: [why] };
  const none = answer.kind === "missing" ? answer.why : undefined;
  const text = `${name} has no address: ${none ?? "no endpoint of its headless service is ready"}`;
  const because = [{ direction: "route", effect: "denied", text, origins: [] }] as const;
  return { ...base, answer: "no", because, undecided: [] };
}

function reasonOf(name: string, answer: Lookup): UndecidedReason | undefined {
  switch (answer.kind) {
    case "found":
    case "missing":
    case "outside":
      return undefined;
    case "open":
      return {
        code: "NQ4044",
        text: `where ${name} leads is not known: ${answer.why}`,
        origins: [],
      };
  }
}

/** What a doubt about asking leaves of the answer `after` asking. */
function joined(
  after: QueryAnswer,
  dns: DnsAccess | undefined,
): Pick<QueryAnswer, "answer" | "undecided"> {
  const asking = dns?.question.answer ?? "yes";
  const { answer, undecided } = after;
  if (asking === "yes" || answer === "no") return { answer, undecided };
  const all = [...undecided, ...(dns?.question.undecided ?? [])];
  const open = asking === "undecided" || answer === "undecided";
  return { answer: open ? "undecided" : "depends", undecided: all };
}
