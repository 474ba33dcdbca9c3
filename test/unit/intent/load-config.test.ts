import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PRESET_SWITCHES, PRESETS } from "../../../models/kubernetes/presets.ts";
import { DEFAULT_PROFILE } from "../../../models/kubernetes/profile.ts";
import { DIAGNOSTIC_CODES } from "../../../src/base/diagnostic-codes.ts";
import { formatPrefix, parsePrefix } from "../../../src/base/ip.ts";
import { type Config, DEFAULT_CONFIG, profileOf } from "../../../src/intent/config.ts";
import { configRows } from "../../../src/intent/config-rows.ts";
import { loadConfig } from "../../../src/intent/load-config.ts";
import { readLocated } from "../../../src/manifest/located-document.ts";

function load(text: string): ReturnType<typeof loadConfig> {
  const [document] = readLocated("netqed.yaml", text).value ?? [];
  if (document === undefined) throw new Error("no document");
  return loadConfig(document);
}

/** The configuration of `text`. @throws when it has problems */
function config(text: string): Config {
  const { value, diagnostics } = load(text);
  if (value === undefined) throw new Error(diagnostics.map((d) => d.message).join());
  return value;
}

/** `line:column code message` of each problem. */
function problems(text: string): readonly string[] {
  return load(text).diagnostics.map(
    (d) => `${String(d.at.line)}:${String(d.at.column)} ${d.code} ${d.message}`,
  );
}

describe("loadConfig", () => {
  test("takes the defaults for what is not set", () => {
    expect(config("version: 1\n")).toEqual(DEFAULT_CONFIG);
    expect(profileOf(config("version: 1"))).toEqual(DEFAULT_PROFILE);
  });

  test("reads every setting and where it is set", () => {
    const own = config(`version: 1
profile:
  hostNetworkPods: undecided
  ownNodeIngress: policed
  ownNodeEgress: policed
  hairpin: policed
  ipBlocks: outside
  endpointlessService: policy-first
  undefinedServicePort: rejected
  dataplane: bridge
  overlay: vxlan
  outsideRoutesToPods: false
  policySeesSource: original
  masqueradeAll: true
  detectLocalMode: NodeCIDR
  masqueradeOutside: false
  masqueradeToNodes: true
  hostPorts: none
  nonMasqueradeCIDRs: [10.0.0.0/8]
  loadBalancerCIDRs: [192.0.2.0/24]
  podCIDRs: [10.1.0.0/16, "fd00:1::/56"]
  serviceCIDRs: [10.2.0.0/16, "fd00:2::/112"]
  nodeCIDRs: [10.3.0.0/16]
  nodePrefixLength: { IPv4: 25 }
  ipFamilies: [IPv6, IPv4]
  nodes: 3
  nodePortAddresses: [192.0.2.0/24]
  localhostNodePorts: false
namespaces:
  monitoring: { labels: { team: sre } }
  empty: {}
inputs: [deploy/]
ignore: ["**/testdata/**"]
intents: [intent.yaml]
`);
    expect(profileOf(own)).toEqual({
      networkPolicy: "enforced",
      hostNetworkPods: "undecided",
      ownNodeIngress: "policed",
      ownNodeEgress: "policed",
      hairpin: "policed",
      ipBlocks: "outside",
      endpointlessService: "policy-first",
      undefinedServicePort: "rejected",
      overlay: "vxlan",
      outsideRoutesToPods: false,
      policySeesSource: "original",
      masqueradeAll: true,
      detectLocalMode: "NodeCIDR",
      masqueradeOutside: false,
      masqueradeToNodes: true,
      hostPorts: "none",
      nonMasqueradeCIDRs: [parsePrefix("10.0.0.0/8")?.prefix],
      kubeProxyMode: "iptables",
      nodePortAddresses: [parsePrefix("192.0.2.0/24")?.prefix],
      localhostNodePorts: false,
    });
    expect(own.cluster.balancerCidrs.value.map(formatPrefix)).toEqual(["192.0.2.0/24"]);
    expect(own.profile.hairpin).toMatchObject({ from: "config", at: { line: 6, column: 12 } });
    expect(own.cluster.podCidrs.value.map(formatPrefix)).toEqual(["10.1.0.0/16", "fd00:1::/56"]);
    expect(own.cluster.dataplane.value).toBe("bridge");
    expect(own.cluster.overlay).toEqual(own.profile.overlay);
    expect(own.cluster.nodePrefixLengths.value).toEqual({ IPv4: 25, IPv6: 64 });
    expect(own.cluster.ipFamilies.value).toEqual(["IPv6", "IPv4"]);
    expect(own.cluster.nodes).toMatchObject({ value: 3, from: "config", at: { line: 26 } });
    expect([...(own.cluster.namespaces.get("monitoring")?.labels ?? [])]).toEqual([
      ["team", "sre"],
    ]);
    expect(own.cluster.namespaces.get("empty")?.labels.size).toBe(0);
    expect(own.intents.value).toEqual(["intent.yaml"]);
  });

  test.each(PRESETS)("takes what is known of %s as defaults", (name) => {
    const { profile, preset, cluster } = config(`version: 1\nprofile:\n  preset: ${name}`);
    expect(preset).toMatchObject({ value: name, from: "config" });
    for (const [key, known] of Object.entries(PRESET_SWITCHES[name])) {
      expect(known.source).toMatch(/^https:\/\//);
      const settings = { ...profile, dataplane: cluster.dataplane };
      const found = Object.entries(settings).find(([own]) => own === key)?.[1];
      expect(found).toMatchObject({ value: known.value, from: "preset", at: { line: 3 } });
    }
  });

  test("takes what is set over what the preset says", () => {
    const own = config("version: 1\nprofile: { preset: flannel, networkPolicy: enforced }");
    expect(own.profile.networkPolicy).toMatchObject({ value: "enforced", from: "config" });
    expect(own.cluster.networkPolicy).toEqual(own.profile.networkPolicy);
    expect(config("version: 1\nprofile: { preset: none }").profile).toEqual(DEFAULT_CONFIG.profile);
  });

  test.each([
    ["iptables", "dropped", "all", true],
    ["nftables", "rejected", "primary", false],
    ["ipvs", "rejected", "all", false],
  ] as const)("takes the mode %s with its own defaults", (mode, port, addresses, loopback) => {
    const { profile } = config(`version: 1\nprofile:\n  kubeProxyMode: ${mode}`);
    expect(profile.undefinedServicePort).toMatchObject({ value: port, from: "config" });
    expect(profile.nodePortAddresses.value).toBe(addresses);
    expect(profile.localhostNodePorts.value).toBe(loopback);
    const own = config(`version: 1\nprofile:\n  kubeProxyMode: ${mode}\n  nodePortAddresses: all`);
    expect(own.profile.nodePortAddresses.value).toBe("all");
  });

  test("takes the controllers of classes", () => {
    const { ingress } = config(`version: 1
ingress:
  controllers: { nginx: edge/controller, other: edge/other.v2 }
  defaultClass: nginx
`).cluster;
    expect([...ingress.controllers.keys()]).toEqual(["nginx", "other"]);
    expect(ingress.controllers.get("nginx")).toMatchObject({
      namespace: "edge",
      name: "controller",
      at: { line: 3, column: 25 },
    });
    expect(ingress.defaultClass).toMatchObject({ value: "nginx", at: { line: 4 } });
  });

  test("takes auto for what is found out", () => {
    const own = config(
      "version: 1\nprofile: { nodes: auto, ipFamilies: auto, nodePrefixLength: 26 }",
    );
    expect(own.cluster.nodes.value).toBe("auto");
    expect(own.cluster.nodePrefixLengths.value.IPv4).toBe(26);
  });

  test.each([
    [
      "version: 1\ningress: { controllers: { nginx: controller } }",
      '2:34 NQ4501 ingress.controllers.nginx must be a workload such as ingress-nginx/ingress-nginx-controller; found the text "controller"',
    ],
    [
      "version: 1\ningress: { controllers: [nginx] }",
      "2:25 NQ4501 ingress.controllers must be a map from classes to workloads; found a list",
    ],
    [
      "version: 1\ningress: { defaultClass: 1 }",
      "2:26 NQ4501 ingress.defaultClass must be a text that is not empty; found the number 1",
    ],
    [
      "version: 1\nprofil: {}",
      "2:1 NQ4500 netqed.yaml has no setting called profil; expected version, profile, namespaces, ingress, inputs, ignore, intents",
    ],
    ["version: 1\nprofile: { podCIDR: [] }", "2:12 NQ4500"],
    ["version: 1\nnamespaces: { a: { label: {} } }", "2:20 NQ4500"],
    [
      "version: 1\nprofile: { hairpin: yes please }",
      '2:21 NQ4501 profile.hairpin must be allowed or policed; found the text "yes please"',
    ],
    ["version: 1\nprofile: { outsideRoutesToPods: 1 }", "2:33 NQ4501"],
    ["version: 1\nprofile: []", "2:10 NQ4501"],
    ["version: 1\nprofile: { kubeProxyMode: userspace }", "2:27 NQ4501"],
    ["version: 1\nprofile: { preset: canal }", "2:20 NQ4501"],
    ["version: 1\nprofile: { networkPolicy: maybe }", "2:27 NQ4501"],
    ["version: 1\nprofile: { nodePortAddresses: [] }", "2:31 NQ4501"],
    ["version: 1\nprofile: { nodePortAddresses: some }", "2:31 NQ4501"],
    ["version: 1\nprofile: { kubeProxyMode: ipvs, localhostNodePorts: true }", "2:53 NQ4502"],
    ["version: 1\nprofile: { podCIDRs: 10.0.0.0/8 }", "2:22 NQ4501"],
    [
      "version: 1\nprofile: { podCIDRs: [10.0.0.0/8, x] }",
      '2:35 NQ4501 profile.podCIDRs[1] must be a CIDR block such as 10.244.0.0/16; found the text "x"',
    ],
    [
      "version: 1\nprofile: { podCIDRs: [10.0.0.1/8] }",
      "2:23 NQ4501 profile.podCIDRs[0] must be the block 10.0.0.0/8, written so; found 10.0.0.1/8",
    ],
    ["version: 1\nprofile: { podCIDRs: [127.0.0.0/8] }", "2:23 NQ4501"],
    ["version: 1\nprofile: { ipFamilies: [IPv4, IPv4] }", "2:24 NQ4501"],
    ["version: 1\nprofile: { ipFamilies: [] }", "2:24 NQ4501"],
    ["version: 1\nprofile: { ipFamilies: [IPv5] }", "2:25 NQ4501"],
    ["version: 1\nprofile: { nodes: 0 }", "2:19 NQ4501"],
    ["version: 1\nprofile: { nodePrefixLength: 31 }", "2:30 NQ4501"],
    [
      "version: 1\nnamespaces: { a: { labels: { n: 1 } } }",
      '2:33 NQ4501 namespaces.a.labels.n must be a text; write namespaces.a.labels.n: "1"; found the number 1',
    ],
    ["version: 1\nnamespaces: [a]", "2:13 NQ4501"],
    ["version: 1\nnamespaces: { a: }", "2:15 NQ4501"],
    ["version: 1\ninputs: deploy/", "2:9 NQ4501"],
    ['version: 1\ninputs: [""]', "2:10 NQ4501"],
    [
      "version: 1\nprofile: { podCIDRs: [10.0.0.0/8], serviceCIDRs: [10.96.0.0/12] }",
      "2:50 NQ4502",
    ],
    ["version: 1\nprofile: { podCIDRs: [10.0.0.0/25], nodePrefixLength: 24 }", "2:55 NQ4502"],
    ["version: 1\nprofile: { podCIDRs: [10.0.0.0/16], ipFamilies: [IPv4, IPv6] }", "2:22 NQ4502"],
    ["version: 2", "1:10 NQ4503 version must be 1, the only one there is; found 2"],
    ["profile: {}", "1:1 NQ4503 version must be 1, the only one there is; found none"],
    [
      "- 1",
      "1:1 NQ4501 the file must be a map with version, profile, namespaces, ingress, inputs, ignore, intents; found a list",
    ],
  ])("refuses %j", (text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.slice(0, expected.length)).toBe(expected);
    expect(load(text).value).toBeUndefined();
  });

  test("proposes what a misspelt key may have meant", () => {
    const [problem] = load("version: 1\nprofile: { podCIDR: [] }").diagnostics;
    expect(problem?.hint).toBe("did you mean podCIDRs?");
  });

  test("reports every problem of a file", () => {
    expect(problems("version: 3\nx: 1\nprofile: { hairpin: 1, nodes: x }")).toHaveLength(4);
  });
});

describe("fixtures of configuration codes", () => {
  const root = join(import.meta.dirname, "../../fixtures/diagnostics");
  const own = Object.keys(DIAGNOSTIC_CODES).filter((code) => code.startsWith("NQ45"));

  test.each(own)("%s has one that provokes it", (code) => {
    const fixtures = readdirSync(root).filter((name) => name.startsWith(`${code}-`));
    expect(fixtures.length).toBeGreaterThan(0);
    for (const fixture of fixtures) {
      const found = load(readFileSync(join(root, fixture, "netqed.yaml"), "utf8")).diagnostics;
      expect(found.map((d) => d.code)).toEqual([code]);
    }
  });
});

describe("configRows", () => {
  test("has a row for every setting, with its source", () => {
    const own = config(
      "version: 1\nprofile: { nodes: 3 }\nnamespaces: { b: {}, a: { labels: { x: y } } }",
    );
    const rows = configRows(own);
    expect(rows.filter((r) => r.from === "config").map((r) => [r.key, r.value])).toEqual([
      ["profile.nodes", 3],
      ["namespaces.a.labels", { x: "y" }],
      ["namespaces.b.labels", {}],
    ]);
    expect(configRows(DEFAULT_CONFIG).map((r) => r.key)).toEqual([
      "profile.preset",
      ...Object.keys(DEFAULT_PROFILE).map((key) => `profile.${key}`),
      "profile.dataplane",
      "profile.podCIDRs",
      "profile.serviceCIDRs",
      "profile.nodeCIDRs",
      "profile.loadBalancerCIDRs",
      "profile.nodePrefixLength",
      "profile.ipFamilies",
      "profile.nodes",
      "profile.clusterDomain",
      "profile.dnsService",
      "inputs",
      "ignore",
      "intents",
    ]);
    expect(rows.find((r) => r.key === "profile.nodes")?.at?.line).toBe(2);
  });
});

describe("names", () => {
  test("are set by the zone and the service that answers for it", () => {
    const { cluster } = config(
      "version: 1\nprofile:\n  clusterDomain: corp.example.\n  dnsService: dns/coredns\n",
    );
    expect(cluster.clusterDomain).toMatchObject({ value: "corp.example", from: "config" });
    expect(cluster.dnsService.value).toEqual({ namespace: "dns", name: "coredns" });
  });

  test.each([
    ["clusterDomain: Cluster.Local", "profile.clusterDomain"],
    ["clusterDomain: 7", "profile.clusterDomain"],
    ["dnsService: kube-dns", "profile.dnsService"],
    ["dnsService: a/b/c", "profile.dnsService"],
  ])("refuses %s", (line, name) => {
    expect(problems(`version: 1\nprofile:\n  ${line}\n`)).toEqual([
      expect.stringContaining(`NQ4501 ${name} must be`),
    ]);
  });
});
