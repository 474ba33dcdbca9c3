/**
 * What is read about names, and what becomes of it in a cluster.
 */
import { describe, expect, test } from "vitest";
import type { Cluster, Pod } from "../../../models/kubernetes/cluster.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { formatAddress } from "../../../src/base/ip.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

function read(text: string): { readonly cluster?: Cluster; readonly codes: readonly string[] } {
  const { value, diagnostics } = readManifests([{ name: "input.yaml", text, named: true }]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  const codes = [...diagnostics, ...built.diagnostics].map((d) => `${d.severity} ${d.code}`);
  return built.value === undefined ? { codes } : { cluster: built.value.cluster, codes };
}

function podWith(spec: string, containers = "[{ name: main, image: x }]"): Pod | undefined {
  const { cluster } = read(`apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec:
  containers: ${containers}
${spec}`);
  return cluster?.pods[0];
}

describe("pods", () => {
  test("say nothing about names by default", () => {
    expect(podWith("")?.names).toBeUndefined();
    expect(podWith("")?.containers[0]?.texts).toBeUndefined();
  });

  test("say who they are and whom they ask", () => {
    const names = podWith(`  hostname: front
  subdomain: web
  dnsPolicy: None
  dnsConfig:
    nameservers: [10.0.0.1]
    searches: [corp.example]
    options: [{ name: ndots, value: "2" }, { name: edns0 }]
  enableServiceLinks: false
  hostAliases: [{ ip: 10.9.9.9, hostnames: [legacy] }]`)?.names;
    expect(names).toMatchObject({
      hostname: "front",
      subdomain: "web",
      dnsPolicy: "None",
      dnsPolicyAt: { line: 8 },
      serviceLinks: false,
    });
    expect(names?.dnsConfig?.nameservers.map(formatAddress)).toEqual(["10.0.0.1"]);
    expect(names?.dnsConfig?.options).toEqual([{ name: "ndots", value: "2" }, { name: "edns0" }]);
    expect(names?.hostAliases[0]?.names).toEqual(["legacy"]);
  });

  test("are refused with a policy that there is not, or that lacks a nameserver", () => {
    const pod = (policy: string): string =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: web }, spec: { dnsPolicy: ${policy}, containers: [{ name: a }] } }`;
    expect(read(pod("Cluster")).codes).toContain("error NQ1023");
    expect(read(pod("None")).codes).toContain("error NQ1021");
    expect(read(pod("Default")).codes).toEqual(["note NQ2001"]);
  });

  test("tell their containers what stands in env, envFrom, command and args", () => {
    const texts = podWith(
      "",
      `
  - name: main
    command: [run, 7]
    args: ["--db=db:5432"]
    env:
    - { name: DB, value: db.shop }
    - { name: PORT, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
    envFrom:
    - { prefix: X_, configMapRef: { name: settings } }
    - { secretRef: { name: keys } }`,
    )?.containers[0]?.texts;
    expect(texts?.variables).toMatchObject([
      { name: "DB", value: "db.shop", origin: { line: 10 } },
      { name: "PORT" },
    ]);
    expect(texts?.sources).toMatchObject([
      { text: "ConfigMap settings", prefix: "X_" },
      { text: "Secret keys", prefix: "" },
    ]);
    expect(texts?.words.map(({ text }) => text)).toEqual(["run", "--db=db:5432"]);
  });
});

test("two definitions that differ only in the environment are one, with a warning", () => {
  const pod = (value: string): string => `apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: a, env: [{ name: X, value: "${value}" }] }] }
`;
  const { codes } = read(`${pod("1")}---\n${pod("2")}`);
  expect(codes.filter((code) => code.startsWith("error"))).toEqual([]);
});

test("pods of a StatefulSet are called by their names below its service", () => {
  const { cluster } = read(`apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  serviceName: db-headless
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: a, image: x }] }`);
  expect(cluster?.pods.map(({ names }) => [names?.hostname, names?.subdomain])).toEqual([
    ["db-0", "db-headless"],
    ["db-1", "db-headless"],
  ]);
});

test("pods of an indexed Job have a host name", () => {
  const { cluster } = read(`apiVersion: batch/v1
kind: Job
metadata: { name: sum, namespace: shop }
spec:
  completionMode: Indexed
  completions: 2
  parallelism: 2
  template:
    spec: { subdomain: sums, restartPolicy: Never, containers: [{ name: a, image: x }] }`);
  expect(cluster?.pods.map(({ names }) => [names?.hostname, names?.subdomain])).toEqual([
    ["sum-0", "sums"],
    ["sum-1", "sums"],
  ]);
});

test("aliases and the names of endpoints are kept", () => {
  const { cluster } = read(`apiVersion: v1
kind: Service
metadata: { name: pay, namespace: shop }
spec: { type: ExternalName, externalName: pay.example.com }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: None, ports: [{ port: 5432 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: db, namespace: shop, labels: { kubernetes.io/service-name: db } }
addressType: IPv4
ports: [{ port: 5432 }]
endpoints: [{ addresses: [10.1.2.3], hostname: db-0 }]`);
  expect(cluster?.externalNames).toMatchObject([{ name: "pay", target: "pay.example.com" }]);
  expect(cluster?.services[0]?.slices[0]?.endpoints[0]?.hostname).toBe("db-0");
  expect(cluster?.naming?.clusterDomain).toBe("cluster.local");
});
