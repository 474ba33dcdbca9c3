import { describe, expect, test } from "vitest";
import {
  answerQuery,
  buildCluster,
  createSubject,
  DEFAULT_CLUSTER_SETTINGS,
  DEFAULT_PROFILE,
  endpointSpecOf,
  graphOf,
  openSolver,
  readIntentFile,
  readManifests,
  resolveProperties,
  resolveQuery,
  verify,
} from "../../src/index.ts";

const POD = (name: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: a }
spec: { containers: [{ name: main, image: x, ports: [{ containerPort: 80 }] }] }
`;
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: a }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
const INTENTS = `version: 1
properties:
  - { id: apart, deny: { from: a/one, to: a/two } }
  - { id: together, allow: { from: a/one, to: a/two, ports: 80 } }
`;

describe("the library", () => {
  test("goes from texts to answers without the command line", { timeout: 120_000 }, async () => {
    const text = [POD("one"), POD("two"), POLICY].join("---\n");
    const read = readManifests([{ name: "a.yaml", text, named: true }]);
    const built = buildCluster(read.value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
    expect(
      [...read.diagnostics, ...built.diagnostics].filter((d) => d.severity === "error"),
    ).toEqual([]);
    if (built.value === undefined) throw new Error("no cluster");
    const { cluster, unknowns } = built.value;
    const subject = createSubject(cluster, DEFAULT_PROFILE, unknowns);

    const at = { file: "", line: 1, column: 1, path: "" };
    const from = endpointSpecOf("a/one", at).value;
    const to = endpointSpecOf("a/two", at).value;
    if (from === undefined || to === undefined) throw new Error("no ends");
    const query = resolveQuery(from, to, { port: 80 }, cluster).value;
    expect(query && answerQuery(subject, query).answer).toBe("no");

    const pairs = graphOf(subject, { pods: true }).connections.map((c) => `${c.from} ${c.to}`);
    expect(pairs).not.toContain("a/Pod/one a/Pod/two");

    const intents = resolveProperties(
      readIntentFile("i.yaml", INTENTS).value?.properties ?? [],
      cluster,
    );
    const solver = openSolver();
    const { findings } = await verify(subject, intents.value ?? [], { solver, timeoutMs: 10_000 });
    await solver.close();
    expect(findings.filter((f) => f.from === "intent").map((f) => [f.id, f.outcome.kind])).toEqual([
      ["apart", "proved"],
      ["together", "refuted"],
    ]);
  });
});
