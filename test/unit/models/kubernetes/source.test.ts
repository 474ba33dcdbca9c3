/** From which of its addresses a node calls, by the side on which the packet leaves (S4.22). */
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../../../models/kubernetes/cluster.ts";
import { DEFAULT_PROFILE, type Profile } from "../../../../models/kubernetes/profile.ts";
import { sourceTowards } from "../../../../models/kubernetes/source.ts";
import { formatAddress } from "../../../../src/base/ip.ts";
import {
  API,
  INTERNET,
  NODE1,
  NODE2,
  WEB,
  exampleCluster,
} from "../../../support/example-cluster.ts";
import { address } from "../../../support/small-cluster.ts";

const plain = exampleCluster();
const BRIDGE = "10.244.1.1";
const TUNNEL = "10.244.1.0";

const sided: Cluster = {
  ...plain,
  nodes: plain.nodes.map((node) => ({
    ...node,
    bridge: [address(node.name === "n1" ? BRIDGE : "10.244.2.1")],
    tunnel: [address(node.name === "n1" ? TUNNEL : "10.244.2.0")],
  })),
};

function source(cluster: Cluster, overlay: Profile["overlay"], to: string): string | undefined {
  const node = cluster.nodes.find(({ name }) => name === "n1");
  if (node === undefined) throw new Error("no node n1");
  const found = sourceTowards(cluster, { ...DEFAULT_PROFILE, overlay }, node, address(to));
  return found === undefined ? undefined : formatAddress(found);
}

describe("sourceTowards", () => {
  test("is the node's address where it has no other", () => {
    for (const to of [WEB, API, NODE2, INTERNET]) expect(source(plain, "vxlan", to)).toBe(NODE1);
  });

  test("is the bridge's towards the node's own pods", () => {
    expect(source(sided, "none", WEB)).toBe(BRIDGE);
    expect(source(sided, "vxlan", WEB)).toBe(BRIDGE);
  });

  test("is the tunnel's towards pods of other nodes and their sides, where there is an overlay", () => {
    expect(source(sided, "vxlan", API)).toBe(TUNNEL);
    expect(source(sided, "vxlan", "10.244.2.1")).toBe(TUNNEL);
    expect(source(sided, "none", API)).toBe(NODE1);
    expect(source(sided, "none", "10.244.2.1")).toBe(NODE1);
  });

  test("is the node's address towards nodes, services and the outside", () => {
    for (const to of [NODE2, INTERNET, "10.96.0.10"])
      expect(source(sided, "vxlan", to)).toBe(NODE1);
  });

  test("is the address that is called where the node calls itself", () => {
    for (const to of [NODE1, BRIDGE, TUNNEL]) expect(source(sided, "vxlan", to)).toBe(to);
  });

  test("is none where the node lacks the family", () => {
    const onlyV4 = {
      ...plain,
      nodes: plain.nodes.map((n) => ({
        ...n,
        addresses: n.addresses.filter((a) => a.family === "IPv4"),
      })),
    };
    expect(source(onlyV4, "none", "2001:db8::1")).toBeUndefined();
  });
});
