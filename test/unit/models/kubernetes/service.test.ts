/** What becomes of connections to services: S3 and S4. */
import { describe, expect, test } from "vitest";
import type {
  Cluster,
  EndpointSlice,
  Pod,
  Service,
} from "../../../../models/kubernetes/cluster.ts";
import {
  AGENT,
  API,
  INTERNET,
  NODE1,
  NODE2,
  PODS,
  WEB,
  ask,
  block,
  changed,
  example,
  exampleCluster,
  fate,
  pods,
  policy,
  ports,
  rule,
  selector,
  told,
  v6,
} from "../../../support/example-cluster.ts";
import { SOMEWHERE, address } from "../../../support/small-cluster.ts";

const VIP = "10.96.0.1";
const VIP6 = "fd00:96::1";

function withService(service: Service, parts: Partial<Cluster> = {}): Cluster {
  return exampleCluster({ services: [service], ...parts });
}

/** A service that shop/web calls at VIP port 80, its endpoints in words. */
function calls(service: Service, parts: Partial<Cluster> = {}): readonly string[] {
  return told(withService(service, parts), "pod:shop/web", VIP, 80);
}

const api = (target: number | string = 8080, parts: Partial<Service> = {}): Service =>
  example("shop/api", [VIP], 80, target, parts);

function slice(texts: readonly string[], parts: Partial<EndpointSlice> = {}): EndpointSlice {
  return {
    family: "IPv4",
    endpoints: texts.map((text) => ({ address: address(text), ready: true, origin: SOMEWHERE })),
    ports: [{ name: "main", protocol: "TCP", number: 6443 }],
    origin: SOMEWHERE,
    ...parts,
  };
}

/** A service without selector and with these slices. */
function byHand(...slices: readonly EndpointSlice[]): Service {
  const { namespace, name, addresses, publishNotReadyAddresses, ports: own, origin } = api(1);
  return { namespace, name, addresses, publishNotReadyAddresses, ports: own, slices, origin };
}

/** Two pods behind shop/api; `parts` change the second, api2. */
function twoApis(parts: Partial<Pod>): readonly Pod[] {
  const first = PODS[2];
  if (first === undefined) throw new Error("no api");
  return [
    ...PODS.slice(0, 3),
    { ...first, name: "api2", addresses: [address("10.244.1.11")], ...parts },
    ...PODS.slice(3),
  ];
}

describe("translation", () => {
  test("S1.2 without a service pods reach each other without translation", () => {
    expect(told(exampleCluster(), "pod:shop/web", API, 1)).toEqual([
      `pod:shop/api at ${API} 1 from ${WEB}`,
    ]);
  });

  test("S4.1 a frontend is an exact triple of address, protocol and port", () => {
    const cluster = withService(api());
    expect(calls(api())).toEqual([`pod:shop/api at ${API} 8080 from ${WEB}`]);
    expect(fate(cluster, "pod:shop/web", VIP, 81)).toBe("dropped");
    expect(fate(cluster, "pod:shop/web", VIP, 80, { protocol: "UDP" })).toBe("dropped");
  });

  test("S3.2 a headless service translates nothing", () => {
    const cluster = withService(api(8080, { addresses: [] }));
    expect(told(cluster, "pod:shop/web", API, 80)).toEqual([
      `pod:shop/api at ${API} 80 from ${WEB}`,
    ]);
  });

  test("S4.10 every endpoint can be chosen", () => {
    expect(calls(api(), { pods: twoApis({}) })).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
      `pod:shop/api2 at 10.244.1.11 8080 from ${WEB}`,
    ]);
  });

  test("S0.4 each candidate is judged for itself", () => {
    const policies = [
      policy("shop", "web", ["egress"], { egress: [rule([block("10.244.1.11/32")])] }),
    ];
    expect(calls(api(), { pods: twoApis({}), policies })).toEqual([
      `dropped at ${API} 8080`,
      `pod:shop/api2 at 10.244.1.11 8080 from ${WEB}`,
    ]);
  });

  test("S4.2 processes on a node's network are translated too", () => {
    for (const from of ["node:n1", "pod:ops/exporter"]) {
      expect(told(withService(api()), from, VIP, 80)).toEqual([
        `pod:shop/api at ${API} 8080 from ${NODE1}`,
      ]);
    }
  });

  test("S4.20 h) the source of a pod is preserved", () => {
    expect(ask(withService(api()), "pod:ops/agent", VIP, 80)[0]?.sourceSeen).toEqual(
      address(AGENT),
    );
  });
});

describe("endpoints", () => {
  test("S0.8 an empty selector selects nothing", () => {
    expect(calls(api(8080, { selector: new Map() }))).toEqual([`rejected at ${VIP} 80`]);
  });

  test("S3.13 a named target is looked up in each pod, by name and protocol", () => {
    const second = { containers: withPort("http", 9999) };
    expect(calls(api("http"), { pods: twoApis(second) })).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
      `pod:shop/api2 at 10.244.1.11 9999 from ${WEB}`,
    ]);
    expect(calls(api("http"), { pods: twoApis({ containers: withPort("other", 1) }) })).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
    ]);
  });

  test("S3.14 regular containers come before sidecars, and init containers never count", () => {
    const regular = withPort("http", 1);
    const sidecar = withPort("http", 2, "sidecar");
    const init = withPort("http", 3, "init");
    const target = (containers: Pod["containers"]): readonly string[] =>
      calls(api("http"), { pods: changed("shop/api", { containers }) });
    expect(target([...init, ...sidecar, ...regular])).toEqual([
      `pod:shop/api at ${API} 1 from ${WEB}`,
    ]);
    expect(target([...init, ...sidecar])).toEqual([`pod:shop/api at ${API} 2 from ${WEB}`]);
    expect(target(init)).toEqual([`rejected at ${VIP} 80`]);
  });

  test("S3.15 a numeric target needs no declaration", () => {
    expect(calls(api(12_345))).toEqual([`pod:shop/api at ${API} 12345 from ${WEB}`]);
  });

  test("S3.17 a service selects pods of its own namespace", () => {
    expect(calls({ ...api(), namespace: "ops" })).toEqual([`rejected at ${VIP} 80`]);
  });

  test("S3.18 a host-network pod is an endpoint at its node's address", () => {
    const exporter = example("ops/exporter", [VIP], 80, 9100);
    expect(calls(exporter)).toEqual([`pod:ops/exporter at ${NODE1} 9100 from ${WEB}`]);
  });

  test("S3.20 a pod that is not ready, or is terminating, is no endpoint while another is ready", () => {
    for (const parts of [{ ready: false }, { terminating: true }]) {
      expect(calls(api(), { pods: twoApis(parts) })).toEqual([
        `pod:shop/api at ${API} 8080 from ${WEB}`,
      ]);
    }
  });

  test("S3.22 publishNotReadyAddresses makes every pod an endpoint", () => {
    const published = api(8080, { publishNotReadyAddresses: true });
    for (const parts of [{ ready: false }, { ready: false, terminating: true }]) {
      expect(calls(published, { pods: twoApis(parts) })).toHaveLength(2);
    }
  });

  test("S3.24 slices are joined by the port's name and protocol and give the real port", () => {
    expect(calls(byHand(slice([AGENT, NODE2])))).toEqual([
      `pod:ops/agent at ${AGENT} 6443 from ${WEB}`,
      `node:n2 at ${NODE2} 6443 from ${WEB}`,
    ]);
    const otherName = slice([AGENT], { ports: [{ name: "x", protocol: "TCP", number: 1 }] });
    const otherProtocol = slice([AGENT], { ports: [{ name: "main", protocol: "UDP", number: 1 }] });
    expect(calls(byHand(otherName, otherProtocol))).toEqual([`rejected at ${VIP} 80`]);
    expect(calls(byHand(otherName, slice([AGENT])))).toHaveLength(1);
  });

  test("S3.24 an endpoint of a slice that is not ready does not count", () => {
    const endpoints = [{ address: address(AGENT), ready: false, origin: SOMEWHERE }];
    expect(calls(byHand(slice([], { endpoints })))).toEqual([`rejected at ${VIP} 80`]);
  });

  test("S3.26 an endpoint outside leads outside, and egress policy sees it", () => {
    const service = byHand(slice([INTERNET]));
    expect(calls(service)).toEqual([`outside at ${INTERNET} 6443`]);
    const policies = [
      policy("shop", "web", ["egress"], {
        egress: [rule([block("203.0.113.0/24")], [ports("TCP", 6443)])],
      }),
    ];
    expect(calls(service, { policies })).toEqual([`outside at ${INTERNET} 6443`]);
    expect(calls(service, { policies: [policy("shop", "web", ["egress"])] })).toEqual([
      `dropped at ${INTERNET} 6443`,
    ]);
  });

  test("S3.27 only endpoints of the called family are used", () => {
    const dual = example("shop/api", [VIP, VIP6], 80, 8080);
    expect(told(withService(dual), "pod:shop/web", VIP6, 80)).toEqual([
      `pod:shop/api at ${v6(API)} 8080 from ${v6(WEB)}`,
    ]);
    const only4 = changed("shop/api", { addresses: [address(API)] });
    expect(told(withService(dual, { pods: only4 }), "pod:shop/web", VIP6, 80)).toEqual([
      `rejected at ${VIP6} 80`,
    ]);
  });

  describe("S3.33 hints", () => {
    const ZONED = exampleCluster().nodes.map((node, i) => ({
      ...node,
      labels: new Map([["topology.kubernetes.io/zone", i === 0 ? "a" : "b"]]),
    }));
    type Kept = readonly [zones: readonly string[], nodes: readonly string[]];
    const [ONE, TWO, THREE] = ["203.0.113.1", "203.0.113.2", "203.0.113.3"] as const;

    /** Where shop/web, on n1 in zone a, is led; the endpoints are ONE, TWO, ... */
    function led(kept: readonly (Kept | undefined)[], parts: Partial<Service> = {}): string[] {
      const bare = slice([ONE, TWO, THREE].slice(0, kept.length));
      const endpoints = bare.endpoints.map((endpoint, i) => {
        const [zones, nodes] = kept[i] ?? [];
        return zones === undefined || nodes === undefined
          ? endpoint
          : { ...endpoint, hints: { zones, nodes } };
      });
      const service = { ...byHand({ ...bare, endpoints }), ...parts };
      const found = calls(service, { nodes: ZONED });
      return [ONE, TWO, THREE].filter((end) => found.some((text) => text.includes(end)));
    }
    const zone = (...zones: string[]): Kept => [zones, []];
    const node = (...nodes: string[]): Kept => [[], nodes];

    test("leave the endpoints of the node's zone", () => {
      expect(led([zone("a"), zone("b"), zone("b", "a")])).toEqual([ONE, THREE]);
    });

    test("count only where every ready endpoint has one", () => {
      expect(led([zone("a"), undefined])).toEqual([ONE, TWO]);
      expect(led([zone("a"), node("n1")])).toEqual([ONE, TWO]);
    });

    test("count only where one is for the zone or node", () => {
      expect(led([zone("b"), zone("c")])).toEqual([ONE, TWO]);
      expect(led([node("n2"), node("n2")])).toEqual([ONE, TWO]);
    });

    test("of nodes come before those of zones", () => {
      expect(
        led([
          [["a"], ["n2"]],
          [["b"], ["n1"]],
        ]),
      ).toEqual([TWO]);
      expect(
        led([
          [["a"], ["n2"]],
          [["b"], ["n3"]],
        ]),
      ).toEqual([ONE]);
    });

    test("do not count for a node in no zone", () => {
      const service = byHand({
        ...slice([ONE]),
        endpoints: [ONE, TWO].map((text, i) => ({
          address: address(text),
          ready: true,
          hints: { zones: [i === 0 ? "a" : ""], nodes: [] },
          origin: SOMEWHERE,
        })),
      });
      expect(calls(service)).toHaveLength(2);
    });

    test("do not count with policy Local", () => {
      const local = { internalTrafficPolicy: "Local" } as const;
      expect(led([zone("a"), zone("b")], local)).toEqual([]);
    });

    test("of endpoints that are not ready do not matter", () => {
      const endpoints = [ONE, TWO, THREE].map((text, i) => ({
        address: address(text),
        ready: i < 2,
        ...(i < 2 ? { hints: { zones: [i === 0 ? "a" : "b"], nodes: [] } } : {}),
        origin: SOMEWHERE,
      }));
      const found = calls(byHand({ ...slice([]), endpoints }), { nodes: ZONED });
      expect(found).toHaveLength(1);
      expect(found[0]).toContain(ONE);
    });
  });

  test("S3.34 where nothing is ready, pods that serve while they terminate are used", () => {
    const pods1 = (parts: Partial<Pod>) => ({ pods: changed("shop/api", parts) });
    expect(calls(api(), pods1({ terminating: true }))).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
    ]);
    expect(calls(api(), pods1({ ready: false, terminating: true }))).toEqual([
      `rejected at ${VIP} 80`,
    ]);
  });
});

describe("services that lead nowhere", () => {
  const none = example("shop/none", [VIP], 80, 80);
  const closed = [policy("shop", "web", ["egress"])];

  test("S4.12 a service without endpoints rejects, before or after egress policy is asked", () => {
    expect(calls(none)).toEqual([`rejected at ${VIP} 80`]);
    const cluster = withService(none, { policies: closed });
    expect(fate(cluster, "pod:shop/web", VIP, 80)).toBe("rejected");
    const profile = { endpointlessService: "policy-first" } as const;
    expect(fate(cluster, "pod:shop/web", VIP, 80, { profile })).toBe("dropped");
    expect(fate(cluster, "node:n1", VIP, 80, { profile })).toBe("rejected");
    const toVip = [policy("shop", "web", ["egress"], { egress: [rule([block(`${VIP}/32`)])] })];
    const asked = withService(none, { policies: toVip });
    expect(fate(asked, "pod:shop/web", VIP, 80, { profile })).toBe("rejected");
  });

  test("S4.14 an undefined port of a service drops or rejects, as the installation does", () => {
    const cluster = withService(api());
    expect(fate(cluster, "pod:shop/web", VIP, 81)).toBe("dropped");
    const profile = { undefinedServicePort: "rejected" } as const;
    expect(fate(cluster, "pod:shop/web", VIP, 81, { profile })).toBe("rejected");
    const refused = withService(api(), { policies: closed });
    expect(fate(refused, "pod:shop/web", VIP, 81, { profile })).toBe("rejected");
    const later = { ...profile, endpointlessService: "policy-first" } as const;
    expect(fate(refused, "pod:shop/web", VIP, 81, { profile: later })).toBe("dropped");
  });

  test("S6.42 a block of the services' addresses does not open what is behind them", () => {
    const policies = [
      policy("shop", "web", ["egress"], { egress: [rule([block("10.96.0.0/12")])] }),
    ];
    expect(calls(api(), { policies })).toEqual([`dropped at ${API} 8080`]);
    const byLabel = [
      policy("shop", "web", ["egress"], { egress: [rule([pods(selector({ app: "api" }))])] }),
    ];
    expect(calls(api(), { policies: byLabel })).toEqual([
      `pod:shop/api at ${API} 8080 from ${WEB}`,
    ]);
  });
});

function withPort(
  name: string,
  number: number,
  kind: "regular" | "sidecar" | "init" = "regular",
): Pod["containers"] {
  const port = { name, protocol: "TCP", number, origin: SOMEWHERE } as const;
  return [{ name: `${kind}-${name}`, kind, ports: [port], origin: SOMEWHERE }];
}
