/** Where connections go that no service translates: the classes of addresses, frontends, the outside. */
import { describe, expect, test } from "vitest";
import {
  API,
  INTERNET,
  NODE1,
  NODE2,
  WEB,
  ask,
  example,
  exampleCluster,
  fate,
  frontend,
  keysOf,
  policy,
  told,
} from "../../../support/example-cluster.ts";
import { address } from "../../../support/small-cluster.ts";

describe("admits", () => {
  test("S1.3 a node reaches the pods of every node", () => {
    expect(told(exampleCluster(), "node:n1", API, 80)).toEqual([
      `pod:shop/api at ${API} 80 from ${NODE1}`,
    ]);
    expect(told(exampleCluster(), "node:n1", NODE2, 22)).toEqual([
      `node:n2 at ${NODE2} 22 from ${NODE1}`,
    ]);
  });

  test("S1.11 a port that nobody declares is reached", () => {
    expect(fate(exampleCluster(), "pod:shop/web", API, 65_535)).toBe("delivered");
  });

  test("S4.24 lets the reply to what leaves the cluster return, and claims nothing of the source seen", () => {
    const [outcome] = ask(exampleCluster(), "pod:shop/web", INTERNET, 443);
    expect(outcome).toMatchObject({ fate: "delivered", to: "outside", reply: "returned" });
    expect(outcome?.sourceSeen).toBeUndefined();
  });

  test("S4.27 nodes keep replies to what services publish in the mode ipvs", () => {
    const published = "198.51.100.9";
    const service = example("shop/api", ["10.96.0.1"], 80, 8080, {
      externalAddresses: [address(published)],
    });
    const cluster = { ...exampleCluster(), services: [service] };
    const replies = (["iptables", "ipvs"] as const).map((kubeProxyMode) =>
      ask(cluster, "outside", NODE1, 22, { source: published, profile: { kubeProxyMode } }).map(
        ({ reply }) => reply,
      ),
    );
    expect(replies).toEqual([["returned"], ["lost"]]);
    const other = ask(cluster, "outside", NODE1, 22, { profile: { kubeProxyMode: "ipvs" } });
    expect(other.map(({ reply }) => reply)).toEqual(["returned"]);
  });

  test("drops what goes to the unassigned rest of the cluster's blocks", () => {
    for (const to of ["10.244.7.7", "10.96.0.77", "fd00:244::77", "fd00:96::77"]) {
      for (const from of ["pod:shop/web", "node:n1", "outside"]) {
        expect(fate(exampleCluster(), from, to, 80)).toBe("dropped");
      }
    }
  });

  test("knows the neighbours of a block as outside", () => {
    const outsides = ["10.243.255.255", "10.245.0.0", "10.95.255.255", "10.112.0.0"];
    for (const to of outsides) {
      expect(told(exampleCluster(), "pod:shop/web", to, 80)).toEqual([`outside at ${to} 80`]);
    }
  });

  test("gives the outside a way to nodes, to pods if there are routes, and to no service", () => {
    const cluster = exampleCluster({ services: [example("shop/api", ["10.96.0.1"], 80, 8080)] });
    expect(told(cluster, "outside", NODE1, 22, { source: INTERNET })).toEqual([
      `node:n1 at ${NODE1} 22 from ${INTERNET}`,
    ]);
    expect(told(cluster, "outside", WEB, 80, { source: INTERNET })).toEqual([
      `pod:shop/web at ${WEB} 80 from ${INTERNET}`,
    ]);
    const profile = { outsideRoutesToPods: false };
    expect(fate(cluster, "outside", WEB, 80, { profile })).toBe("no-route");
    for (const port of [80, 81])
      expect(fate(cluster, "outside", "10.96.0.1", port)).toBe("no-route");
    expect(told(cluster, "outside", "198.51.100.1", 80)).toEqual(["outside at 198.51.100.1 80"]);
  });

  test("lets replies to the outside return", () => {
    const replies = [WEB, NODE1, "198.51.100.1", "127.0.0.1"].flatMap((to) =>
      ask(exampleCluster(), "outside", to, 80).map((o) => o.reply),
    );
    expect(replies).toEqual(["returned", "returned", "returned", "returned"]);
  });

  test("S4.1 leaves frontends that are not modelled undecided, whatever policies say", () => {
    const cluster = exampleCluster({
      frontends: [frontend([NODE1, INTERNET], 30_080)],
      policies: [policy("shop", "*", ["ingress", "egress"])],
    });
    for (const from of ["pod:shop/web", "pod:shop/api", "node:n1", "node:n2", "outside"]) {
      for (const to of [NODE1, INTERNET]) {
        expect(fate(cluster, from, to, 30_080)).toBe("undecided");
      }
      expect(fate(cluster, from, NODE1, 30_081)).not.toBe("undecided");
      expect(fate(cluster, from, NODE1, 30_080, { protocol: "UDP" })).not.toBe("undecided");
    }
  });

  test("S4.1 lets a service's own port win over a frontend at the same place", () => {
    const services = [example("shop/api", ["10.96.0.1"], 80, 8080)];
    const cluster = exampleCluster({ services, frontends: [frontend(["10.96.0.1"], 80)] });
    expect(told(cluster, "pod:shop/web", "10.96.0.1", 80)).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
    ]);
    expect(fate(cluster, "outside", "10.96.0.1", 80)).toBe("undecided");
  });

  test("does not know what an endpoint does that is such a frontend itself", () => {
    const services = [example("ops/exporter", ["10.96.0.1"], 80, 9100)];
    const frontends = [frontend([NODE1], 9100)];
    const cluster = exampleCluster({ services, frontends });
    expect(fate(cluster, "pod:shop/api", "10.96.0.1", 80)).toBe("undecided");
    const refused = exampleCluster({
      services,
      frontends,
      policies: [policy("shop", "api", ["egress"])],
    });
    expect(fate(refused, "pod:shop/api", "10.96.0.1", 80)).toBe("dropped");
  });

  test("S1.8 treats what a host-network pod opens as its node's", () => {
    const cluster = exampleCluster();
    const daemon = ask(cluster, "node:n1", API, 80);
    expect(keysOf(ask(cluster, "pod:ops/exporter", API, 80))).toEqual(keysOf(daemon));
  });

  test("throws for a sender that the cluster does not have", () => {
    expect(() => ask(exampleCluster(), "pod:nobody/here", API, 80)).toThrow("pod:nobody/here");
  });
});
