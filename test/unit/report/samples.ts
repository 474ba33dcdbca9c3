/**
 * Findings, answers and graphs with every kind of part, for tests of the reports.
 */
import type { Trace } from "../../../models/network/trace.ts";
import type { ContainerEnvironment } from "../../../src/check/environment.ts";
import type { Finding, Graph, QueryAnswer } from "../../../src/check/types.ts";
import type { RunContext } from "../../../src/report/run-context.ts";
import { address, service } from "../../support/small-cluster.ts";

const INTENTS = `version: 1
properties:
  - id: db-private # for PCI
    deny: { from: shop/web, to: shop/db }
`;
const POLICY = `kind: NetworkPolicy
spec:
  ingress:
    - from:
        - podSelector:
            matchLabels: { app: api }
        - namespaceSelector: {}
`;

const at = (
  file: string,
  line: number,
  column: number,
): Trace["hops"][0]["because"]["origins"][0] => ({
  file,
  line,
  column,
  path: "",
});

const HEADER = {
  family: "IPv4",
  protocol: "TCP",
  source: address("10.244.0.7").bits,
  sourcePort: 49_152,
  destination: address("10.96.0.9").bits,
  destinationPort: 80,
} as const;
const AFTER = { ...HEADER, destination: address("10.244.0.9").bits, destinationPort: 5432 };

const TRACE: Trace = {
  packet: { from: "pod:shop/web/main", header: HEADER },
  hops: [
    {
      at: "node:n1",
      stage: "dnat",
      link: "pod:shop/web>node:n1",
      action: { kind: "translate", choice: "c", rewrites: [] },
      because: {
        text: "shop/Service/db leads to shop/db",
        object: "shop/Service/db",
        origins: [at("k8s/db.yaml", 3, 5)],
      },
      before: HEADER,
      after: AFTER,
    },
    {
      at: "node:n1",
      stage: "egress",
      link: "pod:shop/web>node:n1",
      action: { kind: "pass" },
      because: { text: "no policy selects shop/web for egress", origins: [] },
      before: AFTER,
      after: AFTER,
    },
    {
      at: "node:n1",
      stage: "fib",
      link: "pod:shop/web>node:n1",
      action: { kind: "forward", via: "node:n1>pod:shop/db" },
      because: { text: "shop/db runs here", origins: [] },
      before: AFTER,
      after: AFTER,
    },
    {
      at: "pod:shop/db",
      stage: "fib",
      link: "node:n1>pod:shop/db",
      action: { kind: "deliver", to: "pod:shop/db/main" },
      because: { text: "main declares tcp/5432", origins: [] },
      before: AFTER,
      after: AFTER,
    },
  ],
  verdict: { kind: "delivered", to: "pod:shop/db/main", header: AFTER },
  choices: { c: 0 },
};

export const FINDINGS: readonly Finding[] = [
  {
    id: "unique-addresses",
    from: "built-in",
    title: "every address belongs to one",
    severity: "error",
    outcome: { kind: "proved" },
    method: { kind: "computed", cases: 1, proofs: 0 },
    leavesOut: [],
  },
  {
    id: "no-black-hole",
    from: "built-in",
    title: "what is sent is never lost without a reason",
    severity: "error",
    outcome: {
      kind: "undecided",
      why: [
        { code: "NQ9000", text: "the solver ran out of time", origins: [at("k8s/db.yaml", 1, 1)] },
      ],
    },
    method: { kind: "solver", cases: 4, proofs: 2 },
    leavesOut: ["connections to nodePort 30080 of shop/Service/web"],
  },
  {
    id: "db-private",
    from: "intent",
    title: "only shop/api may open shop/db",
    at: at("intent.yaml", 3, 5),
    severity: "error",
    outcome: {
      kind: "refuted",
      by: [
        {
          summary: "shop/web can reach shop/db on tcp/5432",
          trace: TRACE,
          because: [
            {
              direction: "ingress",
              effect: "allowed",
              text: "shop/NetworkPolicy/db admits every pod of every namespace",
              object: "shop/NetworkPolicy/db",
              origins: [at("policy.yaml", 7, 11), at("policy.yaml", 4, 7)],
            },
            {
              direction: "egress",
              effect: "allowed",
              text: "no policy selects shop/web",
              origins: [],
            },
          ],
        },
        { summary: "shop/cart can reach shop/db on tcp/5432", because: [] },
      ],
      others: 11,
    },
    method: { kind: "solver", cases: 14, proofs: 3 },
    leavesOut: [],
  },
  {
    id: "two",
    from: "intent",
    title: "a warning",
    at: at("elsewhere.yaml", 1, 1),
    severity: "warning",
    outcome: { kind: "refuted", by: [{ summary: "ground fact", because: [] }], others: 0 },
    method: { kind: "computed", cases: 2, proofs: 0 },
    leavesOut: [],
  },
];

export const ANSWER: QueryAnswer = {
  answer: "depends",
  from: "shop/Deployment/web",
  to: "svc:shop/db:80",
  protocol: "TCP",
  port: 80,
  outcomes: [
    {
      verdict: "delivered",
      receiver: "shop/Pod/db",
      address: address("10.244.0.9"),
      port: 5432,
      sourceSeen: address("10.244.0.7"),
      reply: "delivered",
      trace: TRACE,
      undeclared: true,
    },
    {
      verdict: "dropped",
      address: address("fd00::9"),
      port: 5432,
      trace: {
        ...TRACE,
        verdict: {
          kind: "discarded",
          at: "node:n1",
          reason: "filtered",
          because: { text: "denied", origins: [] },
          header: AFTER,
        },
        hops: TRACE.hops.slice(0, 1).concat({
          at: "node:n1",
          stage: "ingress",
          link: "l",
          action: { kind: "discard", reason: "filtered" },
          because: { text: "no rule matches", origins: [at("policy.yaml", 3, 3)] },
          before: AFTER,
          after: AFTER,
        }),
      },
      undeclared: false,
    },
  ],
  because: [
    {
      direction: "ingress",
      effect: "denied",
      text: "none of 1 rules matches",
      object: "shop/NetworkPolicy/db",
      origins: [at("policy.yaml", 3, 3)],
    },
  ],
  undecided: [{ code: "NQ9000", text: "placement is assumed", origins: [] }],
  name: {
    asked: [
      { name: "db.shop.svc.cluster.local.", answer: "missing" },
      { name: "db.svc.cluster.local.", answer: "found" },
    ],
    through: ["db.data.svc.cluster.local."],
    addresses: [address("10.96.0.9")],
    dns: {
      server: "kube-system/Service/kube-dns",
      question: {
        answer: "depends",
        outcomes: [],
        because: [],
        undecided: [{ code: "NQ4041", text: "labels", origins: [] }],
      },
      overTcp: "no",
      assumption: "The cluster's DNS is not given.",
    },
    assumption: "The name leads outside.",
    apart: "yes",
  },
  closest: { from: "shop/api", to: "svc:shop/db:80", port: 80 },
};

export const GRAPH: Graph = {
  endpoints: [
    {
      id: "shop/Deployment/web#1",
      kind: "Deployment",
      namespace: "shop",
      name: "web",
      pods: 1,
      podNames: ["web-1"],
    },
    {
      id: "shop/Deployment/web#2",
      kind: "Deployment",
      namespace: "shop",
      name: "web",
      pods: 1,
      podNames: ["web-2"],
    },
    { id: "shop/Pod/api", kind: "Pod", namespace: "shop", name: "api", pods: 1 },
    { id: "shop/StatefulSet/api", kind: "StatefulSet", namespace: "shop", name: "api", pods: 3 },
    {
      id: "external:1",
      kind: "external",
      ranges: [[address("0.0.0.0"), address("9.255.255.255")]],
    },
  ],
  connections: [
    {
      from: "shop/Deployment/web#1",
      to: "shop/Pod/api",
      rows: [
        {
          protocol: "TCP",
          ports: [
            [80, 80],
            [8000, 8999],
          ],
        },
        { protocol: "UDP", ports: [[53, 53]], families: ["IPv4"] },
      ],
    },
    {
      from: "external:1",
      to: "shop/StatefulSet/api",
      rows: [{ protocol: "SCTP", ports: [[1, 65_535]] }],
    },
  ],
  undecided: [
    {
      from: "shop/Pod/api",
      to: "external:1",
      rows: [{ protocol: "TCP", ports: [[1, 2]] }],
      because: ["NQ9000"],
    },
  ],
};

const DB = service("shop/db", ["10.96.0.7"], { sql: 5432 });
const DB_SERVICE = service("shop/db-service", ["10.96.0.8"], { sql: 5433 });

/** Variables that are told, hidden, perhaps hidden, and given twice. */
export const ENVIRONMENTS: readonly ContainerEnvironment[] = [
  {
    owner: "shop/Deployment/web",
    container: "app",
    entries: [
      {
        name: "DB_PORT",
        given: [{ name: "DB_PORT", value: { kind: "port", port: 1 }, service: DB }],
        own: { name: "DB_PORT", value: "1", origin: at("web.yaml", 3, 4) },
        perhaps: [],
      },
      {
        name: "DB_SERVICE_PORT",
        given: [
          { name: "DB_SERVICE_PORT", value: { kind: "port", port: 5432 }, service: DB },
          {
            name: "DB_SERVICE_PORT",
            value: { kind: "protocol", protocol: "TCP" },
            service: DB_SERVICE,
          },
        ],
        perhaps: [{ text: "ConfigMap settings", prefix: "DB", origin: at("web.yaml", 5, 6) }],
      },
    ],
  },
];

export const CONTEXT: RunContext = {
  input: {
    files: 2,
    objects: 12,
    counts: [
      { what: "namespace", count: 1 },
      { what: "workload", count: 3 },
      { what: "policy", count: 2 },
      { what: "service", count: 0 },
    ],
    ignoredKinds: [{ kind: "ConfigMap", count: 5 }],
    skippedDocuments: 1,
    ignoredFiles: 2,
  },
  profile: [
    { name: "profile.preset", value: "none", from: "default", differs: false },
    {
      name: "profile.podCIDRs",
      value: ["10.20.0.0/16"],
      from: "input",
      at: at("node.yaml", 3, 5),
      differs: true,
    },
  ],
  assumptions: [{ text: "two nodes" }],
  diagnostics: [
    {
      code: "NQ4407",
      severity: "warning",
      message: "a link was not followed",
      at: at("b.yaml", 1, 1),
    },
    {
      code: "NQ9000",
      severity: "note",
      message: "remarked",
      at: at("a.yaml", 2, 3),
      hint: "do something",
      related: [{ message: "there", at: at("c.yaml", 4, 5) }],
    },
  ],
  sources: new Map([
    ["intent.yaml", INTENTS],
    ["policy.yaml", POLICY],
  ]),
};
