import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/base/ip.ts";
import { node, pod } from "../../support/resource-values.ts";
import { blocks, build, configured } from "./helpers.ts";

const bridged = { dataplane: configured("bridge" as const) };
const wrapped = { overlay: configured("vxlan" as const) };

function sides(built: ReturnType<typeof build>): readonly string[] {
  return built.cluster.nodes.map(({ name, bridge = [], tunnel = [] }) =>
    [name, "bridge", ...bridge.map(formatAddress), "tunnel", ...tunnel.map(formatAddress)].join(
      " ",
    ),
  );
}

describe("addresses of nodes towards pods", () => {
  const two = [
    node("a", { ips: ["192.168.0.1"], podCidrs: ["10.1.1.0/24", "fd00:1:1::/64"] }),
    node("b", { ips: ["192.168.0.2"], podCidrs: ["10.1.2.0/24"] }),
  ];

  test("are none where pods hang one by one and nodes route", () => {
    expect(sides(build(two))).toEqual(["a bridge tunnel", "b bridge tunnel"]);
  });

  test("are the second and the first of each block, and certain where the block is stated", () => {
    const built = build(two, { ...bridged, ...wrapped });
    expect(sides(built)).toEqual([
      "a bridge 10.1.1.1 fd00:1:1::1 tunnel 10.1.1.0 fd00:1:1::",
      "b bridge 10.1.2.1 tunnel 10.1.2.0",
    ]);
    expect(built.unknowns.innerAddresses.size).toBe(0);
  });

  test("give way to pods that have them, and are assumed then", () => {
    const owner = pod("shop/db", {
      nodeName: "a",
      status: { ips: ["10.1.1.1"], hostIps: [], phase: "Running" },
    });
    const built = build([...two, owner], bridged);
    expect(sides(built)[0]).toBe("a bridge 10.1.1.254 fd00:1:1::1 tunnel");
    expect([...built.unknowns.innerAddresses]).toEqual(["a"]);
  });

  test("are assumed with the blocks", () => {
    const built = build([node("a"), node("b")], wrapped);
    expect(sides(built)).toEqual(["a bridge tunnel 10.244.1.0", "b bridge tunnel 10.244.2.0"]);
    expect([...built.unknowns.innerAddresses]).toEqual(["a", "b"]);
  });

  test("are any of the pods' where the node's block has none left", () => {
    const built = build(
      [
        node("a", { podCidrs: ["10.244.7.5/32"] }),
        node("b"),
        pod("shop/db", {
          nodeName: "a",
          status: { ips: ["10.244.7.5"], hostIps: [], phase: "Running" },
        }),
      ],
      bridged,
    );
    expect(sides(built)[0]).toMatch(/^a bridge 10\.244\.\d+\.\d+ tunnel$/);
    expect([...built.unknowns.innerAddresses]).toEqual(["a", "b"]);
  });

  test("are nobody else's", () => {
    const built = build(
      [node("a", { podCidrs: ["10.1.1.0/30"] }), pod("shop/db", { nodeName: "a" })],
      { ...bridged, podCidrs: blocks("10.1.0.0/16") },
    );
    expect(sides(built)).toEqual(["a bridge 10.1.1.1 tunnel"]);
    expect(built.pod("shop/db").addresses.map(formatAddress)).toEqual(["10.1.1.2"]);
  });

  test("are told, and what the graph leaves of them", () => {
    const host = pod("shop/agent", { nodeName: "a", hostNetwork: true });
    const told = build([...two, host], bridged).assumptions.map(({ text }) => text);
    expect(told).toContain(
      "Bridges of nodes have addresses: a 10.1.1.1 fd00:1:1::1 and b 10.1.2.1.",
    );
    expect(told.filter((text) => text.startsWith("The graph shows"))).toHaveLength(1);
    const plain = build([...two, host]).assumptions.map(({ text }) => text);
    expect(plain.filter((text) => text.startsWith("The graph shows"))).toEqual([]);
  });
});
