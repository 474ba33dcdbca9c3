/**
 * Pods of which it is assumed on which node they are, where other nodes see that node in their place (S3.32).
 */
import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE, type Profile } from "../../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { answerQuery } from "../../../src/check/query.ts";
import { openAtNodes } from "../../../src/check/intent-frontends.ts";
import { createSubject, type Subject } from "../../../src/check/subject.ts";
import type { QueryAnswer } from "../../../src/check/types.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { endpointSpecOf, resolveQuery } from "../../../src/intent/query.ts";
import { readIntentFile } from "../../../src/intent/intent-file.ts";
import { resolveProperties } from "../../../src/intent/resolve-claim.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { SOMEWHERE } from "../../support/small-cluster.ts";

const node = (name: string, number: number): string => `apiVersion: v1
kind: Node
metadata: { name: ${name} }
spec: { podCIDR: 10.244.${String(number)}.0/24 }
status: { addresses: [{ type: InternalIP, address: 192.168.1.${String(number)} }] }
`;

const pod = (name: string, at: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { ${at}containers: [{ name: main, image: x, ports: [{ containerPort: 80 }] }] }
`;

const service = (policy: string): string => `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  type: NodePort
  externalTrafficPolicy: ${policy}
  selector: { app: web }
  ports: [{ port: 80, nodePort: 30080 }]
`;

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }] }]
`;

interface Question {
  readonly profile: Partial<Profile>;
  readonly policy: "Local" | "Cluster";
  /** The node of shop/client, if the manifest states it. */
  readonly clientAt?: string;
  readonly webAt?: string;
  readonly more?: readonly string[];
}

/** What becomes of a call from shop/client to the node port of shop/web at node b. */
function ask(question: Question): QueryAnswer {
  const subject = subjectOf(question);
  const [from, to] = ["shop/client", "node:b"].map((t) => endpointSpecOf(t, SOMEWHERE).value);
  if (from === undefined || to === undefined) throw new Error("no endpoint");
  const { value } = resolveQuery(from, to, { port: 30_080 }, subject.cluster);
  if (value === undefined) throw new Error("no query");
  return answerQuery(subject, value);
}

/** Why `deny` between the two cannot be proven. */
function whyOpen(question: Question): readonly string[] {
  const subject = subjectOf(question);
  const text = `version: 1\nproperties:\n  - { id: p, deny: { from: shop/client, to: shop/web } }\n`;
  const { value } = readIntentFile("intent.yaml", text);
  const [property] = resolveProperties(value?.properties ?? [], subject.cluster).value ?? [];
  if (property?.claim.kind !== "deny") throw new Error("no deny");
  return openAtNodes(subject, property.claim).map(({ code }) => code);
}

function subjectOf({ profile, policy, clientAt, webAt = "a", more = [] }: Question): Subject {
  const client = clientAt === undefined ? "" : `nodeName: ${clientAt}, `;
  const parts = [
    node("a", 1),
    node("b", 2),
    pod("web", `nodeName: ${webAt}, `),
    pod("client", client),
    service(policy),
    ...more,
  ];
  const file = { name: "input.yaml", text: parts.join("---\n"), named: true };
  const resources = readManifests([file]).value?.resources ?? [];
  const built = buildCluster(resources, DEFAULT_CLUSTER_SETTINGS).value;
  if (built === undefined) throw new Error("no cluster");
  return createSubject(built.cluster, { ...DEFAULT_PROFILE, ...profile }, built.unknowns);
}

const REPLACED: Partial<Profile> = { masqueradeToNodes: true };
const FIRST: Partial<Profile> = { ...REPLACED, policySeesSource: "original" };

describe("a pod that calls the node port of another node", () => {
  test("is taken for its node where that replaces it, so that policy Local is for the node's endpoints", () => {
    const local = (profile: Partial<Profile>, clientAt: string) =>
      ask({ profile, policy: "Local", clientAt }).outcomes.map(({ trace }) => trace.verdict.kind);
    expect(local({}, "a")).toEqual(["delivered"]);
    expect(local(REPLACED, "a")).toEqual(["discarded"]);
    expect(local(REPLACED, "b")).toEqual(["delivered"]);
    expect(local({ ...REPLACED, masqueradeOutside: false }, "a")).toEqual(["delivered"]);
  });

  test("is undecided where its node is assumed and policy sees it, and only there", () => {
    const seen = (profile: Partial<Profile>, clientAt?: string) => {
      const at = clientAt === undefined ? {} : { clientAt };
      return ask({ profile, policy: "Cluster", webAt: "b", more: [POLICY], ...at });
    };
    expect([seen(FIRST, "a").answer, seen(FIRST, "b").answer]).toEqual(["no", "yes"]);
    const open = seen(FIRST);
    expect(open.answer).toBe("undecided");
    expect(open.undecided.map(({ code }) => code)).toEqual(["NQ3004"]);
    expect(seen({ policySeesSource: "original" }).answer).toBe("yes");
    expect(ask({ profile: FIRST, policy: "Cluster", webAt: "b" }).answer).toBe("yes");
    expect(ask({ profile: REPLACED, policy: "Local" }).answer).toBe("undecided");
  });

  test("is not proven to reach no pod where that is open", () => {
    const why = (profile: Partial<Profile>, clientAt?: string) => {
      const at = clientAt === undefined ? {} : { clientAt };
      return whyOpen({ profile, policy: "Cluster", webAt: "b", more: [POLICY], ...at });
    };
    expect(why(FIRST)).toEqual(["NQ3004"]);
    expect(why(FIRST, "a")).toEqual([]);
    expect(why(REPLACED)).toEqual([]);
    expect(why({ ...FIRST, networkPolicy: "ignored" })).toEqual([]);
    const mapping = pod("log", "nodeName: b, ").replace(
      "containerPort: 80",
      "containerPort: 80, hostPort: 5140",
    );
    const text = (to: string) =>
      `version: 1\nproperties:\n  - { id: p, deny: { from: shop/client, to: ${to} } }\n`;
    const subject = subjectOf({ profile: REPLACED, policy: "Cluster", more: [POLICY, mapping] });
    const codes = ["shop/log", "shop/web"].map((to) => {
      const { value } = readIntentFile("intent.yaml", text(to));
      const [property] = resolveProperties(value?.properties ?? [], subject.cluster).value ?? [];
      if (property?.claim.kind !== "deny") throw new Error("no deny");
      return openAtNodes(subject, property.claim).map(({ code }) => code);
    });
    expect(codes).toEqual([["NQ3004"], []]);
  });
});
