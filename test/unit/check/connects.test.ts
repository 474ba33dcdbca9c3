/**
 * A request that arrives opens a connection only where its reply returns.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { answerQuery, answerWithoutAdvice } from "../../../src/check/query.ts";
import type { Query } from "../../../src/check/question.ts";
import { createSubject, type Subject } from "../../../src/check/subject.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { endpointSpecOf, resolveQuery } from "../../../src/intent/query.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { SOMEWHERE } from "../../support/small-cluster.ts";

const TEXT = readFileSync(new URL("../../golden/lost-reply/cluster.yaml", import.meta.url), "utf8");

function subjectOf(text: string): Subject {
  const { value } = readManifests([{ name: "cluster.yaml", text, named: true }]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS).value;
  if (built === undefined) throw new Error("no cluster");
  return createSubject(built.cluster, DEFAULT_PROFILE, built.unknowns);
}

function queryIn(subject: Subject, from: string, to: string, protocol: Query["protocol"]): Query {
  const ends = [from, to].map((text) => endpointSpecOf(text, SOMEWHERE).value);
  const [sender, receiver] = ends;
  if (sender === undefined || receiver === undefined) throw new Error("no ends");
  const query = resolveQuery(sender, receiver, { protocol, port: 30514 }, subject.cluster);
  if (query.value === undefined) throw new Error(query.diagnostics.map((d) => d.code).join());
  return query.value;
}

const SCTP = TEXT.replace(
  "nodePort: 30514, protocol: UDP }",
  "nodePort: 30514, protocol: UDP }\n    - { name: sctp, port: 514, nodePort: 30514, protocol: SCTP }",
);

test.each([
  ["TCP", "no"],
  ["SCTP", "no"],
  ["UDP", "yes"],
] as const)("%s through a node that the reply misses: %s", (protocol, answer) => {
  const subject = subjectOf(SCTP);
  const found = answerQuery(subject, queryIn(subject, "shop/web", "node:two", protocol));
  expect(found).toMatchObject({
    answer,
    outcomes: [{ verdict: "delivered", reply: "lost", lostReply: { at: "shop/Pod/web" } }],
  });
  const [lost] = found.because.filter(({ direction }) => direction === "reply");
  expect(lost?.text).toContain("it does not come by node/two");
});

test("a datagram whose reply is needed is of no use without it", () => {
  const subject = subjectOf(TEXT);
  const query = queryIn(subject, "shop/web", "node:two", "UDP");
  expect(answerWithoutAdvice(subject, query).answer).toBe("yes");
  expect(answerWithoutAdvice(subject, query, true).answer).toBe("no");
});

test("at a node with the endpoint the reply returns", () => {
  const subject = subjectOf(TEXT);
  const found = answerQuery(subject, queryIn(subject, "shop/web", "node:one", "TCP"));
  expect(found).toMatchObject({ answer: "yes", outcomes: [{ reply: "delivered" }] });
  expect(found.outcomes[0]).not.toHaveProperty("lostReply");
  expect(found.because.map(({ direction }) => direction)).not.toContain("reply");
});
