import { describe, expect, test } from "vitest";
import { present } from "../../../src/base/assert.ts";
import { formatAddress, formatAddressSet } from "../../../src/base/ip.ts";
import type { IntentProperty } from "../../../src/intent/ast.ts";
import type { EndpointSet } from "../../../src/intent/endpoint-set.ts";
import { readIntentFile } from "../../../src/intent/intent-file.ts";
import { resolveProperties } from "../../../src/intent/resolve-claim.ts";
import { meansServicePort, portsAtPod } from "../../../src/intent/resolve-ports.ts";
import { endpointResolver, entrances } from "../../../src/intent/resolve.ts";
import { address, pod, service, smallCluster } from "../../support/small-cluster.ts";

const web1 = pod("shop/web-1", ["10.244.0.1", "fd00::1"], {
  labels: { app: "web" },
  kind: "Deployment",
  workload: "web",
  ports: { http: 8080 },
});
const web2 = pod("shop/web-2", ["10.244.0.2"], {
  labels: { app: "web", canary: "yes" },
  kind: "Deployment",
  workload: "web",
  ports: { http: 8081 },
});
const db = pod("data/db-0", ["10.244.0.3"], { kind: "StatefulSet", workload: "db" });
const proxy = pod("kube-system/proxy", ["172.18.0.2"], {
  labels: { app: "proxy" },
  hostNetwork: true,
});
const cluster = smallCluster(
  [db, proxy, web1, web2],
  [
    service("data/db", [], { sql: 5432 }),
    service("shop/web", ["10.96.0.9"], { http: 80, admin: 9000 }),
  ],
  { data: { tier: "data" }, empty: {} },
);

function property(claim: string, extra = ""): readonly IntentProperty[] {
  const text = `version: 1\nproperties:\n  - { id: p, ${claim}${extra} }\n`;
  const { value, diagnostics } = readIntentFile("intent.yaml", text);
  expect(diagnostics).toEqual([]);
  return present(value, "no value").properties;
}

/** Whom the endpoint `yaml` selects, in words. */
function selected(yaml: string): readonly string[] {
  const [read] = property(`deny: { from: x/y, to: ${yaml} }`);
  const claim = read?.claim;
  if (claim?.kind !== "deny") throw new Error("no deny");
  return words(endpointResolver(cluster)(claim.to.expression));
}

function words(set: EndpointSet): readonly string[] {
  const owners = (kind: string, members: EndpointSet["pods"]): readonly string[] =>
    [...members].map(
      ([name, addresses]) => `${kind} ${name} ${addresses.map(formatAddress).join(" ")}`,
    );
  return [
    ...owners("pod", set.pods),
    ...owners("node", set.nodes),
    ...set.services.map((s) => `service ${s.service}:${String(s.port.port)}`),
    `outside ${formatAddressSet(set.outside)}`,
  ];
}

describe("entrances", () => {
  test("are the load balancer, external addresses and the node port of every node", () => {
    const port = {
      ...present(service("shop/web", [], { http: 80 }).ports[0], "no port"),
      nodePort: 30_080,
    };
    const published = {
      ...service("shop/web", [], {}),
      externalAddresses: [address("198.51.100.7")],
      balancer: { addresses: [address("203.0.113.7")], sources: [] },
    };
    const shown = entrances(cluster, published, port).map(
      (entrance) => `${formatAddress(entrance.address)} ${String(entrance.port)}`,
    );
    const atNodes = cluster.nodes
      .flatMap((node) => node.addresses)
      .map((own) => `${formatAddress(own)} 30080`);
    expect(atNodes).not.toEqual([]);
    expect(shown).toEqual(["203.0.113.7 80", "198.51.100.7 80", ...atNodes]);
    const [closed] = service("shop/web", [], { http: 80 }).ports;
    expect(entrances(cluster, service("shop/web", [], {}), present(closed, "no port"))).toEqual([]);
  });
});

describe("endpointResolver", () => {
  const WEB1 = "pod shop/web-1 10.244.0.1 fd00::1";
  const WEB2 = "pod shop/web-2 10.244.0.2";
  const DB = "pod data/db-0 10.244.0.3";
  const PROXY = "pod kube-system/proxy 172.18.0.2";
  const NODE = "node n1 172.18.0.2";
  test.each([
    ["shop/web", [WEB1, WEB2]],
    ["shop/Deployment/web", [WEB1, WEB2]],
    ["shop/StatefulSet/web", []],
    ["shop/web-2", [WEB2]],
    ["shop/Pod/web-2", [WEB2]],
    ["shop/*", [WEB1, WEB2]],
    ["kube-system/*", [PROXY]],
    ['"*"', [DB, WEB1, WEB2]],
    ["cluster", [DB, WEB1, WEB2]],
    ["nodes", [NODE]],
    ["node:n1", [NODE]],
    ["node:n2", []],
    ["{ labels: { app: [web, proxy] } }", [PROXY, WEB1, WEB2]],
    ["{ labels: { app: web, canary: yes } }", [WEB2]],
    ["{ namespaceLabels: { tier: data } }", [DB]],
    ["{ namespaceLabels: '!tier' }", [PROXY, WEB1, WEB2]],
    ["{ not: shop/web }", [DB]],
    ["{ namespace: shop, not: { labels: canary } }", [WEB1]],
    ["[data/db, { labels: canary }, data/*]", [DB, WEB2]],
    ["'svc:shop/web'", ["service shop/web:80", "service shop/web:9000"]],
    ["'svc:shop/web:http'", ["service shop/web:80"]],
    ["'svc:shop/web:9000'", ["service shop/web:9000"]],
    ["'svc:shop/web:81'", []],
    ["'svc:data/db'", []],
    ["10.244.0.2", [WEB2]],
    ["10.244.9.9", []],
    ["172.18.0.2", [PROXY, NODE]],
    ["10.96.0.9", ["service shop/web:80", "service shop/web:9000"]],
    ["'fd00::/8'", ["pod shop/web-1 fd00::1"]],
    ["{ cidr: 10.244.0.0/24, labels: { app: web } }", ["pod shop/web-1 10.244.0.1", WEB2]],
  ])("%s selects %j", (yaml, expected) => {
    expect(selected(yaml).slice(0, -1)).toEqual(expected);
    // A block of another size than these addresses reaches beyond the cluster; it has a test of its own.
    if (!yaml.includes("/8")) expect(selected(yaml).at(-1)).toBe("outside nothing");
  });

  test("addresses outside are those that nobody in the cluster has", () => {
    expect(selected("192.0.2.0/24")).toEqual(["outside 192.0.2.0/24"]);
    expect(selected("{ cidr: 192.0.2.0/24, not: 192.0.2.0/25 }")).toEqual([
      "outside 192.0.2.128/25",
    ]);
    expect(selected("172.18.0.2/31")).toEqual([
      "pod kube-system/proxy 172.18.0.2",
      NODE,
      "outside 172.18.0.3",
    ]);
    expect(selected("127.0.0.0/8")).toEqual(["outside nothing"]);
  });

  test("internet leaves out private ranges, external does not", () => {
    const internet = selected("internet").at(-1) ?? "";
    const external = selected("external").at(-1) ?? "";
    expect(internet).toContain("172.32.0.0");
    expect(internet).not.toContain("192.168");
    expect(external).toContain("172.18.0.3");
    expect(external).not.toContain("172.18.0.2-");
  });
});

describe("resolveProperties", () => {
  const problems = (claim: string, extra = ""): readonly string[] =>
    resolveProperties(property(claim, extra), cluster).diagnostics.map(
      (d) => `${d.code} ${d.message}${d.hint === undefined ? "" : ` (${d.hint})`}`,
    );
  const EXISTS = "expected something that exists in the manifests";

  test.each([
    ["shop/wbe", `NQ4030 shop/wbe selects nothing: ${EXISTS} (did you mean shop/web?)`],
    ["shp/web", `NQ4030 shp/web selects nothing: ${EXISTS} (did you mean shop?)`],
    ["empty/*", `NQ4030 empty/* selects nothing: ${EXISTS} (the namespace empty has no pods)`],
    [
      "shop/Job/web",
      `NQ4030 shop/Job/web selects nothing: ${EXISTS} (there is shop/Deployment/web)`,
    ],
    [
      "'svc:data/db'",
      `NQ4030 svc:data/db selects nothing: ${EXISTS} (data/db is headless: it has no address of its own, so name the workload behind it)`,
    ],
    [
      "'svc:shop/wep'",
      `NQ4030 svc:shop/wep selects nothing: ${EXISTS} (did you mean svc:shop/web?)`,
    ],
    [
      "'svc:shop/web:81'",
      "NQ4033 svc:shop/web has no port 81: expected one of http 80, admin 9000",
    ],
    [
      "{ labels: { app: wbe } }",
      `NQ4030 labels app=wbe selects nothing: ${EXISTS} (no pod has these labels)`,
    ],
    ["[shop/web, shop/api]", `NQ4030 shop/api selects nothing: ${EXISTS}`],
    ["{ not: shop/api }", `NQ4030 shop/api selects nothing: ${EXISTS}`],
    [
      "{ not: 192.0.2.0/24 }",
      "NQ4031 not 192.0.2.0/24 means every workload but what selects no workload: expected a workload under not (to leave out addresses, write not beside cidr)",
    ],
    [
      "10.244.9.9",
      `NQ4030 10.244.9.9 selects nothing: ${EXISTS} (the addresses lie in the blocks of pods and services, and nobody has one of them)`,
    ],
    ["node:n2", `NQ4030 node:n2 selects nothing: ${EXISTS} (did you mean node:n1?)`],
  ])("refuses %s, which selects nothing", (yaml, expected) => {
    expect(problems(`deny: { from: shop/web, to: ${yaml} }`)).toEqual([expected]);
  });

  test("allowEmpty excuses what selects nothing, and nothing else", () => {
    expect(problems("deny: { from: shop/api, to: shop/web }", ", allowEmpty: true")).toEqual([]);
    expect(
      problems("deny: { from: shop/web, to: { not: internet } }", ", allowEmpty: true"),
    ).toHaveLength(1);
  });

  test("looks into exceptions and flows", () => {
    expect(problems("deny: { from: shop/web, to: data/db, except: [{ from: shop/api }] }")).toEqual(
      [`NQ4030 shop/api selects nothing: ${EXISTS}`],
    );
    expect(problems("only: { outOf: shop/web, flows: [{ to: data/dp }] }")).toEqual([
      `NQ4030 data/dp selects nothing: ${EXISTS} (did you mean data/db?)`,
    ]);
  });

  test("names of ports must be known where they are used", () => {
    expect(problems("deny: { from: data/db, to: shop/web, ports: tcp/http }")).toEqual([]);
    expect(problems("deny: { from: data/db, to: 'svc:shop/web', ports: admin }")).toEqual([]);
    expect(problems("deny: { from: shop/web, to: data/db, ports: [80, tcp/http] }")).toEqual([
      "NQ4033 data/db has no tcp port named http: expected a name that it declares",
    ]);
    expect(problems("deny: { from: data/db, to: shop/web, ports: tcp/htp }")).toEqual([
      "NQ4033 shop/web has no tcp port named htp: expected a name that it declares (did you mean http?)",
    ]);
    expect(problems("deny: { from: data/db, to: shop/web, ports: udp/http }")).toHaveLength(1);
  });
});

describe("ports", () => {
  const ports = (text: string): Parameters<typeof portsAtPod>[0] => {
    const [read] = property(`deny: { from: data/db, to: shop/web, ports: ${text} }`);
    if (read?.claim.kind !== "deny") throw new Error("no deny");
    return read.claim.ports;
  };

  test("each pod resolves names for itself", () => {
    expect(portsAtPod(ports("[tcp/http, 1-2, udp/53]"), web1)).toEqual({
      TCP: [
        [1, 2],
        [8080, 8080],
      ],
      UDP: [[53, 53]],
      SCTP: [],
    });
    expect(portsAtPod(ports("http"), web2).TCP).toEqual([[8081, 8081]]);
    expect(portsAtPod(ports("http"), db).TCP).toEqual([]);
    expect(portsAtPod("any").SCTP).toEqual([[1, 65535]]);
  });

  test("a service's port is meant by its number or name and protocol", () => {
    const [http] = cluster.services[1]?.ports ?? [];
    const meant = (text: string): boolean =>
      meansServicePort(ports(text), present(http, "no port"));
    expect(["80", "http", "1-100", "any"].map(meant)).toEqual([true, true, true, true]);
    expect(["8080", "udp/80", "admin"].map(meant)).toEqual([false, false, false]);
  });
});
