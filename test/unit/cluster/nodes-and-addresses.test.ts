import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/base/ip.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../src/base/cluster-settings.ts";
import {
  container,
  deployment,
  located,
  node,
  pod,
  service,
  workload,
} from "../../support/resource-values.ts";
import { addresses, blocks, build, configured, texts } from "./helpers.ts";

describe("nodes", () => {
  test("are two when nothing asks for more, with documented addresses", () => {
    const built = build([deployment("shop/web")]);
    const { nodes } = built.cluster;
    expect(nodes.map((n) => `${n.name} ${addresses(n)} ${texts(n.podCidrs)}`)).toEqual([
      "node-1 172.18.0.2 10.244.1.0/24",
      "node-2 172.18.0.3 10.244.2.0/24",
    ]);
    expect([...built.unknowns.nodeAddresses]).toEqual(["node-1", "node-2"]);
    expect(built.assumptions.map((a) => a.text)).toContain(
      "No Node is given: 2 nodes assumed, node-1 and node-2.",
    );
  });

  test("are as many as the pods' addresses need", () => {
    const many = Array.from({ length: 6 }, (_, i) =>
      deployment(`shop/d${String(i)}`, { replicas: 100 }),
    );
    expect(build(many).cluster.nodes).toHaveLength(3);
  });

  test("are as many as pods share a host port", () => {
    const built = build([
      deployment("shop/web", { replicas: 4, hostNetwork: true, ports: ["80"] }),
    ]);
    expect(new Set(built.cluster.pods.map((p) => p.node)).size).toBe(4);
    expect(built.codes).not.toContain("warning NQ2021");
  });

  test("are as many as the configuration says", () => {
    const built = build([deployment("shop/web")], { nodes: configured(1) });
    expect(built.cluster.nodes.map((n) => n.name)).toEqual(["node-1"]);
    expect(built.unknowns.placements.size).toBe(0);
  });

  test("of the input keep their addresses and blocks, and no other is added", () => {
    const built = build([
      node("b", { ips: ["192.168.1.2", "2001:db8::2"], podCidrs: ["10.244.7.0/24"] }),
      node("a"),
      deployment("shop/web", { replicas: 2 }),
    ]);
    expect(built.cluster.nodes.map((n) => `${n.name} ${addresses(n)}`)).toEqual([
      "a 192.168.0.2",
      "b 192.168.1.2 2001:db8::2",
    ]);
    expect([...built.unknowns.nodeAddresses]).toEqual(["a"]);
    expect(built.cluster.pods.map((p) => `${p.node} ${addresses(p)}`)).toEqual([
      "a 10.244.1.2",
      "b 10.244.7.2",
    ]);
  });

  test("have further addresses of a family as well", () => {
    const built = build([node("a", { ips: ["192.168.1.2", "203.0.113.9", "203.0.113.8"] })]);
    expect(built.cluster.nodes.map(addresses)).toEqual(["192.168.1.2"]);
    expect(built.cluster.nodes.map(({ further = [] }) => further.map(formatAddress))).toEqual([
      ["203.0.113.8", "203.0.113.9"],
    ]);
    expect(built.cluster.frontends.filter((f) => f.text.includes("203.0.113"))).toEqual([]);
  });

  test("that share a further address have it as a frontend that is not modelled", () => {
    const built = build([
      node("a", { ips: ["192.168.1.2", "203.0.113.9"] }),
      node("b", { ips: ["192.168.1.3", "203.0.113.9"] }),
      pod("shop/own", { nodeName: "a" }),
      pod("shop/host", { nodeName: "a", hostNetwork: true }),
    ]);
    expect(built.cluster.nodes.map(({ further }) => further)).toEqual([undefined, undefined]);
    const claims = built.cluster.frontends.filter((f) => f.text.includes("203.0.113.9"));
    const tcp = claims.filter((f) => f.protocol === "TCP");
    expect(tcp.map((f) => f.leadsTo)).toEqual([["shop/host"], []]);
  });

  test("are learnt from pods that name them", () => {
    const built = build([
      pod("shop/a", {
        nodeName: "worker",
        status: { ips: ["10.244.3.4"], hostIps: ["192.168.5.5"], phase: "Running" },
      }),
      pod("shop/b", {
        status: { ips: ["10.244.3.5"], hostIps: ["192.168.5.5"], phase: "Running" },
      }),
      pod("shop/c", {
        status: { ips: ["10.244.4.5"], hostIps: ["192.168.5.6"], phase: "Running" },
      }),
    ]);
    expect(built.cluster.nodes.map((n) => `${n.name} ${addresses(n)}`)).toEqual([
      "node-192.168.5.6 192.168.5.6",
      "worker 192.168.5.5",
    ]);
    expect(built.pod("shop/b").node).toBe("worker");
    expect(built.unknowns.placements.size).toBe(0);
    expect(built.unknowns.nodeAddresses.size).toBe(0);
  });
});

describe("placement", () => {
  const labelled = [node("a", { labels: ["disk=ssd"] }), node("b"), node("c")];

  test("follows nodeSelector, and is certain where it leaves one node", () => {
    const built = build([...labelled, deployment("shop/db", { nodeSelector: ["disk=ssd"] })]);
    expect(built.pod("shop/db-1").node).toBe("a");
    expect(built.unknowns.placements.size).toBe(0);
  });

  test("is open where affinity or tolerations are not read", () => {
    const built = build([...labelled, workload("DaemonSet", "shop/ds", { constrained: true })]);
    expect(built.cluster.pods).toHaveLength(3);
    expect(built.unknowns.placements.size).toBe(3);
  });

  test("avoids tainted nodes", () => {
    const tainted = node("a", { taints: [{ key: "x", effect: "NoSchedule" }] });
    const built = build([
      tainted,
      node("b"),
      workload("DaemonSet", "shop/ds"),
      deployment("shop/w"),
    ]);
    expect(built.cluster.pods.map((p) => p.node)).toEqual(["b", "b"]);
    expect(built.unknowns.placements.size).toBe(0);
  });

  test("warns where no node has the labels, and assumes one where no node is given", () => {
    const selector = { nodeSelector: ["kubernetes.io/hostname=gpu-7"] };
    const stated = build([...labelled, deployment("shop/w", selector)]);
    expect(stated.codes).toContain("warning NQ2020");
    expect(stated.unknowns.placements.size).toBe(1);
    const assumed = build([deployment("shop/w", selector)]);
    expect(assumed.codes).not.toContain("warning NQ2020");
    expect(assumed.pod("shop/w-1").node).toBe("gpu-7");
    expect(assumed.unknowns.placements.size).toBe(0);
  });

  test("takes assumed nodes for Linux, and leaves other labels of theirs open", () => {
    const on = (label: string): number =>
      build([workload("DaemonSet", "shop/ds", { nodeSelector: [label] })]).unknowns.placements.size;
    expect(on("kubernetes.io/os=linux")).toBe(0);
    expect(on("disk=ssd")).toBe(2);
  });

  test("warns where host ports do not suffice", () => {
    const built = build([
      node("a"),
      deployment("shop/web", {
        replicas: 2,
        containers: [
          { ...container("c", []), ports: [{ containerPort: located(80), hostPort: located(80) }] },
        ],
      }),
    ]);
    expect(built.codes).toContain("warning NQ2021");
  });
});

describe("addresses", () => {
  test("of pods come from their node's block, and skip stated ones", () => {
    const built = build([
      pod("shop/z", { status: { phase: "Running", ips: ["10.244.9.9"] } }),
      deployment("shop/web", { replicas: 3 }),
    ]);
    expect(built.cluster.pods.map(addresses)).toEqual([
      "10.244.1.2",
      "10.244.2.2",
      "10.244.1.3",
      "10.244.9.9",
    ]);
    expect([...built.unknowns.podAddresses]).toEqual(["shop/web-1", "shop/web-2", "shop/web-3"]);
  });

  test("of host-network pods are their node's", () => {
    const built = build([deployment("shop/web", { hostNetwork: true })]);
    expect(addresses(built.pod("shop/web-1"))).toBe("172.18.0.2");
    expect(built.unknowns.podAddresses.size).toBe(0);
    expect([...built.unknowns.placements]).toEqual(["shop/web-1"]);
  });

  test("show a host-network pod with a foreign address", () => {
    const built = build([
      node("a", { ips: ["192.168.1.2"] }),
      pod("shop/h", {
        hostNetwork: true,
        nodeName: "a",
        status: { phase: "Running", ips: ["10.9.9.9"] },
      }),
    ]);
    expect(built.codes).toContain("warning NQ2026");
    expect(addresses(built.pod("shop/h"))).toBe("192.168.1.2");
  });

  test("spill over into the whole pod block when a node's is full", () => {
    const built = build([deployment("shop/web", { replicas: 6 })], {
      nodes: configured(1),
      podCidrs: blocks("10.0.0.0/24"),
      nodePrefixLengths: configured({ IPv4: 29, IPv6: 64 }),
    });
    const own = built.cluster.pods.map(addresses);
    expect(new Set(own).size).toBe(6);
    expect(own[0]).toBe("10.0.0.10");
    expect(own[5]).toBe("10.0.0.2");
  });

  test("move a default block to one that holds what is stated", () => {
    const built = build([
      pod("shop/a", { status: { phase: "Running", ips: ["10.42.3.4"] } }),
      deployment("shop/web"),
    ]);
    expect(texts(built.cluster.podCidrs)).toBe("10.42.0.0/16");
  });

  test("widen where no usual block holds what is stated", () => {
    const built = build([
      pod("shop/a", { status: { phase: "Running", ips: ["11.42.3.4"] } }),
      deployment("shop/web"),
      service("shop/web", ["80"], { clusterIps: ["12.0.0.7"] }),
    ]);
    expect(texts(built.cluster.podCidrs)).toBe("10.244.0.0/16 11.42.3.0/24");
    expect(texts(built.cluster.serviceCidrs)).toBe("10.96.0.0/12 12.0.0.0/24");
  });

  test("keep roles apart where the input mixes them in one block", () => {
    const built = build([
      node("a", { ips: ["10.0.1.5"] }),
      pod("shop/a", { status: { phase: "Running", ips: ["10.0.1.9"] }, nodeName: "a" }),
    ]);
    expect(texts(built.cluster.podCidrs)).toBe("10.0.1.9/32");
  });

  test("give way where stated addresses are in a default block of another role", () => {
    const built = build([
      node("a", { ips: ["10.244.0.9"] }),
      pod("shop/a", { status: { phase: "Running", ips: ["10.100.0.9"] } }),
      deployment("shop/web"),
      service("shop/web", ["80"]),
    ]);
    expect(texts(built.cluster.podCidrs)).toBe("10.42.0.0/16 10.100.0.0/24");
    expect(texts(built.cluster.serviceCidrs)).toBe("10.43.0.0/16");
  });

  test("of a dual stack follow what the input shows", () => {
    const dual = build([
      deployment("shop/web"),
      service("shop/web", ["80"], {
        more: { ipFamilyPolicy: located("RequireDualStack") },
      }),
    ]);
    expect(addresses(dual.pod("shop/web-1"))).toBe("10.244.1.2 fd00:10:244:1::2");
    expect(addresses(dual.cluster.services[0])).toBe("10.96.0.2 fd00:10:96::2");
    expect(addresses(dual.cluster.nodes[0])).toBe("172.18.0.2 fd00:10:18::2");
    const v6 = build([
      pod("shop/a", { status: { phase: "Running", ips: ["fd00:1::5"] } }),
      deployment("shop/web"),
      service("shop/web", ["80"]),
    ]);
    expect(addresses(v6.pod("shop/web-1"))).toBe("fd00:10:244:2::2");
    expect(addresses(v6.cluster.services[0])).toBe("fd00:10:96::2");
  });

  test("of a dual stack follow the configuration", () => {
    const built = build([deployment("shop/web"), service("shop/web", ["80"])], {
      ipFamilies: configured(["IPv6", "IPv4"] as const),
    });
    expect(addresses(built.pod("shop/web-1"))).toBe("10.244.1.2 fd00:10:244:1::2");
    expect(addresses(built.cluster.services[0])).toBe("fd00:10:96::2");
  });

  test("that nothing can have are errors", () => {
    const built = build([pod("shop/a", { status: { phase: "Running", ips: ["127.0.0.1"] } })]);
    expect(built.codes).toContain("error NQ2022");
    expect(addresses(built.pod("shop/a"))).not.toBe("127.0.0.1");
  });

  test("outside of set pod blocks are shown", () => {
    const built = build([pod("shop/a", { status: { phase: "Running", ips: ["10.9.0.1"] } })], {
      podCidrs: blocks("10.1.0.0/16"),
    });
    expect(built.codes).toContain("warning NQ2023");
  });

  test.each([
    { what: "a pod block is full", settings: { podCidrs: blocks("10.0.0.0/30") }, code: "NQ2024" },
    {
      what: "a node block is full",
      settings: { nodeCidrs: blocks("10.0.0.0/31"), nodes: configured(3) },
      code: "NQ2024",
    },
    {
      what: "a service block is full",
      settings: { serviceCidrs: blocks("10.0.0.0/30") },
      code: "NQ2024",
    },
  ])("give no cluster when $what", ({ settings, code }) => {
    const { value, diagnostics } = buildCluster(
      [
        deployment("shop/web", { replicas: 5 }),
        ...["a", "b", "c"].map((n) => service(`shop/${n}`, ["80"])),
      ],
      { ...DEFAULT_CLUSTER_SETTINGS, ...settings },
    );
    expect(value).toBeUndefined();
    expect(diagnostics.filter((d) => d.severity === "error").map((d) => d.code)).toEqual([code]);
  });
});
