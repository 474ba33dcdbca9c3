/**
 * Questions to names: the name is resolved first, and asking for it is a connection of its own.
 */
import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { answerNamed } from "../../../src/check/named-answer.ts";
import { createSubject } from "../../../src/check/subject.ts";
import type { QueryAnswer } from "../../../src/check/types.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { resolveNamedQuery } from "../../../src/intent/named-query.ts";
import { endpointSpecOf } from "../../../src/intent/query.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { SOMEWHERE } from "../../support/small-cluster.ts";

function pod(id: string, spec = "", port = "containerPort: 80"): string {
  const [namespace = "", name = ""] = id.split("/");
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: ${name} } }
spec: { ${spec}containers: [{ name: main, image: x, ports: [{ ${port} }] }] }
`;
}

function service(id: string, spec: string): string {
  const [namespace = "", name = ""] = id.split("/");
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec} }
`;
}

/** A policy for the egress of shop/web with these rules, each the inside of a `to` item and ports. */
function egress(...rules: readonly string[]): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress: [${rules.join(", ")}]
`;
}

const NS = (name: string): string =>
  `namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } }`;
const TO_DATA = `{ to: [{ ${NS("data")} }] }`;
const DNS_PODS = [
  pod("kube-system/kube-dns", "", "name: dns, containerPort: 5353, protocol: UDP"),
  service(
    "kube-system/kube-dns",
    "selector: { app: kube-dns }, ports: [{ port: 53, protocol: UDP, targetPort: dns }]",
  ),
];
const DB = [
  pod("data/db"),
  service("data/db", "selector: { app: db }, ports: [{ port: 80 }]"),
  service("data/all", "clusterIP: None, selector: { app: db }, ports: [{ port: 80 }]"),
];
const WEB = pod("shop/web");

function ask(
  name: string,
  documents: readonly string[],
  port?: number,
  from = "shop/web",
): QueryAnswer {
  const text = documents.join("---\n");
  const { value } = readManifests([{ name: "input.yaml", text, named: true }]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS).value;
  const spec = endpointSpecOf(from, SOMEWHERE).value;
  if (built === undefined || spec === undefined) throw new Error("no cluster");
  const to = { expression: { kind: "union", members: [] } as const, text: name, at: SOMEWHERE };
  const asked = port === undefined ? {} : { port };
  const query = resolveNamedQuery(spec, to, name, asked, built.cluster);
  if (query.value === undefined) throw new Error(query.diagnostics.map((d) => d.code).join());
  return answerNamed(createSubject(built.cluster, DEFAULT_PROFILE, built.unknowns), query.value);
}

describe("with the cluster's DNS in the input", () => {
  const base = [WEB, ...DB, ...DNS_PODS];

  test("a pod that nothing isolates resolves and reaches", () => {
    expect(ask("db.data", base)).toMatchObject({ answer: "yes", name: { apart: "yes" } });
    expect(ask("all.data", base, 80)).toMatchObject({ answer: "yes" });
  });

  test("the port of the DNS pods is the one behind the service", () => {
    const at = (port: number): string =>
      `{ to: [{ ${NS("kube-system")} }], ports: [{ protocol: UDP, port: ${String(port)} }] }`;
    expect(ask("db.data", [...base, egress(TO_DATA, at(5353))]).answer).toBe("yes");
    const wrong = ask("db.data", [...base, egress(TO_DATA, at(53))]);
    expect(wrong).toMatchObject({ answer: "no", name: { apart: "yes" } });
    expect(wrong.name?.dns?.servers?.ports).toEqual([{ protocol: "UDP", port: 5353 }]);
    expect(wrong.because).toMatchObject([{ direction: "egress", effect: "denied" }]);
  });

  test("a name that nobody can be asked for is no, wherever it leads", () => {
    const isolated = [...base, egress(TO_DATA)];
    for (const name of ["db.data", "all.data", "api.example.com", "kubernetes.default"]) {
      expect(ask(name, isolated, 80).answer).toBe("no");
    }
  });

  test("DNS pods may refuse as well", () => {
    const closed = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: kube-system }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
    expect(ask("db.data", [...base, closed])).toMatchObject({
      answer: "no",
      because: [
        { direction: "egress", effect: "allowed" },
        { direction: "ingress", effect: "denied" },
      ],
    });
  });

  test("the pod's own files need nobody", () => {
    const alias = 'hostAliases: [{ ip: 203.0.113.7, hostnames: ["api.example.com"] }], ';
    const self = [
      pod("shop/web", alias),
      ...DB,
      ...DNS_PODS,
      egress("{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }"),
    ];
    const answer = ask("api.example.com", self, 443);
    expect(answer).toMatchObject({ answer: "yes", name: { asked: [] } });
    expect(answer.name?.dns).toBeUndefined();
  });

  test("a headless service without a ready endpoint has no address", () => {
    const empty = service(
      "data/empty",
      "clusterIP: None, selector: { app: nobody }, ports: [{ port: 80 }]",
    );
    expect(ask("empty.data.svc.cluster.local.", [...base, empty], 80)).toMatchObject({
      answer: "no",
      because: [{ text: expect.stringContaining("no endpoint") as string }],
    });
  });

  test("outside, only what holds for every address is decided", () => {
    expect(ask("api.example.com", base, 443).answer).toBe("yes");
    const dns = `{ to: [{ ${NS("kube-system")} }] }`;
    expect(ask("api.example.com", [...base, egress(dns)], 443).answer).toBe("no");
    const some = egress(dns, "{ to: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }");
    expect(ask("api.example.com", [...base, some], 443)).toMatchObject({
      answer: "undecided",
      undecided: [{ code: "NQ4044" }],
    });
  });

  test("a further nameserver, or a cache on the node, may answer instead", () => {
    const more = pod("shop/web", "dnsConfig: { nameservers: [203.0.113.53] }, ");
    const isolated = egress(TO_DATA);
    expect(ask("db.data", [more, ...DB, ...DNS_PODS, isolated])).toMatchObject({
      answer: "undecided",
      undecided: [{ code: "NQ4041" }],
    });
    const cache = pod("kube-system/node-local-dns", "hostNetwork: true, ");
    expect(ask("db.data", [...base, isolated, cache]).answer).toBe("undecided");
  });

  test("a pod that asks its node has no answer", () => {
    const onNode = [pod("shop/web", "dnsPolicy: Default, "), ...DB, ...DNS_PODS];
    expect(ask("db.data", onNode, 80)).toMatchObject({
      answer: "undecided",
      undecided: [{ code: "NQ4044" }],
    });
  });

  test("who is no pod, and who differs, is refused", () => {
    expect(() => ask("db.data", base, 80, "internet")).toThrow("NQ4020");
    expect(() => ask("db", base, 80)).toThrow("NQ4042");
    expect(() =>
      ask("db.data", [...base, pod("shop/x", "dnsPolicy: Default, ")], 80, "shop/*"),
    ).toThrow("NQ4043");
  });
});

describe("with the cluster's DNS assumed", () => {
  const base = [WEB, ...DB];
  const labelled = (labels: string): string =>
    `{ to: [{ ${NS("kube-system")}, podSelector: { matchLabels: { ${labels} } } }] }`;

  test.each([
    ["nothing isolates the pod", undefined, "yes"],
    ["a rule for everything", "{}", "yes"],
    ["a rule for all addresses", "{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }", "yes"],
    ["a rule for the namespace", `{ to: [{ ${NS("kube-system")} }] }`, "yes"],
    ["the usual label", labelled("k8s-app: kube-dns"), "yes"],
    ["another value of the label", labelled("k8s-app: other"), "no"],
    ["a further label", labelled("app: coredns"), "undecided"],
    ["the label and a further one", labelled("k8s-app: kube-dns, tier: x"), "undecided"],
    ["another value and a further label", labelled("k8s-app: other, tier: x"), "no"],
    [
      "a label of the namespace",
      "{ to: [{ namespaceSelector: { matchLabels: { a: b } } }] }",
      "undecided",
    ],
    ["another port", `{ to: [{ ${NS("kube-system")} }], ports: [{ port: 53 }] }`, "no"],
    ["some of the pods' addresses", "{ to: [{ ipBlock: { cidr: 10.244.0.0/17 } }] }", "undecided"],
    ["no rule for DNS", TO_DATA, "no"],
  ])("%s: %s", (_, rule, expected) => {
    const policy = rule === undefined ? [] : [egress(TO_DATA, rule)];
    const answer = ask("db.data", [...base, ...policy]);
    expect(answer.name?.dns?.question.answer).toBe(expected);
    expect(answer.name?.dns?.assumption).toContain("k8s-app=kube-dns");
    expect(answer.answer).toBe(expected);
  });

  test("policies of the DNS namespace by labels that are not known leave it open", () => {
    const closed = (selector: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: kube-system }
spec: { podSelector: ${selector}, policyTypes: [Ingress] }
`;
    expect(ask("db.data", [...base, closed("{}")]).answer).toBe("no");
    const labels = (text: string): string => closed(`{ matchLabels: { ${text} } }`);
    expect(ask("db.data", [...base, labels("k8s-app: kube-dns")]).answer).toBe("no");
    expect(ask("db.data", [...base, labels("k8s-app: other")]).answer).toBe("yes");
    expect(ask("db.data", [...base, labels("tier: control")]).answer).toBe("undecided");
  });
});
