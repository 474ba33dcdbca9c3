/** Workloads and services that are accepted and hardly do what is meant; and those that do. */
import { describe, expect, test } from "vitest";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

/** `severity code line` of what is said about `documents` with one of `codes`. */
function told(codes: readonly string[], ...documents: readonly string[]): readonly string[] {
  const text = documents.join("\n---\n");
  const read = readManifests([{ name: "m.yaml", text, named: true }]);
  expect(read.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  return buildCluster(read.value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS)
    .diagnostics.filter((d) => codes.includes(d.code))
    .map((d) => `${d.severity} ${d.code} ${d.at.path}`);
}

const workload = (kind: string, name: string, spec = "", pod = "", labels = "app: web"): string =>
  `{ apiVersion: apps/v1, kind: ${kind}, metadata: { name: ${name}, namespace: shop },
  spec: { ${spec} selector: { matchLabels: { name: ${name} } },
    template: { metadata: { labels: { name: ${name}, ${labels} } },
      spec: { ${pod} containers: [{ name: c, image: x, ports: [{ containerPort: 80 }] }] } } } }`;

const service = (spec: string, name = "web"): string =>
  `{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: shop }, spec: { ${spec} } }`;

const node = (name: string): string =>
  `{ apiVersion: v1, kind: Node, metadata: { name: ${name} }, status: { addresses: [{ type: InternalIP, address: 192.0.2.${name.slice(1)} }] } }`;

const BEHIND = "selector: { app: web }, ports: [{ port: 80 }]";

describe("NQ2017", () => {
  test.each([
    [
      "hostNetwork: true, dnsPolicy: ClusterFirst,",
      ["warning NQ2017 spec.template.spec.dnsPolicy"],
    ],
    ["hostNetwork: true,", ["note NQ2017 spec.template.spec.hostNetwork"]],
    ["hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet,", []],
    ["hostNetwork: true, dnsPolicy: Default,", []],
    ["dnsPolicy: ClusterFirst,", []],
  ])("%s", (pod, expected) => {
    expect(told(["NQ2017"], workload("DaemonSet", "agent", "", pod))).toEqual(expected);
  });

  test("speaks once for all that leave the policy at its default", () => {
    const two = ["a", "b"].map((name) => workload("DaemonSet", name, "", "hostNetwork: true,"));
    expect(told(["NQ2017"], ...two)).toHaveLength(1);
  });
});

describe("NQ2018", () => {
  const headless = service(`clusterIP: None, ${BEHIND}`);
  test.each([
    ["serviceName: web,", [headless], []],
    ["serviceName: web,", [service(BEHIND)], ["warning NQ2018 spec.serviceName"]],
    ["serviceName: other,", [headless], ["note NQ2018 spec.serviceName"]],
    ["", [headless], ["note NQ2018 "]],
  ])("%s", (spec, services, expected) => {
    expect(told(["NQ2018"], workload("StatefulSet", "web", spec), ...services)).toEqual(expected);
  });
});

describe("NQ2046", () => {
  const slice = (address: string): string =>
    `{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, metadata: { name: s, namespace: shop, labels: { kubernetes.io/service-name: alias } }, endpoints: [{ addresses: [${address}] }] }`;
  test.each([
    ["10.96.0.20", ["warning NQ2046 endpoints[0].addresses[0]"]],
    ["10.96.0.21", []],
  ])("an endpoint at %s", (address, expected) => {
    const target = service(`clusterIP: 10.96.0.20, ${BEHIND}`);
    const alias = service("ports: [{ port: 80 }]", "alias");
    expect(told(["NQ2046"], target, alias, slice(address))).toEqual(expected);
  });
});

describe("NQ2061", () => {
  test("counts workloads, not pods", () => {
    const one = workload("Deployment", "one", "replicas: 3,");
    const two = workload("Deployment", "two");
    expect(told(["NQ2061"], one, service(BEHIND))).toEqual([]);
    expect(told(["NQ2061"], one, two, service(BEHIND))).toEqual(["note NQ2061 spec.selector.app"]);
  });
});

describe("NQ2062", () => {
  const [one, two] = ["n1", "n2"].map(node) as [string, string];
  const local = `type: NodePort, externalTrafficPolicy: Local, ${BEHIND}`;
  test("needs fewer pods than the nodes that are given", () => {
    const web = workload("Deployment", "web");
    expect(told(["NQ2062"], one, two, web, service(local))).toEqual([
      "warning NQ2062 spec.externalTrafficPolicy",
    ]);
    expect(told(["NQ2062"], one, web, service(local))).toEqual([]);
    expect(told(["NQ2062"], web, service(local))).toEqual([]);
    expect(told(["NQ2062"], one, two, workload("DaemonSet", "web"), service(local))).toEqual([]);
  });

  test("speaks of clients in the cluster, and not of load balancers", () => {
    const web = workload("Deployment", "web");
    const internal = service(`internalTrafficPolicy: Local, ${BEHIND}`);
    const balanced = service(`type: LoadBalancer, externalTrafficPolicy: Local, ${BEHIND}`);
    expect(told(["NQ2062"], one, two, web, internal)).toEqual([
      "warning NQ2062 spec.internalTrafficPolicy",
    ]);
    expect(told(["NQ2062"], one, two, web, balanced)).toEqual([]);
  });
});

describe("NQ2063", () => {
  test.each([
    [
      "loadBalancerSourceRanges: [192.0.2.0/24],",
      ["warning NQ2063 spec.loadBalancerSourceRanges[0]"],
    ],
    ["loadBalancerSourceRanges: [0.0.0.0/0],", []],
    ["loadBalancerSourceRanges: [192.0.2.0/24], allocateLoadBalancerNodePorts: false,", []],
    ["", []],
  ])("%s", (spec, expected) => {
    expect(told(["NQ2063"], service(`type: LoadBalancer, ${spec} ${BEHIND}`))).toEqual(expected);
  });
});

describe("NQ2064 and NQ2065", () => {
  test.each([
    ["198.51.100.7", ["note NQ2064 spec.externalIPs[0]"]],
    ["192.0.2.1", ["warning NQ2065 spec.externalIPs[0]"]],
  ])("externalIPs: [%s]", (address, expected) => {
    const spec = `externalIPs: [${address}], ${BEHIND}`;
    expect(told(["NQ2064", "NQ2065"], node("n1"), service(spec))).toEqual(expected);
  });
});

describe("NQ2066", () => {
  test.each([
    ["192.0.2.5", ["warning NQ2066 spec.externalName"]],
    ["db.example.com", []],
  ])("externalName: %s", (name, expected) => {
    expect(told(["NQ2066"], service(`type: ExternalName, externalName: ${name}`))).toEqual(
      expected,
    );
  });
});
