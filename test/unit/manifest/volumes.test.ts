/** What is read of volumes and claims. */
import { describe, expect, test } from "vitest";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

function read(text: string) {
  const manifests = readManifests([{ name: "m.yaml", text, named: true }]);
  const { value } = buildCluster(manifests.value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  return { storage: value?.cluster.storage, diagnostics: manifests.diagnostics };
}

const podWith = (
  volume: string,
  mount = "{ name: v, mountPath: /v }",
  key = "volumeMounts",
): string => `
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: shop }
spec:
  containers: [{ name: main, image: x, ${key}: [${mount}] }]
  volumes: [${volume}]
`;

function onlyMount(...args: Parameters<typeof podWith>) {
  const { storage, diagnostics } = read(podWith(...args));
  expect(diagnostics).toEqual([]);
  return storage?.pods.get("shop/p")?.mounts[0];
}

describe("volumes of a pod", () => {
  test.each([
    ["{ name: v, emptyDir: {} }", { kind: "own" }],
    ["{ name: v }", { kind: "own" }],
    ["{ name: v, hostPath: { path: /data } }", { kind: "hostPath", path: "/data" }],
    ["{ name: v, persistentVolumeClaim: { claimName: c } }", { kind: "claim", name: "c" }],
    ["{ name: v, nfs: { server: s, path: /e } }", { kind: "nfs", server: "s", path: "/e" }],
    ["{ name: v, csi: { driver: d } }", { kind: "other", type: "csi" }],
    ["{ name: v, ephemeral: { volumeClaimTemplate: {} } }", { kind: "claim", name: "p-v" }],
  ])("%s", (volume, source) => {
    expect(onlyMount(volume)).toMatchObject({ container: "main", source, writable: true });
  });

  test("are at the mount, with line and column", () => {
    const origin = onlyMount("{ name: v, emptyDir: {} }")?.origin;
    expect(origin).toMatchObject({ file: "m.yaml", line: 6, column: 55 });
    expect(origin?.path).toBe("spec.containers[0].volumeMounts[0]");
  });

  test.each(["configMap", "secret", "projected", "downwardAPI"])(
    "of type %s count for nothing",
    (type) => {
      expect(onlyMount(`{ name: v, ${type}: { name: x } }`)).toBeUndefined();
    },
  );

  test("are written to unless the mount or the volume says otherwise", () => {
    const host = "{ name: v, hostPath: { path: /data } }";
    const socket = "{ name: v, hostPath: { path: /run/x.sock, type: Socket } }";
    const mount = "{ name: v, mountPath: /v, readOnly: true }";
    expect(onlyMount(host, mount)?.writable).toBe(false);
    expect(onlyMount(socket, mount)?.writable).toBe(true);
    const claim = "{ name: v, persistentVolumeClaim: { claimName: c, readOnly: true } }";
    expect(onlyMount(claim)?.writable).toBe(false);
  });

  test("are read as devices, in part, and in parts that are not known", () => {
    const claim = "{ name: v, persistentVolumeClaim: { claimName: c } }";
    expect(onlyMount(claim, "{ name: v, devicePath: /dev/x }", "volumeDevices")).toBeDefined();
    expect(onlyMount(claim, "{ name: v, mountPath: /v, subPath: a }")?.subPath).toBe("a");
    expect(onlyMount(claim, "{ name: v, mountPath: /v, subPathExpr: $(P) }")).not.toHaveProperty(
      "subPath",
    );
  });

  test("never make an error, whatever they are", () => {
    expect(read(podWith("x, 7, { name: [], hostPath: 3 }", "q, { name: 7 }")).diagnostics).toEqual(
      [],
    );
    expect(read(podWith("{ name: v, hostPath: 3 }")).diagnostics).toEqual([]);
  });
});

describe("claims", () => {
  const claim = (mode: string): string => `
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: c, namespace: shop }
spec: { accessModes: [${mode}] }
`;

  test("have their modes, all of those that the input gives", () => {
    const pod = podWith("{ name: v, persistentVolumeClaim: { claimName: c } }");
    const { storage, diagnostics } = read(
      `${pod}${claim("ReadWriteOnce")}${claim("ReadWriteMany, Bad")}`,
    );
    expect(diagnostics).toEqual([]);
    expect(storage?.claims.flatMap(({ modes }) => modes)).toEqual([
      "ReadWriteOnce",
      "ReadWriteMany",
    ]);
  });

  test("of a StatefulSet are one for each pod", () => {
    const { storage } = read(`
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec:
  replicas: 2
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      containers: [{ name: main, image: x, volumeMounts: [{ name: data, mountPath: /d }] }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce] }
`);
    const sources = [...(storage?.pods.values() ?? [])].flatMap(({ mounts }) => mounts);
    expect(sources.map(({ source }) => source)).toEqual([
      { kind: "claim", name: "data-db-0" },
      { kind: "claim", name: "data-db-1" },
    ]);
    expect(storage?.claims.map(({ name, modes }) => [name, ...modes])).toEqual([
      ["data-db-0", "ReadWriteOnce"],
      ["data-db-1", "ReadWriteOnce"],
    ]);
  });
});
