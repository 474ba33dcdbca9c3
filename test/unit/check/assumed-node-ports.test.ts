/**
 * Node ports by number, where the input states no number.
 */
import { describe, expect, test } from "vitest";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { assumedNodePorts } from "../../../src/check/assumed-node-ports.ts";
import { answerQuery } from "../../../src/check/query.ts";
import { createSubject, type Subject } from "../../../src/check/subject.ts";
import type { QueryAnswer } from "../../../src/check/types.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { endpointSpecOf, resolveQuery } from "../../../src/intent/query.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { SOMEWHERE } from "../../support/small-cluster.ts";

const CLUSTER = (nodePort: string): string => `apiVersion: v1
kind: Node
metadata: { name: a }
spec: { podCIDR: 10.244.0.0/24 }
status: { addresses: [{ type: InternalIP, address: 192.168.1.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: x, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80${nodePort} }] }
`;

function subjectOf(nodePort = ""): Subject {
  const file = { name: "input.yaml", text: CLUSTER(nodePort), named: true };
  const built = buildCluster(
    readManifests([file]).value?.resources ?? [],
    DEFAULT_CLUSTER_SETTINGS,
  ).value;
  if (built === undefined) throw new Error("no cluster");
  return createSubject(built.cluster, DEFAULT_PROFILE, built.unknowns);
}

function ask(subject: Subject, to: string, port?: number): QueryAnswer {
  const [from, called] = ["internet", to].map((text) => endpointSpecOf(text, SOMEWHERE).value);
  if (from === undefined || called === undefined) throw new Error("no endpoint");
  const { value } = resolveQuery(from, called, port === undefined ? {} : { port }, subject.cluster);
  if (value === undefined) throw new Error("no query");
  return answerQuery(subject, value);
}

describe("a node port by its number", () => {
  test("is undecided where the number is assumed, and only there", () => {
    const assumed = ask(subjectOf(), "node:a", 30_000);
    expect(assumed.answer).toBe("undecided");
    expect(assumed.undecided.map(({ code }) => code)).toEqual(["NQ3006"]);
    expect(ask(subjectOf(", nodePort: 30000"), "node:a", 30_000).answer).toBe("yes");
    expect(ask(subjectOf(), "node:a", 22).answer).toBe("yes");
  });

  test("is not asked for by the name of the service", () => {
    expect(ask(subjectOf(), "svc:shop/web")).toMatchObject({ answer: "yes", undecided: [] });
  });

  test("means the same with all that it could be", () => {
    const subject = subjectOf();
    const [node] = subject.cluster.nodes;
    const to = {
      pods: new Map(),
      nodes: new Map([["a", node?.addresses ?? []]]),
      outside: { IPv4: [], IPv6: [] },
      services: [],
    };
    const on = (low: number, high: number): number =>
      assumedNodePorts(subject, [
        {
          to,
          ports: [{ kind: "numbers", protocol: "TCP", ports: [[low, high]], at: SOMEWHERE }],
        },
      ]).length;
    expect([on(30_000, 32_767), on(30_000, 30_100), on(30_001, 30_100), on(1, 65_535)]).toEqual([
      0, 1, 0, 0,
    ]);
    expect(assumedNodePorts(subject, [{ to, ports: "any" }])).toEqual([]);
  });
});
