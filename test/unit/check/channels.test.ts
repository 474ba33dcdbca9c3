/** The list of channels against the definition, and what intents are told of them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { channelsBetween, onOneNode } from "../../../models/kubernetes/channels.ts";
import { type Cluster, podId } from "../../../models/kubernetes/cluster.ts";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import type { Mount, VolumeSource } from "../../../models/kubernetes/storage.ts";
import { NO_UNKNOWNS } from "../../../models/kubernetes/unknowns.ts";
import { bypassesOf } from "../../../src/check/bypasses.ts";
import { channelsAcross, channelsLeaveOut, channelsOf } from "../../../src/check/channels.ts";
import { workloadId } from "../../../src/check/naming.ts";
import { createSubject } from "../../../src/check/subject.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { readIntentFile } from "../../../src/intent/intent-file.ts";
import { resolveProperties } from "../../../src/intent/resolve-claim.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";
import { pod, smallCluster, SOMEWHERE } from "../../support/small-cluster.ts";

const NAMES = ["a-1", "a-2", "b-1", "b-2", "c-1"];

const sourceArbitrary: fc.Arbitrary<VolumeSource> = fc.oneof(
  fc
    .constantFrom("/", "/data", "/data/x", "/log")
    .map((path) => ({ kind: "hostPath" as const, path })),
  fc.constantFrom("once", "many", "none").map((name) => ({ kind: "claim" as const, name })),
  fc.constantFrom("/", "/e").map((path) => ({ kind: "nfs" as const, server: "files", path })),
  fc.constant({ kind: "own" as const }),
);

const mountArbitrary: fc.Arbitrary<Mount> = fc.record({
  container: fc.constant("main"),
  volume: fc.constantFrom("v", "w"),
  source: sourceArbitrary,
  subPath: fc.constantFrom("", "x"),
  writable: fc.boolean(),
  origin: fc.constant(SOMEWHERE),
});

interface Case {
  readonly cluster: Cluster;
  readonly placements: ReadonlySet<string>;
}

const caseArbitrary: fc.Arbitrary<Case> = fc
  .record({
    mounts: fc.array(fc.array(mountArbitrary, { maxLength: 3 }), { minLength: 5, maxLength: 5 }),
    nodes: fc.array(fc.constantFrom("n1", "n2"), { minLength: 5, maxLength: 5 }),
    assumed: fc.subarray(NAMES),
    alike: fc.boolean(),
  })
  .map(({ mounts, nodes, assumed, alike }) => {
    const pods = NAMES.map((name, i) => ({
      ...pod(`shop/${name}`, [`10.244.0.${String(i + 1)}`], {
        kind: "Deployment",
        workload: name.slice(0, 1),
      }),
      node: nodes[i] ?? "n1",
    }));
    const storage = {
      pods: new Map(
        pods.map((p, i) => [
          podId(p),
          { mounts: mounts[alike ? i - (i % 2) : i] ?? [], nodeSelector: new Map() },
        ]),
      ),
      claims: [
        { namespace: "shop", name: "once", modes: ["ReadWriteOnce" as const] },
        { namespace: "shop", name: "many", modes: ["ReadWriteMany" as const] },
      ],
    };
    const placements = new Set(assumed.map((name) => `shop/${name}`));
    return { cluster: { ...smallCluster(pods), storage }, placements };
  });

describe("channelsOf", () => {
  test("lists what the definition finds between any two pods", () => {
    fc.assert(
      fc.property(caseArbitrary, ({ cluster, placements }) => {
        const listed = channelsOf({ cluster, unknowns: { ...NO_UNKNOWNS, placements } }, false)
          .filter(({ kind }) => kind !== "localhost" && kind !== "volume")
          .map(({ kind, what, ends: [a, b] }) => `${a.id} ${b.id} ${kind} ${what}`);
        const defined = cluster.pods.flatMap((a) =>
          cluster.pods
            .filter((b) => b !== a)
            .flatMap((b) => {
              const found = channelsBetween(cluster, a, b, onOneNode(cluster, placements, a, b));
              const [x = "", y = ""] = [workloadId(a), workloadId(b)].sort();
              return found.map(({ kind, what }) => `${x} ${y} ${kind} ${what}`);
            }),
        );
        expect([...listed].sort()).toEqual([...new Set(defined)].sort());
        expect(new Set(listed).size).toBe(listed.length);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test("says that a channel needs nothing where one pair of pods needs nothing", () => {
    const mounts: readonly Mount[] = [
      {
        container: "main",
        volume: "v",
        source: { kind: "hostPath", path: "/data" },
        subPath: "",
        writable: true,
        origin: SOMEWHERE,
      },
    ];
    const pods = ["a-1", "a-2", "b-1"].map((name, i) =>
      pod(`shop/${name}`, [`10.244.0.${String(i + 1)}`], { workload: name.slice(0, 1) }),
    );
    const storage = {
      pods: new Map(pods.map((p) => [podId(p), { mounts, nodeSelector: new Map() }])),
      claims: [],
    };
    const unknowns = { ...NO_UNKNOWNS, placements: new Set(["shop/a-1"]) };
    const found = channelsAcross(
      { cluster: { ...smallCluster(pods), storage }, unknowns },
      { isSender: () => true, isReceiver: () => true, concerns: () => true },
    );
    expect(found.map(({ when }) => when)).toEqual(["always"]);
  });
});

const MANIFEST = `
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec:
  containers:
    - { name: main, image: x, volumeMounts: [{ name: v, mountPath: /v }, { name: c, mountPath: /c }] }
  volumes: [{ name: v, nfs: { server: files, path: / } }, { name: c, cephfs: {} }]
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec:
  containers: [{ name: main, image: x, volumeMounts: [{ name: v, mountPath: /v, readOnly: true }] }]
  volumes: [{ name: v, nfs: { server: files, path: /db } }]
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 80 }] }
`;

function bypasses(claim: string): readonly string[] {
  const read = readManifests([{ name: "m.yaml", text: MANIFEST, named: true }]);
  const { value } = buildCluster(read.value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  if (value === undefined) throw new Error("no cluster");
  const subject = createSubject(value.cluster, DEFAULT_PROFILE, value.unknowns);
  expect(channelsLeaveOut(subject)).toEqual(["what pods share by volumes of type cephfs (1 pod)"]);
  const text = `version: 1\nproperties:\n  - { id: it, ${claim} }\n`;
  const intents = readIntentFile("i.yaml", text).value?.properties ?? [];
  const [property] = resolveProperties(intents, value.cluster).value ?? [];
  if (property === undefined) throw new Error("no intent");
  return bypassesOf(subject, property.claim).map(
    ({ kind, what, ends: [a, b] }) => `${a.id} ${b.id} ${kind} ${what}`,
  );
}

const CHANNEL = "shop/Pod/db shop/Pod/web nfs files:/db";

describe("bypassesOf", () => {
  test.each([
    ["deny: { from: shop/web, to: shop/db }", [CHANNEL]],
    ["deny: { from: shop/db, to: shop/web }", [CHANNEL]],
    ["deny: { from: shop/web, to: 'svc:shop/db' }", [CHANNEL]],
    ["only: { into: shop/db, flows: [] }", [CHANNEL]],
    ["only: { outOf: shop/web, flows: [{ to: internet }] }", [CHANNEL]],
    ["only: { into: shop/db, flows: [{ from: shop/web, ports: 80 }] }", []],
    ["deny: { from: internet, to: shop/db }", []],
    ["allow: { from: shop/web, to: shop/db, ports: 80 }", []],
  ])("%s", (claim, expected) => {
    expect(bypasses(claim)).toEqual(expected);
  });
});
