/**
 * The property `dns-resolvable`: who must resolve a name, and who cannot.
 */
import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import type { GroundResult } from "../../../src/check/ground.ts";
import { namesResolve } from "../../../src/check/names-resolve.ts";
import { createSubject } from "../../../src/check/subject.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

const DB = `apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [{ name: db, image: x, ports: [{ containerPort: 5432 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`;

function web(container: string, spec = ""): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { ${spec}containers: [{ name: web, image: x, ${container} }] }
`;
}

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

const TOLD = web("env: [{ name: DB_HOST, value: db }]");
const TO_DB = "{ to: [{ podSelector: { matchLabels: { app: db } } }] }";

function judged(...documents: readonly string[]): GroundResult {
  const text = documents.join("---\n");
  const { value } = readManifests([{ name: "input.yaml", text, named: true }]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS).value;
  if (built === undefined) throw new Error("no cluster");
  return namesResolve(createSubject(built.cluster, DEFAULT_PROFILE, built.unknowns));
}

function word(...documents: readonly string[]): string {
  return judged(...documents).outcome.kind;
}

describe("refuted", () => {
  test("with the name, the line that tells it, and the packet that is not let through", () => {
    const { outcome, assumes } = judged(TOLD, DB, egress(TO_DB));
    expect(outcome).toMatchObject({
      kind: "refuted",
      by: [
        {
          summary: expect.stringContaining("shop/web is told the name db") as string,
          trace: { packet: { header: { protocol: "UDP", destinationPort: 53 } } },
          because: [{ origins: [{ line: 4 }] }, { direction: "egress", effect: "denied" }],
        },
      ],
    });
    expect(assumes).toHaveLength(1);
  });

  test.each([
    ["a URL", 'env: [{ name: X, value: "postgres://db/shop" }]'],
    ["a port", 'args: ["--db", "db:5432"]'],
    ["a namespace", "env: [{ name: X, value: db.shop }]"],
  ])("by a name in %s", (_, container) => {
    expect(word(web(container), DB, egress(TO_DB))).toBe("refuted");
  });
});

describe("proved", () => {
  test.each([
    ["nothing isolates the pod", [TOLD, DB]],
    ["DNS is let through", [TOLD, DB, egress(TO_DB, "{ ports: [{ protocol: UDP, port: 53 }] }")]],
    ["no service has the name", [web("env: [{ name: DB_HOST, value: other }]"), DB, egress(TO_DB)]],
    [
      "what stands behind the colon is no port of it",
      [web('args: ["--image=db:7"]'), DB, egress(TO_DB)],
    ],
    ["the name is no host", [web("env: [{ name: MODE, value: db }]"), DB, egress(TO_DB)]],
    ["the service may not be opened either", [TOLD, DB, egress()]],
    [
      "the pod asks its node",
      [web("env: [{ name: DB_HOST, value: db }]", "dnsPolicy: Default, "), DB, egress(TO_DB)],
    ],
    [
      "the pod's own files have the name",
      [web("env: [{ name: DB_HOST, value: web }]"), DB, egress(TO_DB)],
    ],
  ])("where %s", (_, documents) => {
    expect(word(...documents)).toBe("proved");
  });
});

describe("undecided", () => {
  const at = (peer: string): string =>
    `{ to: [{ ${peer} }], ports: [{ protocol: UDP, port: 53 }] }`;

  test.each([
    [
      "a rule names DNS pods by a label that is not known",
      at("namespaceSelector: {}, podSelector: { matchLabels: { app: coredns } }"),
    ],
    [
      "a rule for DNS names another namespace",
      at("namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-dns } }"),
    ],
    ["a rule for DNS names the cache of the node", at("ipBlock: { cidr: 169.254.20.10/32 }")],
  ])("where %s", (_, rule) => {
    expect(word(TOLD, DB, egress(TO_DB, rule))).toBe("undecided");
  });
});
