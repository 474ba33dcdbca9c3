import { describe, expect, test } from "vitest";
import type { Cluster, Pod } from "../../../../models/kubernetes/cluster.ts";
import { resolve, zoneOf } from "../../../../models/kubernetes/dns.ts";
import { lookUpAddresses } from "../../../../models/kubernetes/dns-lookup.ts";
import { zoneRecords } from "../../../../models/kubernetes/dns-records.ts";
import { DEFAULT_POD_NAMES, type PodNames } from "../../../../models/kubernetes/name-facts.ts";
import { candidates, resolverOf } from "../../../../models/kubernetes/resolver.ts";
import { DEFAULT_NAME_SETTINGS } from "../../../../models/kubernetes/name-facts.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../../../src/base/cluster-settings.ts";
import { formatAddress } from "../../../../src/base/ip.ts";
import { address, pod, service, smallCluster, SOMEWHERE } from "../../../support/small-cluster.ts";

function named(of: Pod, names: Partial<PodNames>): Pod {
  return { ...of, names: { ...DEFAULT_POD_NAMES, ...names } };
}

const WEB = pod("shop/web", ["10.244.0.10"]);
const DB0 = named(pod("shop/db-0", ["10.244.0.20"], { labels: { app: "db" } }), {
  hostname: "db-0",
  subdomain: "db",
});
const DB1 = named(pod("shop/db-1", ["10.244.0.21"], { labels: { app: "db" } }), {
  hostname: "db-1",
  subdomain: "db",
});

function alias(id: string, target: string): NonNullable<Cluster["externalNames"]>[number] {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name, target, origin: SOMEWHERE };
}

const CLUSTER: Cluster = {
  ...smallCluster(
    [WEB, DB0, DB1],
    [
      service("data/store", ["10.96.0.7"], { sql: 5432 }),
      service("shop/db", [], { sql: 5432 }),
      service("shop/cache", ["10.96.0.8", "fd00:96::8"], { redis: 6379 }),
    ],
  ),
  externalNames: [
    alias("shop/store", "store.data.svc.cluster.local"),
    alias("shop/pay", "Pay.Example.com."),
    alias("shop/a", "b.shop.svc.cluster.local"),
    alias("shop/b", "a.shop.svc.cluster.local"),
    alias("shop/fixed", "10.0.0.1"),
  ],
};

/** What `name` comes to for the web pod: addresses, or the kind of answer and what it is about. */
function answer(name: string, of: Pod = WEB, cluster: Cluster = CLUSTER): string {
  const result = resolve(cluster, zoneOf(cluster), of, name);
  if (result.kind === "hosts") return `hosts ${result.addresses.map(formatAddress).join(" ")}`;
  const { answer: found } = result;
  if (found.kind === "found") {
    return found.records.map((r) => formatAddress(r.address)).join(" ");
  }
  return found.kind === "outside" ? `outside ${found.name}` : found.kind;
}

function asked(name: string, of: Pod = WEB): readonly string[] {
  const result = resolve(CLUSTER, zoneOf(CLUSTER), of, name);
  return result.kind === "hosts" ? [] : result.asked.map((each) => each.name);
}

test("the defaults of settings and of the model are the same", () => {
  expect(DEFAULT_CLUSTER_SETTINGS.clusterDomain.value).toBe(DEFAULT_NAME_SETTINGS.clusterDomain);
  expect(DEFAULT_CLUSTER_SETTINGS.dnsService.value).toEqual(DEFAULT_NAME_SETTINGS.dnsService);
});

describe("names of the zone (S5.1 to S5.7)", () => {
  test.each([
    ["store.data.svc.cluster.local.", "10.96.0.7"],
    ["STORE.Data.svc.cluster.local.", "10.96.0.7"],
    ["cache.shop.svc.cluster.local.", "10.96.0.8 fd00:96::8"],
    ["db.shop.svc.cluster.local.", "10.244.0.20 10.244.0.21"],
    ["db-1.db.shop.svc.cluster.local.", "10.244.0.21"],
    ["db-2.db.shop.svc.cluster.local.", "missing"],
    ["db-1.cache.shop.svc.cluster.local.", "missing"],
    ["shop.svc.cluster.local.", "missing"],
    ["example.com.", "outside example.com."],
  ])("%s is %s", (name, expected) => {
    expect(answer(name)).toBe(expected);
  });

  test("a headless service answers with what is ready, and one without is not there", () => {
    const unready: Cluster = {
      ...CLUSTER,
      pods: CLUSTER.pods.map((p) => (p.name === "db-0" ? { ...p, ready: false } : p)),
    };
    expect(answer("db", WEB, unready)).toBe("10.244.0.21");
    expect(answer("db-0.db", WEB, unready)).toBe("outside db-0.db.");
    const none: Cluster = { ...CLUSTER, pods: [WEB, { ...DB0, terminating: true }] };
    expect(answer("db.shop.svc.cluster.local.", WEB, none)).toBe("missing");
    const published = none.services.map((s) => ({ ...s, publishNotReadyAddresses: true }));
    expect(answer("db", WEB, { ...none, services: published })).toBe("10.244.0.20");
  });

  test("a pod without host name, or with another subdomain, has no name of its own", () => {
    const bare: Cluster = {
      ...CLUSTER,
      pods: [WEB, { ...DB0, names: DEFAULT_POD_NAMES }, named(DB1, { hostname: "x" })],
    };
    expect(answer("db", WEB, bare)).toBe("10.244.0.20 10.244.0.21");
    expect(answer("db-0.db.shop.svc.cluster.local.", WEB, bare)).toBe("missing");
    expect(answer("x.db.shop.svc.cluster.local.", WEB, bare)).toBe("missing");
  });

  test("what implementations add is open, not missing", () => {
    expect(answer("10-244-0-20.shop.pod.cluster.local.")).toBe("open");
    expect(answer("kubernetes.default")).toBe("open");
    const bare: Cluster = { ...CLUSTER, pods: [WEB, { ...DB0, names: DEFAULT_POD_NAMES }] };
    expect(answer("10-244-0-20.db.shop.svc.cluster.local.", WEB, bare)).toBe("open");
    expect(answer("10-244-0-20.db.shop.svc.cluster.local.")).toBe("missing");
  });

  test("aliases lead on, inside and outside, and in a circle to nothing", () => {
    expect(answer("store")).toBe("10.96.0.7");
    expect(answer("pay")).toBe("outside pay.example.com.");
    expect(answer("a.shop.svc.cluster.local.")).toBe("missing");
    expect(answer("fixed")).toBe("outside 10.0.0.1.");
    const circle = lookUpAddresses(zoneOf(CLUSTER), "a.shop.svc.cluster.local.");
    expect(circle).toMatchObject({ kind: "missing", through: ["b.shop.svc.cluster.local."] });
  });

  test("named ports have SRV records, addresses have PTR records", () => {
    const records = zoneRecords(CLUSTER);
    const at = (name: string): unknown[] =>
      records.flatMap((r) => (r.name === name && "target" in r ? [r.target] : []));
    expect(at("_sql._tcp.store.data.svc.cluster.local.")).toEqual([
      "store.data.svc.cluster.local.",
    ]);
    expect(at("_sql._tcp.db.shop.svc.cluster.local.")).toEqual([
      "db-0.db.shop.svc.cluster.local.",
      "db-1.db.shop.svc.cluster.local.",
    ]);
    expect(at("7.0.96.10.in-addr.arpa.")).toEqual(["store.data.svc.cluster.local."]);
    expect(at("20.0.244.10.in-addr.arpa.")).toEqual(["db-0.db.shop.svc.cluster.local."]);
  });

  test("the zone is that of the cluster", () => {
    const naming = { ...DEFAULT_NAME_SETTINGS, clusterDomain: "corp.example" };
    expect(answer("store.data.svc.corp.example.", WEB, { ...CLUSTER, naming })).toBe("10.96.0.7");
    expect(answer("store.data", WEB, { ...CLUSTER, naming })).toBe("10.96.0.7");
  });
});

describe("the search path of a pod (S5.11 to S5.14)", () => {
  test("names with few dots are searched first, in the order of the list", () => {
    expect(asked("store.data")).toEqual([
      "store.data.shop.svc.cluster.local.",
      "store.data.svc.cluster.local.",
    ]);
    expect(asked("nobody")).toEqual([
      "nobody.shop.svc.cluster.local.",
      "nobody.svc.cluster.local.",
      "nobody.cluster.local.",
      "nobody.",
    ]);
    expect(asked("store.data.svc.cluster.local")).toHaveLength(4);
    expect(asked("store.data.svc.cluster.local.")).toHaveLength(1);
  });

  test("ndots decides whether the name is tried as it is first", () => {
    const fast = named(WEB, {
      dnsConfig: { nameservers: [], searches: [], options: [{ name: "ndots", value: "1" }] },
    });
    expect(candidates(resolverOf(fast, DEFAULT_NAME_SETTINGS), "a.b")[0]).toBe("a.b.");
    expect(candidates(resolverOf(WEB, DEFAULT_NAME_SETTINGS), "a.b").at(-1)).toBe("a.b.");
    expect(answer("store.data", fast)).toBe("outside store.data.");
  });

  test("dnsConfig adds to what the policy gives, and takes its place with None", () => {
    const dnsConfig = {
      nameservers: ["1.1.1.1", "10.96.0.10", "10.96.0.10", "9.9.9.9"].map(address),
      searches: ["data.svc.cluster.local", "svc.cluster.local."],
      options: [{ name: "edns0" }, { name: "ndots", value: "2" }],
    };
    const more = resolverOf(named(WEB, { dnsConfig }), DEFAULT_NAME_SETTINGS);
    expect(more.nameservers).toHaveLength(3);
    expect(more.nameservers[0]).toBe("cluster");
    expect(more.searches).toEqual([
      "shop.svc.cluster.local",
      "svc.cluster.local",
      "cluster.local",
      "data.svc.cluster.local",
    ]);
    expect(more.ndots).toBe(2);
    const none = resolverOf(named(WEB, { dnsConfig, dnsPolicy: "None" }), DEFAULT_NAME_SETTINGS);
    expect(none.searches).toEqual(["data.svc.cluster.local", "svc.cluster.local"]);
    expect(none.inherits).toBe(false);
  });

  test("a pod that asks somebody else than the cluster has no answer here", () => {
    const onHost: Pod = { ...WEB, hostNetwork: true };
    expect(answer("store.data", onHost)).toBe("open");
    expect(answer("store.data", named(onHost, { dnsPolicy: "ClusterFirstWithHostNet" }))).toBe(
      "10.96.0.7",
    );
    expect(answer("store.data", named(WEB, { dnsPolicy: "Default" }))).toBe("open");
    const own = (text: string): Pod =>
      named(WEB, {
        dnsPolicy: "None",
        dnsConfig: {
          nameservers: [address(text)],
          searches: ["svc.cluster.local"],
          options: [],
        },
      });
    expect(answer("store.data", own("1.1.1.1"))).toBe("open");
    const dns = service("kube-system/kube-dns", ["10.96.0.10"], { dns: 53 });
    const withDns: Cluster = { ...CLUSTER, services: [...CLUSTER.services, dns] };
    // One dot is not fewer than the default of one.
    expect(answer("store.data", own("10.96.0.10"), withDns)).toBe("outside store.data.");
    expect(answer("store", own("10.96.0.10"), withDns)).toBe("outside store.");
  });

  test("the pod's own hosts file comes before any question (S5.16)", () => {
    expect(answer("web")).toBe("hosts 10.244.0.10");
    expect(answer("localhost")).toBe("hosts 127.0.0.1 ::1");
    expect(answer("db-0", DB0)).toBe("hosts 10.244.0.20");
    expect(answer("db-0.db.shop.svc.cluster.local", DB0)).toBe("hosts 10.244.0.20");
    const aliased = named(WEB, {
      hostAliases: [{ address: address("10.9.9.9"), names: ["legacy", "legacy.corp"] }],
    });
    expect(answer("legacy.corp", aliased)).toBe("hosts 10.9.9.9");
  });
});
