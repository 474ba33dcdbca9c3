import { describe, expect, test } from "vitest";
import { formatAddress, formatAddressSet } from "../../../src/base/ip.ts";
import {
  container,
  deployment,
  endpoints,
  located,
  node,
  pod,
  service,
  unmodelled,
  workload,
} from "../../support/resource-values.ts";
import { addresses, blocks, build, type Built, configured } from "./helpers.ts";

/** The frontends with an address, but the API server's, as text. */
function frontends(built: Built): readonly string[] {
  return built.cluster.frontends
    .filter((f) => !f.text.includes("API server") && f.ports.length > 0)
    .map((f) => {
      const ports = f.ports.map(([low, high]) =>
        low === high ? low : `${String(low)}-${String(high)}`,
      );
      return `${formatAddressSet(f.addresses)} ${f.protocol} ${ports.join(" ")}: ${f.text}`;
    });
}

const web = deployment("shop/web", { ports: ["http:8080"] });

describe("services", () => {
  test("get defaults and an address", () => {
    const built = build([web, service("shop/web", ["80", "metrics:90/UDP>named", "443>8443"])]);
    const [own] = built.cluster.services;
    expect(addresses(own)).toBe("10.96.0.2");
    expect([...(own?.selector ?? [])]).toEqual([["app", "web"]]);
    expect(own?.ports.map((p) => [p.name, p.protocol, p.port, p.target])).toEqual([
      [undefined, "TCP", 80, 80],
      ["metrics", "UDP", 90, "named"],
      [undefined, "TCP", 443, 8443],
    ]);
  });

  test("keep stated addresses, and others do not get them", () => {
    const built = build([
      web,
      service("shop/a", ["80"], { selector: ["app=web"] }),
      service("shop/web", ["80"], { clusterIps: ["10.96.0.2"] }),
    ]);
    expect(built.cluster.services.map(addresses)).toEqual(["10.96.0.3", "10.96.0.2"]);
  });

  test("have none when headless, or an alias of a name", () => {
    const built = build([
      web,
      service("shop/web", ["8080"], { more: { headless: true } }),
      service("shop/alias", [], {
        type: "ExternalName",
        more: { externalName: located("x.example") },
      }),
    ]);
    expect(built.cluster.services.map((s) => `${s.name} ${addresses(s)}`)).toEqual(["web "]);
    expect(built.codes).toContain("note NQ2039");
  });

  test("that state one address twice, or outside of set blocks, are errors", () => {
    const twice = build([
      service("shop/a", ["80"], { clusterIps: ["10.96.0.9"] }),
      service("shop/b", ["80"], { clusterIps: ["10.96.0.9"] }),
    ]);
    expect(twice.codes).toContain("error NQ2031");
    expect(twice.cluster.services).toHaveLength(2);
    const stray = build([service("shop/a", ["80"], { clusterIps: ["10.96.0.9"] })], {
      serviceCidrs: blocks("10.43.0.0/16"),
    });
    expect(stray.codes).toContain("error NQ2030");
  });

  test("that need a family which is configured away are errors", () => {
    const dual = service("shop/web", ["80"], {
      more: { ipFamilyPolicy: located("RequireDualStack") },
    });
    const built = build([web, dual], { ipFamilies: configured(["IPv4"] as const) });
    expect(built.codes).toContain("error NQ2033");
    const v6 = service("shop/web", ["80"], { more: { ipFamilies: [located("IPv6" as const)] } });
    expect(build([web, v6], { ipFamilies: configured(["IPv4"] as const) }).codes).toContain(
      "error NQ2033",
    );
  });

  test("without pods, endpoints or the named port are shown", () => {
    const built = build([
      web,
      service("shop/none", ["80"]),
      service("shop/manual", ["80"], { selector: [] }),
      service("shop/web", ["80>https"]),
      service("shop/number", ["80>9999"], { selector: ["app=web"] }),
      service("shop/protocol", ["80/UDP>8080"], { selector: ["app=web"] }),
      service("shop/headless", ["80>8080"], { selector: ["app=web"], more: { headless: true } }),
    ]);
    expect(built.codes.filter((c) => c.startsWith("warning")).sort()).toEqual([
      "warning NQ2002",
      "warning NQ2034",
      "warning NQ2035",
      "warning NQ2036",
      "warning NQ2037",
      "warning NQ2037",
      "warning NQ2038",
    ]);
  });

  test("with pods that declare no port at all are not suspected", () => {
    const built = build([deployment("shop/web"), service("shop/web", ["80>9999"])]);
    expect(built.codes).toEqual(["warning NQ2002"]);
  });
});

describe("endpoints", () => {
  const manual = service("shop/db", ["pg:5432"], { selector: [] });
  const slices = (built: Built): readonly string[] =>
    (built.cluster.services[0]?.slices ?? []).map(
      (s) =>
        `${s.family} ${s.endpoints.map((e) => addresses({ addresses: [e.address] })).join(" ")} ${s.ports
          .map((p) => `${p.name ?? "-"}:${String(p.number)}`)
          .join(" ")}`,
    );
  const slice = (name: string, managedBy?: string): ReturnType<typeof endpoints> =>
    endpoints(
      "EndpointSlice",
      `shop/${name}`,
      "db",
      ["203.0.113.5"],
      [{ name: "pg", number: 15432 }],
      managedBy,
    );
  const legacy = endpoints(
    "Endpoints",
    "shop/db",
    "db",
    ["203.0.113.6"],
    [{ name: "pg", number: 1 }],
  );

  test("written by hand count for a service without selector", () => {
    expect(slices(build([manual, slice("a"), slice("b")]))).toEqual([
      "IPv4 203.0.113.5 pg:15432",
      "IPv4 203.0.113.5 pg:15432",
    ]);
  });

  test("of the old kind count where there is no slice", () => {
    expect(slices(build([manual, legacy]))).toEqual(["IPv4 203.0.113.6 pg:1"]);
    expect(slices(build([manual, legacy, slice("a")]))).toEqual(["IPv4 203.0.113.5 pg:15432"]);
    const mirror = slice("m", "endpointslicemirroring-controller.k8s.io");
    expect(slices(build([manual, legacy, mirror]))).toEqual(["IPv4 203.0.113.6 pg:1"]);
  });

  test("written by the control plane restate the selector", () => {
    const live = pod("shop/db", {
      labels: ["app=db"],
      status: { phase: "Running", ips: ["10.244.1.5"] },
    });
    const own = (ip: string): ReturnType<typeof endpoints> =>
      endpoints(
        "EndpointSlice",
        "shop/db-x",
        "db",
        [ip],
        [{ name: "pg", number: 5432 }],
        "endpointslice-controller.k8s.io",
      );
    const db = service("shop/db", ["pg:5432"]);
    expect(slices(build([live, db, own("10.244.1.5")]))).toEqual([]);
    const stale = build([live, db, own("10.244.1.99")]);
    expect(slices(stale)).toEqual(["IPv4 10.244.1.99 pg:5432"]);
    expect(stale.codes).toContain("warning NQ2044");
  });

  test("written by hand beside a selector count in addition", () => {
    const built = build([deployment("shop/db"), service("shop/db", ["pg:5432"]), slice("a")]);
    expect(slices(built)).toHaveLength(1);
    expect(built.codes).toContain("warning NQ2041");
  });

  test("without a service, with another port name or without number are shown", () => {
    const built = build([
      manual,
      endpoints("EndpointSlice", "shop/lost", undefined, ["203.0.113.5"], []),
      endpoints("Endpoints", "shop/leader", "leader", ["203.0.113.5"], []),
      endpoints("EndpointSlice", "shop/odd", "db", ["203.0.113.5"], [{ name: "x", number: 1 }, {}]),
    ]);
    expect(built.codes.filter((c) => c.includes("NQ204")).sort()).toEqual([
      "note NQ2040",
      "warning NQ2040",
      "warning NQ2042",
      "warning NQ2045",
    ]);
  });
});

describe("published services", () => {
  const nodes = [node("a", { ips: ["192.168.1.1"] }), node("b", { ips: ["192.168.1.2"] })];
  const placed = deployment("shop/web", { ports: ["http:8080"], nodeName: "a" });
  const local = { externalTrafficPolicy: located("Local") };

  test("have the node ports that they state", () => {
    const built = build([
      ...nodes,
      web,
      service("shop/web", ["80>http@30080"], { type: "NodePort" }),
    ]);
    expect(frontends(built)).toEqual([]);
    expect(built.cluster.services[0]?.ports[0]?.nodePort).toBe(30_080);
  });

  test("get node ports and load balancer addresses that they do not state, with a word", () => {
    const built = build([
      ...nodes,
      web,
      service("shop/web", ["80>http"], { type: "LoadBalancer" }),
    ]);
    const [own] = built.cluster.services;
    expect(own?.ports[0]?.nodePort).toBe(30_000);
    expect(own?.balancer?.addresses.map(formatAddress)).toEqual(["198.18.0.2"]);
    // Any other number could be the one.
    expect(frontends(built)).toEqual([
      "127.0.0.0/8, 192.168.1.1-192.168.1.2 TCP 30000-32767: a node port that the input does not state",
    ]);
    expect(built.assumptions.map(({ text }) => text).join(" ")).toContain("30000 assumed");
    const without = service("shop/web", ["80>http"], {
      type: "LoadBalancer",
      more: { allocateLoadBalancerNodePorts: false },
    });
    expect(build([...nodes, web, without]).cluster.services[0]?.ports[0]?.nodePort).toBeUndefined();
  });

  test("have the addresses that are stated", () => {
    const built = build([
      ...nodes,
      web,
      service("shop/web", ["80>http@30080", "443>http@30443"], {
        type: "LoadBalancer",
        balancerIps: ["203.0.113.1"],
        externalIps: ["198.51.100.1"],
      }),
    ]);
    const [own] = built.cluster.services;
    expect(own?.balancer?.addresses.map(formatAddress)).toEqual(["203.0.113.1"]);
    expect(own?.externalAddresses?.map(formatAddress)).toEqual(["198.51.100.1"]);
    expect(frontends(built)).toEqual([]);
  });

  test("with policy Local stay open where the nodes of pods are assumed", () => {
    const own = service("shop/web", ["80>http@30080"], { type: "NodePort", more: local });
    const open = build([...nodes, web, own]);
    expect(frontends(open)).toEqual([
      "127.0.0.0/8, 192.168.1.1-192.168.1.2 TCP 30080: a node port that leads to pods of the same node of shop/Service/web",
    ]);
    expect(open.codes).toContain("note NQ2120");
    const known = build([...nodes, placed, own]);
    expect(frontends(known)).toEqual([]);
    expect(known.cluster.services[0]).toMatchObject({ externalTrafficPolicy: "Local" });
  });

  test("of names that begin alike are told apart", () => {
    const built = build([
      ...nodes,
      deployment("shop/web", { podLabels: ["app=web"] }),
      service("shop/web", ["80@30080"], { type: "NodePort", selector: ["app=web"] }),
      service("shop/web2", ["80@30081"], {
        type: "NodePort",
        selector: ["app=web"],
        more: local,
      }),
    ]);
    const notes = built.diagnostics.filter(({ code }) => code === "NQ2120");
    expect(notes.map(({ message }) => message)).toEqual([
      "shop/Service/web2 is also reached at a node port that leads to pods of the same node: answers about connections to there are undecided, its other addresses are answered for",
    ]);
  });

  test("stay open where the node ports are used up, with a word", () => {
    const many = Array.from({ length: 2769 }, (_, i) => `p${String(i)}:${String(i + 1)}`);
    const built = build([...nodes, web, service("shop/web", many, { type: "NodePort" })]);
    const [own] = built.cluster.services;
    expect(own?.ports.filter((port) => port.nodePort === undefined)).toHaveLength(1);
    expect(frontends(built)).toEqual([
      "127.0.0.0/8, 192.168.1.1-192.168.1.2 TCP 30000-32767: a node port that the input does not state",
      "127.0.0.0/8, 192.168.1.1-192.168.1.2 TCP 30000-32767: a node port that the input does not state of shop/Service/web",
    ]);
    expect(built.codes).toContain("note NQ2120");
  });

  test("state the node port of each port, whatever the protocol", () => {
    const both = ["t:53/TCP@30053", "u:53/UDP@30054"];
    const own = service("shop/web", both, { type: "NodePort", more: local });
    expect(frontends(build([...nodes, web, own]))).toEqual([
      "127.0.0.0/8, 192.168.1.1-192.168.1.2 TCP 30053: a node port that leads to pods of the same node of shop/Service/web",
      "127.0.0.0/8, 192.168.1.1-192.168.1.2 UDP 30054: a node port that leads to pods of the same node of shop/Service/web",
    ]);
  });

  test("with policy Local and a load balancer stay open where a node may serve one port only", () => {
    const some = [
      deployment("shop/a", { ports: ["http:8080", "admin:9090"], podLabels: ["app=web"] }),
      deployment("shop/b", { ports: ["http:8080"], podLabels: ["app=web"] }),
    ];
    const lb = (...ports: readonly string[]): ReturnType<typeof service> =>
      service("shop/web", ports, {
        type: "LoadBalancer",
        selector: ["app=web"],
        balancerIps: ["203.0.113.1"],
        more: { ...local, allocateLoadBalancerNodePorts: false },
      });
    const uneven = build([...nodes, ...some, lb("80>http", "90>admin")]);
    expect(uneven.cluster.services[0]?.balancer).toBeUndefined();
    expect(frontends(uneven)).toEqual([
      "203.0.113.1 TCP 80: a load balancer that leads to pods of the same node of shop/Service/web",
      "203.0.113.1 TCP 90: a load balancer that leads to pods of the same node of shop/Service/web",
    ]);
    const even = build([...nodes, ...some, lb("80>http", "90>8080")]);
    expect(even.cluster.services[0]?.balancer?.addresses).toHaveLength(1);
    expect(frontends(even)).toEqual([]);
  });

  test("say which node ports are assumed", () => {
    const made = service("shop/web", ["80>http", "443>http@30001"], { type: "NodePort" });
    const { unknowns, assumptions } = build([...nodes, web, made]);
    expect(unknowns.nodePorts).toEqual({ assumed: [[30_000, 30_000]], among: [[30_000, 32_767]] });
    expect(assumptions.map(({ text }) => text).join(" ")).toContain("1 port: 30000 assumed");
  });

  test("that claim one address and port stay open", () => {
    const built = build([
      ...nodes,
      web,
      service("shop/a", ["80"], { externalIps: ["198.51.100.1"] }),
      service("shop/b", ["80"], { externalIps: ["198.51.100.1"] }),
    ]);
    expect(built.cluster.services.flatMap((s) => s.externalAddresses ?? [])).toEqual([]);
    expect(frontends(built).map((text) => text.slice(0, 20))).toEqual([
      "198.51.100.1 TCP 80:",
      "198.51.100.1 TCP 80:",
    ]);
  });
});

describe("frontends", () => {
  const nodes = [node("a", { ips: ["192.168.1.1"] }), node("b", { ips: ["192.168.1.2"] })];

  test("are host ports, at the pod's node where that is certain", () => {
    const ports = [
      { containerPort: located(80), hostPort: located(8080) },
      { containerPort: located(81), hostPort: located(8081), hostIP: located("192.168.1.2") },
      { containerPort: located(82), hostPort: located(8082), hostIP: located("127.0.0.1") },
    ];
    const containers = [{ ...container("c", []), ports }];
    expect(
      frontends(build([...nodes, workload("Deployment", "shop/web", { containers })])),
    ).toEqual([
      "192.168.1.1-192.168.1.2 TCP 8080: host port 8080 of shop/Deployment/web",
      "192.168.1.2 TCP 8081: host port 8081 of shop/Deployment/web",
    ]);
    const placed = build([
      ...nodes,
      workload("Deployment", "shop/web", { containers, nodeName: "a" }),
    ]);
    // The second names an address that the node does not have.
    expect(frontends(placed)).toEqual([
      "192.168.1.2 TCP 8081: host port 8081 of shop/Deployment/web",
    ]);
    expect(placed.cluster.pods[0]?.hostPorts).toMatchObject([{ number: 8080, target: 80 }]);
  });

  test("are host ports that something else claims", () => {
    const ports = [{ containerPort: located(80), hostPort: located(30_080) }];
    const containers = [{ ...container("c", []), ports }];
    const web1 = workload("Deployment", "shop/web", { containers, nodeName: "a" });
    const exposed = service("shop/api", ["80@30080"], { type: "NodePort", selector: ["app=api"] });
    const built = build([...nodes, web1, exposed]);
    expect(built.cluster.pods[0]?.hostPorts).toBeUndefined();
    expect(built.cluster.services[0]?.ports[0]?.nodePort).toBeUndefined();
    expect(frontends(built).map((text) => text.replace(/^.* TCP /, ""))).toContain(
      "30080: host port 30080 of shop/Deployment/web",
    );
    const twice = workload("Deployment", "shop/web2", { containers, nodeName: "a" });
    expect(build([...nodes, web1, twice]).cluster.pods.flatMap((p) => p.hostPorts ?? [])).toEqual(
      [],
    );
  });

  test("with one node port for two uses are errors", () => {
    const port = (id: string, ...ports: readonly string[]): ReturnType<typeof service> =>
      service(id, ports, { type: "NodePort", selector: ["app=web"] });
    expect(build([port("shop/a", "80@30080"), port("shop/b", "80@30080")]).codes).toContain(
      "error NQ2032",
    );
    const both = build([port("shop/a", "t:53/TCP@30053", "u:53/UDP@30053")]);
    expect(both.codes).not.toContain("error NQ2032");
  });

  test("include the API server's service unless it is given", () => {
    const claims = (built: Built): readonly string[] =>
      built.cluster.frontends.map((f) => formatAddressSet(f.addresses));
    expect(claims(build([]))).toEqual(["10.96.0.1"]);
    const given = service("default/kubernetes", ["443"], {
      clusterIps: ["10.96.0.1"],
      selector: [],
    });
    expect(claims(build([given]))).toEqual([]);
  });

  test("replace the ports of services of which it cannot be told where they lead", () => {
    const local = service("shop/web", ["80"], {
      more: { internalTrafficPolicy: located("Local") },
    });
    const hashed = service("shop/hash", ["81"], { selector: ["pod-template-hash=5d8f"] });
    const config = unmodelled("workload", "apps.openshift.io/v1", "DeploymentConfig", "shop/dc", {
      spec: { template: { metadata: { labels: { app: "dc" } } } },
    });
    const foreign = service("shop/dc", ["82"]);
    const built = build([web, local, hashed, config, foreign]);
    expect(built.cluster.services.map((s) => s.ports.length)).toEqual([0, 0, 0]);
    expect(frontends(built).map((f) => f.slice(0, f.indexOf(":")))).toEqual([
      "10.96.0.4 TCP 80",
      "10.96.0.3 TCP 81",
      "10.96.0.2 TCP 82",
    ]);
    expect(built.codes).toEqual(
      expect.arrayContaining(["warning NQ2121", "warning NQ2015", "warning NQ2110"]),
    );
    expect(build([web, local], { nodes: configured(1) }).cluster.services[0]?.ports).toHaveLength(
      1,
    );
  });
});
