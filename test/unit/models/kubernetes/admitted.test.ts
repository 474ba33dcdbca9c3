/** The admitted connections between two ends, as boxes. Law A1′ covers the rest. */
import { describe, expect, test } from "vitest";
import type { Box } from "../../../../models/base/box.ts";
import { admitted } from "../../../../models/kubernetes/admitted.ts";
import type { Cluster } from "../../../../models/kubernetes/cluster.ts";
import { DEFAULT_PROFILE } from "../../../../models/kubernetes/profile.ts";
import {
  API,
  WEB,
  block,
  exampleCluster,
  frontend,
  pods,
  policy,
  ports,
  rule,
  selector,
} from "../../../support/example-cluster.ts";
import { address } from "../../../support/small-cluster.ts";

/** The IPv4 TCP part of what `from` may open to `to`. */
function tcp(cluster: Cluster, from: string, to: string): readonly Box[] {
  return admitted(cluster, DEFAULT_PROFILE, from, to).filter(
    (box) => box.family === "IPv4" && box.protocol === "TCP",
  );
}

const only = (text: string) => [[address(text).bits, address(text).bits]];

describe("admitted", () => {
  test("is everything between the addresses of two pods that nothing isolates", () => {
    const boxes = admitted(exampleCluster(), DEFAULT_PROFILE, "pod:shop/web", "pod:shop/api");
    expect(boxes).toHaveLength(6);
    expect(tcp(exampleCluster(), "pod:shop/web", "pod:shop/api")).toEqual([
      {
        family: "IPv4",
        protocol: "TCP",
        sources: only(WEB),
        destinations: only(API),
        ports: [[1, 65_535]],
      },
    ]);
  });

  test("S6.33 is what leaves the one and enters the other", () => {
    const cluster = exampleCluster({
      policies: [
        policy("shop", "web", ["egress"], { egress: [rule("any", [ports("TCP", 8000, 9000)])] }),
        policy("shop", "api", ["ingress"], {
          ingress: [rule([pods(selector({ app: "web" }))], [ports("TCP", 8500, 9500)])],
        }),
      ],
    });
    const found = tcp(cluster, "pod:shop/web", "pod:shop/api").map((box) => box.ports);
    expect(found).toEqual([[[8500, 9000]]]);
    expect(admitted(cluster, DEFAULT_PROFILE, "pod:ops/agent", "pod:shop/api")).toEqual([]);
  });

  test("S6.16 cuts the outside by blocks and their exceptions", () => {
    const cluster = exampleCluster({
      policies: [
        policy("shop", "web", ["egress"], {
          egress: [rule([block("203.0.113.0/24", "203.0.113.128/25")])],
        }),
      ],
    });
    expect(tcp(cluster, "pod:shop/web", "outside").map((box) => box.destinations)).toEqual([
      [[address("203.0.113.0").bits, address("203.0.113.127").bits]],
    ]);
  });

  test("S1.8 gives each port of a node to one receiver", () => {
    const to = (id: string) => tcp(exampleCluster(), "pod:shop/web", id).map((box) => box.ports);
    expect(to("pod:ops/exporter")).toEqual([[[9100, 9100]]]);
    expect(to("node:n1")).toEqual([
      [
        [1, 9099],
        [9101, 65_535],
      ],
    ]);
  });

  test("leaves out frontends that are not modelled", () => {
    const cluster = exampleCluster({ frontends: [frontend(["172.18.0.3"], 30_080)] });
    expect(tcp(cluster, "outside", "node:n2").map((box) => box.ports)).toEqual([
      [
        [1, 30_079],
        [30_081, 65_535],
      ],
    ]);
  });

  test("is empty from outside to pods without routes", () => {
    const profile = { ...DEFAULT_PROFILE, outsideRoutesToPods: false };
    expect(admitted(exampleCluster(), profile, "outside", "pod:shop/web")).toEqual([]);
    expect(admitted(exampleCluster(), profile, "outside", "node:n1")).not.toEqual([]);
  });

  test("S6.23 is everything from a pod to itself", () => {
    const cluster = exampleCluster({ policies: [policy("shop", "*", ["ingress", "egress"])] });
    const boxes = admitted(cluster, DEFAULT_PROFILE, "pod:shop/web", "pod:shop/web");
    expect(boxes.map((box) => box.ports)).toEqual(Array(6).fill([[1, 65_535]]));
  });

  test("throws for an end that the cluster does not have", () => {
    const cluster = exampleCluster();
    expect(() => admitted(cluster, DEFAULT_PROFILE, "pod:a/b", "outside")).toThrow("pod:a/b");
    expect(() => admitted(cluster, DEFAULT_PROFILE, "outside", "pod:a/b")).toThrow("pod:a/b");
  });
});
