/** Services that prefer near endpoints: what is read of hints, and where they count. */
import { describe, expect, test } from "vitest";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

const NODE = `
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {topology.kubernetes.io/zone: zone-a}}
`;
const PLACED = `
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop}
spec: {nodeName: n1, containers: [{name: c, image: example/c:1}]}
`;
const ELSEWHERE = PLACED.replace("n1", "n2");
const UNPLACED = PLACED.replace("nodeName: n1, ", "");
const DB = `
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {ports: [{port: 5432}]}
`;
const SLICE = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
ports: [{port: 5432}]
endpoints:
- addresses: [203.0.113.5]
  hints: {forZones: [{name: zone-a}], forNodes: [{name: n1}, {name: n2}]}
`;
const WEB = `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, annotations: {}}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

/** The hints that count for the first endpoint, and what is said about them. */
function read(...texts: readonly string[]) {
  const text = texts.join("---");
  const { value, diagnostics } = readManifests([{ name: "all.yaml", text, named: true }]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  return {
    hints: built.value?.cluster.services[0]?.slices[0]?.endpoints[0]?.hints,
    told: built.diagnostics.filter(({ code }) => code === "NQ2047").map((d) => d.message),
    codes: diagnostics.map(({ code }) => code),
  };
}

describe("hints of a slice", () => {
  const hints = { zones: ["zone-a"], nodes: ["n1", "n2"] };

  test("count where nodes and places of pods are given", () => {
    expect(read(NODE, PLACED, DB, SLICE)).toEqual({ hints, told: [], codes: [] });
  });

  test("do not count where a pod could be on several nodes", () => {
    const other = NODE.replace("n1", "n2");
    const found = read(NODE, other, UNPLACED, DB, SLICE);
    expect(found.hints).toBeUndefined();
    expect(found.told[0]).toContain("every ready endpoint");
    expect(read(NODE, UNPLACED, DB, SLICE).hints).toEqual(hints);
  });

  test("do not count where no Node says in which zone a node is", () => {
    for (const texts of [
      [PLACED, DB, SLICE],
      [NODE, ELSEWHERE, DB, SLICE],
    ]) {
      expect(read(...texts).hints).toBeUndefined();
      expect(read(...texts).told).toHaveLength(1);
    }
  });

  test("are a snapshot where the control plane wrote them", () => {
    const label = "endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io";
    const owned = SLICE.replace("labels: {", `labels: {${label}, `);
    const selecting = DB.replace(
      "spec: {",
      "spec: {trafficDistribution: PreferClose, selector: {a: b}, ",
    );
    const found = read(NODE, PLACED, selecting, owned);
    expect(found.hints).toBeUndefined();
    expect(found.told).toHaveLength(1);
  });

  test("need names that the API server knows", () => {
    expect(read(NODE, PLACED, DB, SLICE.replace("{name: zone-a}", "{}")).codes).toEqual(["NQ1021"]);
    expect(read(NODE, PLACED, DB, SLICE.replace("forZones", "forZone")).codes).toHaveLength(1);
  });
});

describe("a wish for near endpoints", () => {
  const wishing = (value: string): string =>
    WEB.replace("spec: {", `spec: {trafficDistribution: ${value}, `);

  test.each(["PreferClose", "PreferSameZone", "PreferSameNode"])("%s is told", (value) => {
    const found = read(NODE, PLACED, wishing(value));
    expect(found.codes).toEqual([]);
    expect(found.told).toEqual([
      `shop/Service/web prefers endpoints near the client (trafficDistribution ${value}), and a controller decides which: every ready endpoint is taken for one that a client may be led to`,
    ]);
  });

  test("is told of the annotation", () => {
    const annotated = (mode: string): string =>
      WEB.replace("annotations: {", `annotations: {service.kubernetes.io/topology-mode: ${mode}`);
    expect(read(NODE, PLACED, annotated("Auto")).told).toHaveLength(1);
    expect(read(NODE, PLACED, annotated("Disabled")).told).toEqual([]);
  });

  test("concerns no headless service, and no one without selector", () => {
    expect(
      read(NODE, PLACED, wishing("PreferClose").replace("ports:", "clusterIP: None, ports:")).told,
    ).toEqual([]);
    expect(
      read(NODE, PLACED, wishing("PreferClose").replace("selector: {app: web}, ", "")).told,
    ).toEqual([]);
  });

  test("must be one that the API server knows", () => {
    expect(read(NODE, PLACED, wishing("PreferFar")).codes).toEqual(["NQ1023"]);
  });
});
