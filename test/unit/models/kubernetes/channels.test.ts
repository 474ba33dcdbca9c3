/** Which containers can exchange data without a packet. */
import { describe, expect, test } from "vitest";
import {
  channelsBetween,
  channelsWithin,
  type OneNode,
  onOneNode,
} from "../../../../models/kubernetes/channels.ts";
import { type Cluster, podId } from "../../../../models/kubernetes/cluster.ts";
import type { Claim, Mount, VolumeSource } from "../../../../models/kubernetes/storage.ts";
import { pod, smallCluster, SOMEWHERE } from "../../../support/small-cluster.ts";

const A = pod("shop/a", ["10.244.0.1"]);
const B = pod("shop/b", ["10.244.0.2"]);
const C = pod("ops/c", ["10.244.0.3"]);

function mount(source: VolumeSource, parts: Partial<Mount> = {}): Mount {
  return {
    container: "main",
    volume: "v",
    source,
    subPath: "",
    writable: true,
    origin: SOMEWHERE,
    ...parts,
  };
}

const CLAIM: VolumeSource = { kind: "claim", name: "data" };
const host = (path: string, parts: Partial<Mount> = {}): Mount =>
  mount({ kind: "hostPath", path }, parts);

function cluster(
  mounts: Readonly<Record<string, readonly Mount[]>>,
  modes: readonly Claim["modes"][number][] = [],
): Cluster {
  const pods = new Map(
    Object.entries(mounts).map(([id, own]) => [id, { mounts: own, nodeSelector: new Map() }]),
  );
  const claims = modes.length === 0 ? [] : [{ namespace: "shop", name: "data", modes }];
  return { ...smallCluster([A, B, C]), storage: { pods, claims } };
}

/** `kind what when` of the channels between A and B. */
function between(
  a: readonly Mount[],
  b: readonly Mount[],
  place: OneNode = "certain",
  modes: readonly Claim["modes"][number][] = [],
): readonly string[] {
  return channelsBetween(cluster({ "shop/a": a, "shop/b": b }, modes), A, B, place).map(
    ({ kind, what, when }) => `${kind} ${what} ${when}`,
  );
}

describe("channelsBetween", () => {
  test("finds a directory of the node that one mounts and the other below it", () => {
    expect(between([host("/var/log/")], [host("/var/log/app")])).toEqual([
      "hostPath /var/log/app always",
    ]);
    expect(between([host("/var/log")], [host("/var/logs")])).toEqual([]);
    expect(between([host("/")], [host("/data")])).toEqual(["hostPath /data always"]);
  });

  test("asks for one node where a directory of the node is shared", () => {
    expect(between([host("/data")], [host("/data")], "possible")).toEqual([
      "hostPath /data one-node",
    ]);
    expect(between([host("/data")], [host("/data")], "never")).toEqual([]);
  });

  test("needs a container that can write", () => {
    const reads = host("/data", { writable: false });
    expect(between([reads], [reads])).toEqual([]);
    expect(between([reads], [host("/data")])).toHaveLength(1);
  });

  test("tells parts of a volume apart, but for parts that are not known", () => {
    const part = (subPath: string): Mount => mount(CLAIM, { subPath });
    const unknown: Mount = {
      container: "main",
      volume: "v",
      source: CLAIM,
      writable: true,
      origin: SOMEWHERE,
    };
    expect(between([part("in")], [part("out")], "certain", ["ReadWriteMany"])).toEqual([]);
    expect(between([part("in")], [part("in/deep")], "certain", ["ReadWriteMany"])).toHaveLength(1);
    expect(between([unknown], [part("out")], "certain", ["ReadWriteMany"])).toHaveLength(1);
    expect(between([host("/data", { subPath: "x" })], [host("/data/x")])).toEqual([
      "hostPath /data/x always",
    ]);
  });

  test.each([
    [["ReadWriteMany"], "never", ["claim shop/data always"]],
    [["ReadOnlyMany"], "never", ["claim shop/data always"]],
    [["ReadWriteOnce"], "certain", ["claim shop/data always"]],
    [["ReadWriteOnce"], "possible", ["claim shop/data one-node"]],
    [["ReadWriteOnce"], "never", []],
    [["ReadWriteOncePod"], "certain", []],
    [[], "never", ["claim shop/data unknown-modes"]],
  ] as const)("a claim with %j on one node %s", (modes, place, expected) => {
    expect(between([mount(CLAIM)], [mount(CLAIM)], place, modes)).toEqual(expected);
  });

  test("tells claims of two namespaces apart", () => {
    const both = cluster({ "shop/a": [mount(CLAIM)], "ops/c": [mount(CLAIM)] }, ["ReadWriteMany"]);
    expect(channelsBetween(both, A, C, "certain")).toEqual([]);
  });

  test("finds an export of one file server", () => {
    const nfs = (server: string): Mount => mount({ kind: "nfs", server, path: "/export" });
    expect(between([nfs("files")], [nfs("files")], "never")).toEqual(["nfs files:/export always"]);
    expect(between([nfs("files")], [nfs("others")])).toEqual([]);
  });

  test("knows nothing of volumes of a pod's own", () => {
    const own = mount({ kind: "own" });
    expect(between([own], [own])).toEqual([]);
  });
});

describe("channelsWithin", () => {
  const container = (name: string, kind: "regular" | "init" | "sidecar") => ({
    name,
    kind,
    ports: [],
    origin: SOMEWHERE,
  });
  const crowd = {
    ...A,
    containers: [
      container("prepare", "init"),
      container("proxy", "sidecar"),
      container("app", "regular"),
    ],
  };

  test("S1.4 lets the containers that run together share localhost", () => {
    const [only, ...others] = channelsWithin(cluster({}), crowd);
    expect(only?.ends.map((end) => end.container)).toEqual(["proxy", "app"]);
    expect(others).toEqual([]);
  });

  test("lets all containers share a volume that one of them can write to", () => {
    const own = (name: string, writable: boolean): Mount =>
      mount({ kind: "own" }, { container: name, writable });
    const found = (writable: boolean) =>
      channelsWithin(cluster({ "shop/a": [own("prepare", writable), own("app", false)] }), crowd)
        .filter(({ kind }) => kind === "volume")
        .map(({ ends }) => ends.map((end) => end.container));
    expect(found(true)).toEqual([["prepare", "app"]]);
    expect(found(false)).toEqual([]);
  });
});

describe("onOneNode", () => {
  const far = { ...B, node: "n2" };

  test("follows the nodes where they are known", () => {
    expect(onOneNode(cluster({}), new Set(), A, B)).toBe("certain");
    expect(onOneNode(cluster({}), new Set(), A, far)).toBe("never");
  });

  test("follows the nodeSelectors where they are not", () => {
    const wants = (zone: string) => ({ mounts: [], nodeSelector: new Map([["zone", zone]]) });
    const split = (other: string): Cluster => ({
      ...smallCluster([A, far]),
      storage: {
        pods: new Map([
          ["shop/a", wants("1")],
          ["shop/b", wants(other)],
        ]),
        claims: [],
      },
    });
    const assumed = new Set([podId(A)]);
    expect(onOneNode(split("1"), assumed, A, far)).toBe("possible");
    expect(onOneNode(split("2"), assumed, A, far)).toBe("never");
  });
});
