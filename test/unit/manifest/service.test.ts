import { describe, expect, test } from "vitest";
import { onlyResource, readText } from "../../support/manifest-text.ts";

/** A service whose spec is `spec`, which starts on line 5. */
const service = (spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n${spec}`;
const problems = (spec: string): readonly string[] => readText(service(spec)).problems;

describe("decodeService", () => {
  test("reads everything that can decide a packet", () => {
    const result = onlyResource(
      `${service(`  type: LoadBalancer
  selector: {app: web}
  clusterIP: 10.96.0.10
  clusterIPs: [10.96.0.10, 'fd00::10']
  ipFamilies: [IPv4, IPv6]
  ipFamilyPolicy: PreferDualStack
  externalIPs: [203.0.113.1]
  externalTrafficPolicy: Local
  internalTrafficPolicy: Cluster
  publishNotReadyAddresses: true
  allocateLoadBalancerNodePorts: false
  ports:
    - {name: http, port: 80, targetPort: web, nodePort: 30080}
    - {name: dns, port: 53, protocol: UDP, targetPort: 5353}
`)}status: {loadBalancer: {ingress: [{ip: 198.51.100.1}, {hostname: lb.example.com}]}}\n`,
      "Service",
    );
    expect(result).toMatchObject({
      type: { value: "LoadBalancer" },
      headless: false,
      clusterIPs: [{ value: { family: "IPv4" }, at: { line: 8 } }, { value: { family: "IPv6" } }],
      ipFamilies: [{ value: "IPv4" }, { value: "IPv6" }],
      externalIPs: [{ value: { bits: 0xcb00_7101n } }],
      externalTrafficPolicy: { value: "Local" },
      publishNotReadyAddresses: true,
      allocateLoadBalancerNodePorts: false,
      loadBalancerAddresses: [{ value: { bits: 0xc633_6401n } }],
      ports: [
        {
          name: { value: "http" },
          port: { value: 80 },
          targetPort: { value: "web" },
          nodePort: { value: 30080 },
        },
        { protocol: { value: "UDP" }, targetPort: { value: 5353, at: { line: 18 } } },
      ],
    });
    expect(result.selector.get("app")).toMatchObject({ value: "web", at: { line: 6, column: 19 } });
  });

  test("knows headless services, which need no port", () => {
    expect(onlyResource(service("  clusterIP: None\n"), "Service")).toMatchObject({
      headless: true,
      clusterIPs: [],
      ports: [],
    });
    expect(
      onlyResource(service("  clusterIPs: [None]\n  ports: [{port: 80}]\n"), "Service").headless,
    ).toBe(true);
  });

  test("takes a targetPort of zero or nothing for the port itself", () => {
    const [port] = onlyResource(service("  ports: [{port: 80, targetPort: 0}]\n"), "Service").ports;
    expect(port?.targetPort).toBeUndefined();
  });

  test.each<readonly [name: string, spec: string, expected: readonly string[]]>([
    ["a service without ports (S3.5)", "  selector: {app: web}\n", ["NQ1021@5:3"]],
    [
      "several ports without names",
      "  ports: [{port: 80}, {name: b, port: 81}]\n",
      ["NQ1021@5:11"],
    ],
    [
      "two ports of one name",
      "  ports: [{name: a, port: 80}, {name: a, port: 81}]\n",
      ["NQ1031@5:32"],
    ],
    [
      "one port and protocol twice",
      "  ports: [{name: a, port: 80}, {name: b, port: 80, protocol: TCP}]\n",
      ["NQ1031@5:32"],
    ],
    ["a port out of range", "  ports: [{port: 0}]\n", ["NQ1024@5:18"]],
    ["a missing port", "  ports: [{name: a}]\n", ["NQ1021@5:11"]],
    ["a port in quotes", "  ports: [{port: '80'}]\n", ["NQ1020@5:18"]],
    ["an unknown protocol", "  ports: [{port: 80, protocol: HTTP}]\n", ["NQ1023@5:32"]],
    ["a targetPort out of range", "  ports: [{port: 80, targetPort: 70000}]\n", ["NQ1024@5:34"]],
    ["a quoted targetPort", "  ports: [{port: 80, targetPort: '8080'}]\n", ["NQ1027@5:34"]],
    [
      "a nodePort of a ClusterIP service (S3.6)",
      "  ports: [{port: 80, nodePort: 30080}]\n",
      ["NQ1030@5:32"],
    ],
    [
      "one nodePort twice",
      "  type: NodePort\n  ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]\n",
      ["NQ1031@6:49"],
    ],
    [
      "a headless NodePort service (S3.2)",
      "  type: NodePort\n  clusterIP: None\n  ports: [{port: 80}]\n",
      ["NQ1030@6:14"],
    ],
    [
      "a headless LoadBalancer service",
      "  type: LoadBalancer\n  clusterIP: None\n  ports: [{port: 80}]\n",
      ["NQ1030@6:14"],
    ],
    ["an unknown type", "  type: ClusterIp\n  ports: [{port: 80}]\n", ["NQ1023@5:9"]],
    ["ExternalName without a name (S3.36)", "  type: ExternalName\n", ["NQ1021@5:3"]],
    [
      "ExternalName with an address",
      "  type: ExternalName\n  externalName: a.b\n  clusterIP: 10.96.0.1\n",
      ["NQ1030@7:14"],
    ],
    [
      "ExternalName that is headless",
      "  type: ExternalName\n  externalName: a.b\n  clusterIP: None\n",
      ["NQ1030@7:14"],
    ],
    ["an address that is none", "  clusterIP: 10.96.0\n  ports: [{port: 80}]\n", ["NQ1028@5:14"]],
    [
      "two addresses of one family",
      "  clusterIPs: [10.96.0.1, 10.96.0.2]\n  ports: [{port: 80}]\n",
      ["NQ1031@5:15"],
    ],
    [
      "clusterIPs that contradict clusterIP",
      "  clusterIP: 10.96.0.1\n  clusterIPs: [10.96.0.2]\n  ports: [{port: 80}]\n",
      ["NQ1030@6:15"],
    ],
    [
      "None beside an address",
      "  clusterIPs: [None, 10.96.0.2]\n  ports: [{port: 80}]\n",
      ["NQ1030@5:15"],
    ],
    ["an unknown family", "  ipFamilies: [ipv4]\n  ports: [{port: 80}]\n", ["NQ1023@5:16"]],
    ["a family twice", "  ipFamilies: [IPv4, IPv4]\n  ports: [{port: 80}]\n", ["NQ1031@5:22"]],
    [
      "an unknown family policy",
      "  ipFamilyPolicy: DualStack\n  ports: [{port: 80}]\n",
      ["NQ1023@5:19"],
    ],
    [
      "a loopback external address",
      "  externalIPs: [127.0.0.1]\n  ports: [{port: 80}]\n",
      ["NQ1040@5:17"],
    ],
    [
      "externalTrafficPolicy of a ClusterIP service",
      "  externalTrafficPolicy: Local\n  ports: [{port: 80}]\n",
      ["NQ1030@5:26"],
    ],
    [
      "load balancer fields of another type",
      "  loadBalancerClass: a/b\n  ports: [{port: 80}]\n",
      ["NQ1030@5:22"],
    ],
    [
      "a source range that is none",
      "  type: LoadBalancer\n  loadBalancerSourceRanges: [10.0.0.0]\n  ports: [{port: 80}]\n",
      ["NQ1028@6:30"],
    ],
    [
      "an invalid selector value",
      "  selector: {app: a b}\n  ports: [{port: 80}]\n",
      ["NQ1026@5:19"],
    ],
  ])("refuses %s", (_, spec, expected) => {
    expect(problems(spec)).toEqual(expected);
    expect(readText(service(spec)).manifests.resources).toEqual([]);
  });

  test("allows externalTrafficPolicy with externalIPs", () => {
    expect(
      problems(
        "  externalTrafficPolicy: Local\n  externalIPs: [203.0.113.1]\n  ports: [{port: 80}]\n",
      ),
    ).toEqual([]);
  });

  test("allows one number for two protocols", () => {
    expect(
      problems("  ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]\n"),
    ).toEqual([]);
  });

  test("demands a name that begins with a letter", () => {
    const text = service("  ports: [{port: 80}]\n").replace("name: web", "name: 1web");
    expect(readText(text).problems).toEqual(["NQ1025@3:18"]);
  });
});

describe("decodeEndpoints", () => {
  test("gives a slice for each subset and family", () => {
    const result = onlyResource(
      `apiVersion: v1
kind: Endpoints
metadata: {name: db, namespace: shop}
subsets:
  - addresses: [{ip: 192.0.2.1}, {ip: '2001:db8::1'}]
    notReadyAddresses: [{ip: 192.0.2.2}]
    ports: [{name: pg, port: 5432}, {name: dns, port: 53, protocol: UDP}]
`,
      "Endpoints",
    );
    expect(result.service).toBe("db");
    expect(result.slices).toMatchObject([
      {
        addressType: "IPv4",
        endpoints: [
          { address: { value: { bits: 0xc000_0201n }, at: { line: 5, column: 22 } }, ready: true },
          { ready: false },
        ],
        ports: [
          { name: "pg", number: { value: 5432 } },
          { name: "dns", protocol: "UDP" },
        ],
      },
      { addressType: "IPv6", endpoints: [{ ready: true }] },
    ]);
  });

  test.each<readonly [name: string, subset: string, expected: readonly string[]]>([
    [
      "a loopback address (S3.25)",
      "{addresses: [{ip: 127.0.0.1}], ports: [{port: 80}]}",
      ["NQ1040@4:29"],
    ],
    [
      "a link-local address",
      "{addresses: [{ip: 169.254.1.1}], ports: [{port: 80}]}",
      ["NQ1040@4:29"],
    ],
    ["a host name", "{addresses: [{ip: db.example.com}], ports: [{port: 80}]}", ["NQ1028@4:29"]],
    ["no address at all", "{ports: [{port: 80}]}", ["NQ1021@4:11"]],
    [
      "several ports without names",
      "{addresses: [{ip: 192.0.2.1}], ports: [{port: 80}, {name: b, port: 81}]}",
      ["NQ1021@4:50"],
    ],
    ["a missing port", "{addresses: [{ip: 192.0.2.1}], ports: [{name: b}]}", ["NQ1021@4:50"]],
  ])("refuses %s", (_, subset, expected) => {
    const text = `apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: [${subset}]\n`;
    expect(readText(text).problems).toEqual(expected);
  });
});

describe("decodeEndpointSlice", () => {
  const slice = (rest: string): string =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}\n${rest}`;

  test("uses the first address of each endpoint", () => {
    const result = onlyResource(
      slice(`addressType: IPv4
endpoints:
  - {addresses: [192.0.2.1, 192.0.2.9]}
  - {addresses: [192.0.2.2], conditions: {ready: false}}
ports: [{name: pg, port: 5432}]
`),
      "EndpointSlice",
    );
    expect(result).toMatchObject({
      service: "db",
      slices: [
        {
          addressType: "IPv4",
          endpoints: [
            { address: { value: { bits: 0xc000_0201n } }, ready: true },
            { ready: false },
          ],
          ports: [{ name: "pg", number: { value: 5432 } }],
        },
      ],
    });
  });

  test("keeps no endpoint of type FQDN", () => {
    const text = slice(
      "addressType: FQDN\nendpoints: [{addresses: [db.example.com]}]\nports: []\n",
    );
    expect(onlyResource(text, "EndpointSlice").slices).toMatchObject([
      { addressType: "FQDN", endpoints: [] },
    ]);
  });

  test.each<readonly [name: string, rest: string, expected: readonly string[]]>([
    ["a missing type", "endpoints: []\n", ["NQ1021@1:1"]],
    [
      "an address of the other family",
      "addressType: IPv6\nendpoints: [{addresses: [192.0.2.1]}]\n",
      ["NQ1028@5:26"],
    ],
    [
      "an endpoint without address",
      "addressType: IPv4\nendpoints: [{addresses: []}]\n",
      ["NQ1021@5:13"],
    ],
    [
      "two ports of one name",
      "addressType: IPv4\nports: [{name: a, port: 1}, {name: a, port: 2}]\n",
      ["NQ1031@5:36"],
    ],
  ])("refuses %s", (_, rest, expected) => {
    expect(readText(slice(rest)).problems).toEqual(expected);
  });
});

describe("decodeNamespace and decodeNode", () => {
  test("reads a node's blocks, addresses and taints", () => {
    const text = `apiVersion: v1
kind: Node
metadata: {name: node-1}
spec:
  podCIDR: 10.244.1.0/24
  podCIDRs: [10.244.1.0/24, 'fd00:1::/64']
  unschedulable: true
  taints: [{key: a, effect: NoSchedule}]
status:
  addresses:
    - {type: Hostname, address: node-1}
    - {type: ExternalIP, address: 203.0.113.9}
    - {type: InternalIP, address: 192.168.0.9}
`;
    expect(onlyResource(text, "Node")).toMatchObject({
      podCidrs: [{ value: { length: 24 } }, { value: { family: "IPv6", length: 64 } }],
      addresses: [{ type: "InternalIP" }, { type: "ExternalIP" }],
      unschedulable: true,
      taints: [{ key: "a", effect: "NoSchedule" }],
    });
  });

  test("refuses a namespace that carries another's name (S2.10)", () => {
    const text =
      "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels:\n    kubernetes.io/metadata.name: b\n";
    expect(readText(text).problems).toEqual(["NQ1037@6:34"]);
    expect(readText(text.replace("name: b", "name: a")).problems).toEqual([]);
  });
});
