/**
 * Ports of nodes that lead to pods, in the kernel: what a packet does is written down by hand, and the engine says it
 * too, where it does not leave both open.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Cluster, HostPort, Pod } from "../../models/kubernetes/cluster.ts";
import { parseAddress } from "../../src/base/ip.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { endText } from "../../src/lab/life.ts";
import { type Check, connectionOf, endTexts } from "../support/k1-checks.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { VARIANTS, type Variant, clusterOfExample, joinedBy } from "../support/lab-examples.ts";
import { askCase, differenceText } from "../support/lab-law.ts";

const VISITOR = "outside from 203.0.113.10";

/** K1, where p2 and p3, which is isolated, have ports of their nodes. */
function clusterWithPorts(): Cluster {
  const cluster = clusterOfExample("k1");
  const address = parseAddress("192.168.0.2");
  if (address === undefined) throw new Error("no address");
  const withPorts = (pod: Pod): Pod => {
    const port = (number: number, target: number): HostPort => ({
      protocol: "TCP",
      number,
      target,
      origin: pod.origin,
    });
    const ofPod: Readonly<Record<string, readonly HostPort[]>> = {
      p2: [port(8081, 8080), { ...port(5300, 5353), protocol: "UDP", address }],
      p3: [port(8083, 9090), port(8084, 8080)],
    };
    const hostPorts = ofPod[pod.name];
    return hostPorts === undefined ? pod : { ...pod, hostPorts };
  };
  return { ...cluster, pods: cluster.pods.map(withPorts) };
}

/** What happens; `others` is what the plugin makes of the source where it is a pod behind the same bridge. */
function checks({ dataplane, proxy }: Variant): readonly Check[] {
  const row = (from: string, to: string, port: number, ends: Check["ends"]): Check => {
    return { says: `${from} to ${to} ${String(port)}`, from, to, port, ends };
  };
  const masks = dataplane === "bridge" && proxy === "iptables";
  const others = (node: string): string => (masks ? `near ${node}` : "own");
  return [
    row(VISITOR, "n2", 8081, ["p2:8080 from own"]),
    row("p1", "n2", 8081, ["p2:8080 from own"]),
    row("n1", "n2", 8081, ["p2:8080 from own"]),
    row("n2", "n2", 8081, ["p2:8080 from own"]),
    row("p4", "n2", 8081, [`p2:8080 from ${others("n2")}`]),
    row("p2", "n2", 8081, ["p2:8080 from near n2"]),
    row("p1", "near n2", 8081, ["p2:8080 from own"]),
    // Another node has no such port.
    row(VISITOR, "n1", 8081, ["n1:8081 from own"]),
    { ...row(VISITOR, "n2", 5300, ["p2:5353 from own"]), protocol: "UDP" },
    // Policies see the port of the pod, and the source that the plugin leaves.
    row("p1", "n1", 8083, masks ? ["p3:9090 from near n1"] : ["lost"]),
    row("p1", "n1", 8084, [`p3:8080 from ${others("n1")}`]),
    row("n1", "n1", 8084, ["p3:8080 from own"]),
    row(VISITOR, "n1", 8084, ["lost"]),
    row("p4", "n1", 8084, ["lost"]),
  ];
}

describe.skipIf(isUnable)("host ports in the kernel", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  test.each(VARIANTS)("with $dataplane, overlay $overlay, $proxy", async (variant) => {
    const joined = joinedBy(clusterWithPorts(), variant);
    const rows = checks(variant);
    const connections = rows.map((check) => connectionOf(joined.cluster, check));
    const told = await askCase(lab, { ...joined, connections });
    expect(told.flatMap((one) => differenceText(one) ?? [])).toEqual([]);
    expect(rows.map(({ says }, i) => [says, told[i] && endText(told[i].kernel.end)])).toEqual(
      rows.map((check) => [check.says, ...endTexts(joined.cluster, check, variant)]),
    );
  });

  test("lead nowhere where the installation has none", async () => {
    const variant: Variant = { dataplane: "ptp", overlay: "none", proxy: "iptables" };
    const joined = joinedBy(clusterWithPorts(), variant);
    const profile = { ...joined.profile, hostPorts: "none" as const };
    const check: Check = { says: "", from: VISITOR, to: "n2", port: 8081, ends: [] };
    const connections = [connectionOf(joined.cluster, check)];
    const [told] = await askCase(lab, { ...joined, profile, connections });
    expect(told?.difference).toBeUndefined();
    expect(told?.kernel.end).toMatchObject({ kind: "delivered", at: "n2", port: 8081 });
  });
});
