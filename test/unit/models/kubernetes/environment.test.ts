import { describe, expect, test } from "vitest";
import type { Container, Pod, Service } from "../../../../models/kubernetes/cluster.ts";
import {
  environment,
  linkedServices,
  variablesOf,
} from "../../../../models/kubernetes/environment.ts";
import { DEFAULT_POD_NAMES } from "../../../../models/kubernetes/name-facts.ts";
import { valueText } from "../../../../src/report/env-text.ts";
import { pod, service, smallCluster, SOMEWHERE } from "../../../support/small-cluster.ts";

const WEB = pod("shop/web", ["10.244.0.10"]);
const REDIS = service("shop/redis-master", ["10.0.0.11", "fd00::11"], { redis: 6379 });
const DNS: Service = {
  ...service("shop/dns.v2", ["fd00::12"], { dns: 53, "dns-tcp": 53 }),
  addresses: service("x/y", ["fd00::12"], {}).addresses,
  ports: [
    { name: "dns", protocol: "UDP", port: 53, target: 5353, origin: SOMEWHERE },
    { name: "dns-tcp", protocol: "TCP", port: 53, target: 5353, origin: SOMEWHERE },
  ],
};
const API = service("default/kubernetes", ["10.0.0.1"], { https: 443 });
const HEADLESS = service("shop/db", [], { sql: 5432 });
const OTHER = service("ops/log", ["10.0.0.14"], { http: 80 });
const CLUSTER = smallCluster([WEB], [API, OTHER, HEADLESS, DNS, REDIS]);

function texts(of: Service): readonly string[] {
  return variablesOf(of).map(({ name, value }) => `${name}=${valueText(value)}`);
}

function names(of: Pod, apiServer: Service | undefined): readonly string[] {
  return linkedServices(CLUSTER, of, apiServer).map(({ name }) => name);
}

describe("the variables of a service (S5.21, S5.22)", () => {
  test("are those of the documentation's example", () => {
    expect(texts(REDIS)).toEqual([
      "REDIS_MASTER_SERVICE_HOST=10.0.0.11",
      "REDIS_MASTER_SERVICE_PORT=6379",
      "REDIS_MASTER_SERVICE_PORT_REDIS=6379",
      "REDIS_MASTER_PORT=tcp://10.0.0.11:6379",
      "REDIS_MASTER_PORT_6379_TCP=tcp://10.0.0.11:6379",
      "REDIS_MASTER_PORT_6379_TCP_PROTO=tcp",
      "REDIS_MASTER_PORT_6379_TCP_PORT=6379",
      "REDIS_MASTER_PORT_6379_TCP_ADDR=10.0.0.11",
    ]);
  });

  test("hold service ports, every protocol, and IPv6 in brackets", () => {
    expect(texts(DNS)).toEqual(
      expect.arrayContaining([
        "DNS_V2_SERVICE_PORT=53",
        "DNS_V2_SERVICE_PORT_DNS_TCP=53",
        "DNS_V2_PORT=udp://[fd00::12]:53",
        "DNS_V2_PORT_53_UDP=udp://[fd00::12]:53",
        "DNS_V2_PORT_53_TCP_PROTO=tcp",
        "DNS_V2_PORT_53_TCP_ADDR=fd00::12",
      ]),
    );
  });

  test("begin with an underscore where a digit would begin them", () => {
    expect(texts({ ...REDIS, name: "1st" })[0]).toBe("_1ST_SERVICE_HOST=10.0.0.11");
  });

  test("are there although it cannot be told where the ports lead", () => {
    const withheld = { ...REDIS, ports: [], declared: REDIS.ports };
    expect(texts(withheld)).toEqual(texts(REDIS));
    expect(texts(HEADLESS)).toEqual([]);
  });
});

describe("the services of a pod (S5.20)", () => {
  test("are those of its namespace with an address, and the API server's", () => {
    expect(names(WEB, API)).toEqual(["dns.v2", "redis-master", "kubernetes"]);
    expect(names({ ...WEB, namespace: "default" }, API)).toEqual(["kubernetes"]);
    expect(names(WEB, undefined)).toEqual(["dns.v2", "redis-master"]);
  });

  test("are the API server's alone without links", () => {
    expect(names({ ...WEB, names: { ...DEFAULT_POD_NAMES, serviceLinks: false } }, API)).toEqual([
      "kubernetes",
    ]);
  });

  test("hold one of the pod's namespace in place of the API server's of that name", () => {
    const own = { ...API, namespace: "shop" };
    const cluster = smallCluster([WEB], [API, own]);
    expect(linkedServices(cluster, WEB, API)).toEqual([own]);
  });
});

describe("the variables of a container (S5.23)", () => {
  const container = (texts: NonNullable<Container["texts"]>): Container => ({
    name: "main",
    kind: "regular",
    ports: [],
    texts,
    origin: SOMEWHERE,
  });

  test("give way to its own", () => {
    const own = { name: "REDIS_MASTER_PORT", value: "6379", origin: SOMEWHERE };
    const settings = {
      text: "ConfigMap settings",
      prefix: "REDIS_MASTER_SERVICE",
      origin: SOMEWHERE,
    };
    const entries = environment(container({ variables: [own], sources: [settings], words: [] }), [
      REDIS,
    ]);
    expect(entries.filter((e) => e.own !== undefined).map(({ name }) => name)).toEqual([
      "REDIS_MASTER_PORT",
    ]);
    expect(entries.filter((e) => e.perhaps.length > 0).map(({ name }) => name)).toEqual([
      "REDIS_MASTER_SERVICE_HOST",
      "REDIS_MASTER_SERVICE_PORT",
      "REDIS_MASTER_SERVICE_PORT_REDIS",
    ]);
  });

  test("can be given by two services at once", () => {
    const a = service("shop/a", ["10.0.0.2"], { main: 80 });
    const b = service("shop/a-service", ["10.0.0.3"], { main: 81 });
    const entries = environment(container({ variables: [], sources: [], words: [] }), [a, b]);
    const shared = entries.filter(({ given }) => given.length > 1);
    expect(
      shared.map(({ name, given }) => [name, ...given.map((g) => valueText(g.value))]),
    ).toEqual([["A_SERVICE_PORT", "80", "tcp://10.0.0.3:81"]]);
  });
});
