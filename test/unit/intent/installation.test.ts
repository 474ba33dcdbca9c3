/** What the input says of the installation. */
import { describe, expect, test } from "vitest";
import { formatPrefix } from "../../../src/base/ip.ts";
import { buildCluster } from "../../../src/cluster/build-cluster.ts";
import { configRows } from "../../../src/intent/config-rows.ts";
import { DEFAULT_CONFIG } from "../../../src/intent/config.ts";
import { readInstallation } from "../../../src/intent/installation.ts";
import { loadConfig } from "../../../src/intent/load-config.ts";
import { readLocated } from "../../../src/manifest/located-document.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

function read(text: string, profile?: string, codes: readonly string[] = []) {
  const [document] =
    readLocated("netqed.yaml", `version: 1\nprofile: ${profile ?? "{}"}`).value ?? [];
  const config = (document && loadConfig(document).value) ?? DEFAULT_CONFIG;
  const { value, diagnostics } = readManifests([{ name: "in.yaml", text, named: true }]);
  expect(diagnostics.map((d) => d.code).filter((code) => !code.startsWith("NQ2"))).toEqual(
    expect.arrayContaining([...codes]),
  );
  expect(diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  return readInstallation(config, value?.resources ?? []);
}

const KUBE_PROXY = `
apiVersion: v1
kind: ConfigMap
metadata: { name: kube-proxy, namespace: kube-system }
data:
  config.conf: |-
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    clusterCIDR: 10.20.0.0/16,fd00:20::/56
    detectLocalMode: BridgeInterface
    mode: nftables
    nftables:
      masqueradeAll: true
    nodePortAddresses: [192.168.0.0/16]
`;

describe("readInstallation", () => {
  test("changes nothing where nothing is said", () => {
    const found = read("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: { a: b }");
    expect(found).toEqual({ config: DEFAULT_CONFIG, diagnostics: [] });
  });

  test("reads kube-proxy's configuration out of its ConfigMap, at the lines of the file", () => {
    const { config, diagnostics } = read(KUBE_PROXY);
    const { profile, cluster } = config;
    expect(diagnostics).toEqual([]);
    expect(profile.kubeProxyMode).toMatchObject({ value: "nftables", from: "input" });
    expect(profile.undefinedServicePort).toMatchObject({ value: "rejected", from: "input" });
    expect(profile.localhostNodePorts.value).toBe(false);
    expect(profile.detectLocalMode.value).toBe("NodeCIDR");
    expect(profile.masqueradeAll.value).toBe(true);
    expect(profile.nodePortAddresses.value).toHaveLength(1);
    expect(cluster.podCidrs.value.map(formatPrefix)).toEqual(["10.20.0.0/16", "fd00:20::/56"]);
    const lines = KUBE_PROXY.split("\n");
    const at = (key: string) => configRows(config).find((row) => row.key === `profile.${key}`)?.at;
    for (const [key, word] of [
      ["kubeProxyMode", "nftables"],
      ["podCIDRs", "10.20.0.0/16"],
      ["masqueradeAll", "true"],
    ] as const) {
      const place = at(key);
      expect(lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)).toMatch(
        new RegExp(`^${word}`),
      );
    }
  });

  test("lets netqed.yaml win, with a word where the two disagree", () => {
    const { config, diagnostics } = read(
      KUBE_PROXY,
      "{ kubeProxyMode: ipvs, masqueradeAll: true }",
    );
    expect(config.profile.kubeProxyMode).toMatchObject({ value: "ipvs", from: "config" });
    expect(diagnostics.map((d) => d.code)).toEqual(["NQ4411"]);
    expect(read(KUBE_PROXY, "{ kubeProxyMode: nftables }").diagnostics).toEqual([]);
  });

  test("reads kubeadm's subnets and domain, and what Flannel says", () => {
    const { config } = read(`apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
networking: { podSubnet: 10.30.0.0/16, serviceSubnet: 10.31.0.0/16, dnsDomain: corp.example }
`);
    expect(config.cluster.podCidrs.value.map(formatPrefix)).toEqual(["10.30.0.0/16"]);
    expect(config.cluster.serviceCidrs.value.map(formatPrefix)).toContain("10.31.0.0/16");
    expect(config.cluster.clusterDomain.value).toBe("corp.example");
    const flannel = (backend: string) =>
      read(`apiVersion: v1
kind: ConfigMap
metadata: { name: kube-flannel-cfg, namespace: kube-flannel }
data:
  net-conf.json: |
    { "Network": "10.40.0.0/16",
      "Backend": { "Type": "${backend}" } }
`);
    const wrapped = flannel("vxlan");
    expect(wrapped.config.profile.overlay).toMatchObject({ value: "vxlan", from: "input" });
    expect(wrapped.config.cluster.overlay.value).toBe("vxlan");
    expect(wrapped.config.cluster.podCidrs).toMatchObject({ at: { line: 6 } });
    expect(wrapped.config.profile.overlay.at).toMatchObject({ line: 7 });
    expect(flannel("host-gw").config.profile.overlay.value).toBe("none");
    const [assumed, remark] = flannel("wireguard").diagnostics;
    expect(assumed).toMatchObject({ code: "NQ4412", severity: "note", at: { line: 6 } });
    expect(remark).toMatchObject({ code: "NQ4412", at: { line: 7 } });
  });

  test("says what of Cilium and Calico is not modelled", () => {
    const { config, diagnostics } = read(`apiVersion: v1
kind: ConfigMap
metadata: { name: cilium-config, namespace: kube-system }
data:
  kube-proxy-replacement: "true"
  enable-ipv4-masquerade: "false"
  cluster-pool-ipv4-cidr: 10.50.0.0/16
---
apiVersion: projectcalico.org/v3
kind: IPPool
metadata: { name: pool }
spec: { cidr: 10.50.0.0/16, vxlanMode: Always, natOutgoing: true }
`);
    expect(config.profile.masqueradeOutside).toMatchObject({ value: false, from: "input" });
    expect(config.cluster.podCidrs.value.map(formatPrefix)).toContain("10.50.0.0/16");
    expect(diagnostics.map((d) => d.code).sort()).toEqual(["NQ4410", "NQ4412", "NQ4412"]);
  });

  test("takes nothing for a fact that cannot be read", () => {
    const { config, diagnostics } = read(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: userspace
clusterCIDR: nonsense
`);
    expect(config).toEqual(DEFAULT_CONFIG);
    expect(diagnostics.map((d) => d.code)).toEqual(["NQ4412", "NQ4412"]);
    expect(diagnostics.some((d) => d.severity === "error")).toBe(true);
    const none = read(
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: ''\n",
    );
    expect(none.config.profile.detectLocalMode.value).toBe("none");
  });

  test("leaves a cluster the families of the blocks that are stated", () => {
    const families = (stated: string, profile?: string) => {
      const { value } = readManifests([
        { name: "in.yaml", text: `${stated}\n---\n${WEB}`, named: true },
      ]);
      const { config } = read(stated, profile);
      const built = buildCluster(value?.resources ?? [], config.cluster).value;
      return built?.cluster.pods[0]?.addresses.map(({ family }) => family);
    };
    expect(families(kubeadm("10.30.0.0/16"))).toEqual(["IPv4"]);
    expect(families(kubeadm("fd00:30::/56"))).toEqual(["IPv6"]);
    expect(families(kubeadm("10.30.0.0/16,fd00:30::/56"))).toEqual(["IPv4", "IPv6"]);
    expect(families(kubeadm("10.30.0.0/16"), "{ ipFamilies: [IPv6] }")).toEqual(["IPv6"]);
    expect(families(cilium({ "cluster-pool-ipv4-cidr": "10.1.0.0/16" }))).toEqual(["IPv4"]);
    const both = { "enable-ipv6": "true", "cluster-pool-ipv6-cidr": "fd00:1::/56" };
    expect(families(cilium(both))).toEqual(["IPv4", "IPv6"]);
    expect(families(cilium({ ...both, "enable-ipv4": "false" }))).toEqual(["IPv6"]);
  });

  test("reads ConfigMaps only where their component keeps them", () => {
    const elsewhere = read(KUBE_PROXY.replace("kube-system", "team"), undefined, ["NQ4413"]);
    expect(elsewhere.config).toEqual(DEFAULT_CONFIG);
    const unnamed = KUBE_PROXY.replace(", namespace: kube-system", "");
    expect(read(unnamed, undefined, ["NQ4413"]).config).toEqual(DEFAULT_CONFIG);
  });

  test.each([
    ["a duplicate key", "mode: ipvs\n    mode: nftables"],
    ["a tab", "mode:\n    \tipvs: x"],
    ["an unclosed quote", 'mode: "ipvs'],
  ])("says of %s in a document at which line it is", (_what, broken) => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kube-proxy, namespace: kube-system }\ndata:\n  config.conf: |\n    ${broken}\n`;
    const { diagnostics } = readManifests([{ name: "in.yaml", text, named: true }]);
    const found = diagnostics.filter((d) => d.code === "NQ4413");
    expect(found.length).toBeGreaterThan(0);
    for (const { severity, at } of found) {
      expect(severity).toBe("warning");
      expect(at).toMatchObject({ file: "in.yaml" });
      expect(at.line).toBeGreaterThanOrEqual(6);
    }
    expect(read(text, undefined, ["NQ4413"]).config).toEqual(DEFAULT_CONFIG);
  });

  test("is not silent about a document that bursts, is empty, or is a list", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let i = 1; i < 9; i += 1) {
      const [own, last] = ["abcdefghi"[i], "abcdefghi"[i - 1]];
      bomb.push(
        `${own ?? ""}: &${own ?? ""} [${Array<string>(9)
          .fill(`*${last ?? ""}`)
          .join(",")}]`,
      );
    }
    for (const held of [bomb.join("\n"), "", "[]", "# nothing"]) {
      const text = JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kube-proxy", namespace: "kube-system" },
        data: { "config.conf": held },
      });
      const { value, diagnostics } = readManifests([{ name: "in.yaml", text, named: true }]);
      const later = readInstallation(DEFAULT_CONFIG, value?.resources ?? []);
      expect(later.config).toEqual(DEFAULT_CONFIG);
      expect([...diagnostics, ...later.diagnostics].length).toBeGreaterThan(0);
    }
  });

  test("says which values are of a wrong type", () => {
    const { config, diagnostics } = read(
      proxy(
        "mode: 7\nclusterCIDR: [10.0.0.0/8]\niptables: { masqueradeAll: 'yes' }\nnodePortAddresses: x",
      ),
    );
    expect(config).toEqual(DEFAULT_CONFIG);
    expect(diagnostics.map((d) => d.message.split(" must")[0]).sort()).toEqual([
      "clusterCIDR",
      "iptables.masqueradeAll",
      "mode",
      "nodePortAddresses",
    ]);
    const broken = read(
      `${kubeadm("10.0.0.0/8").split("\n").slice(0, 2).join("\n")}\nnetworking: []`,
    );
    expect(broken.diagnostics.map((d) => d.code)).toEqual(["NQ4412"]);
  });

  test("takes the switches of the mode that is in force", () => {
    const all = (text: string, profile?: string) =>
      read(proxy(text), profile).config.profile.masqueradeAll.value;
    expect(all("mode: ipvs\niptables: { masqueradeAll: true }")).toBe(true);
    expect(all("mode: ipvs\nipvs: { masqueradeAll: true }")).toBe(false);
    expect(all("mode: nftables\niptables: { masqueradeAll: true }")).toBe(false);
    expect(all("iptables: { masqueradeAll: true }", "{ kubeProxyMode: nftables }")).toBe(false);
    const loopback = read(
      proxy("iptables: { localhostNodePorts: true }"),
      "{ kubeProxyMode: nftables }",
    );
    expect(loopback.config.profile.localhostNodePorts.value).toBe(false);
    expect(loopback.diagnostics).toEqual([]);
  });

  test("has no detector of pods by blocks without one", () => {
    const detector = (text: string) => read(proxy(text)).config.profile.detectLocalMode.value;
    expect(detector("mode: iptables")).toBe("none");
    expect(detector("clusterCIDR: null")).toBe("none");
    expect(detector("detectLocalMode: ClusterCIDR")).toBe("none");
    expect(detector("detectLocalMode: NodeCIDR")).toBe("NodeCIDR");
    expect(detector("clusterCIDR: 10.0.0.0/8")).toBe("ClusterCIDR");
  });

  test("masks blocks of node ports as kube-proxy does", () => {
    const { config } = read(proxy("nodePortAddresses: [10.9.9.9/24]"));
    const { value } = config.profile.nodePortAddresses;
    expect(typeof value === "string" ? value : value.map(formatPrefix)).toEqual(["10.9.9.0/24"]);
  });

  test("refuses a mode that nothing runs, unless netqed.yaml says which is run", () => {
    const severities = (profile?: string) =>
      read(proxy("mode: userspace\nclusterCIDR: 10.0.0.0/8"), profile).diagnostics.map(
        (d) => d.severity,
      );
    expect(severities()).toEqual(["error"]);
    expect(severities("{ kubeProxyMode: iptables }")).toEqual(["note"]);
  });

  test("leaves open what tunnels that are not modelled can change", () => {
    const doubts = (text: string, profile?: string) =>
      read(text, profile).config.cluster.doubts?.map(({ kind, object }) => `${kind} ${object}`);
    for (const backend of ['{ "Type": "wireguard" }', '{ "Type": "udp" }', "null"]) {
      expect(doubts(flannel(backend))).toEqual(["tunnel kube-flannel/ConfigMap/kube-flannel-cfg"]);
    }
    expect(doubts(flannel('{ "Type": "vxlan", "DirectRouting": true }'))).toHaveLength(1);
    expect(doubts(flannel('{ "Type": "vxlan" }'))).toBeUndefined();
    expect(doubts(flannel('{ "Type": "udp" }'), "{ overlay: none }")).toBeUndefined();
    expect(doubts(cilium({ "tunnel-protocol": "geneve" }))).toHaveLength(1);
    expect(doubts(cilium({ "routing-mode": "native" }))).toBeUndefined();
    expect(doubts(cilium({ "enable-policy": "always" }))).toEqual([
      "policies kube-system/ConfigMap/cilium-config",
    ]);
    expect(read(cilium({})).config.profile.overlay.value).toBe("vxlan");
    expect(read(cilium({ "routing-mode": "native" })).config.profile.overlay.value).toBe("none");
    const never = read(cilium({ "enable-policy": "never" })).config;
    expect(never.profile.networkPolicy).toMatchObject({ value: "ignored", from: "input" });
    expect(never.cluster.networkPolicy.value).toBe("ignored");
  });

  test("reads what blocks of Cilium match", () => {
    const blocks = (mode: Record<string, string>) => read(cilium(mode)).config.profile.ipBlocks;
    expect(blocks({})).toMatchObject({ value: "outside", from: "input" });
    expect(blocks({ "policy-cidr-match-mode": "" })).toMatchObject({ value: "outside" });
    expect(blocks({ "policy-cidr-match-mode": "nodes" })).toMatchObject({ value: "not-pods" });
    const strange = read(cilium({ "policy-cidr-match-mode": "pods" }));
    expect(strange.diagnostics.map((d) => d.code)).toEqual(["NQ4412"]);
    const own = read(cilium({}), "{ ipBlocks: any }").config.profile.ipBlocks;
    expect(own).toMatchObject({ value: "any", from: "config" });
  });

  test("undecides pods that policies with blocks select, and warns that Flannel enforces none", () => {
    const text = `${flannel('{ "Type": "udp" }')}\n---\n${WEB}\n---\n${POLICY}`;
    const { config } = read(text);
    const { value } = readManifests([{ name: "in.yaml", text, named: true }]);
    const built = buildCluster(value?.resources ?? [], config.cluster);
    expect(built.value?.unknowns.footprints).toMatchObject([
      { code: "NQ4412", pods: new Set(["default/web"]), effect: { ingress: "any" } },
    ]);
    const codes = (known: typeof built) => known.diagnostics.map((d) => d.code);
    expect(codes(built)).toContain("NQ2069");
    const engine = WEB.replace("name: web", "name: calico-node");
    const more = readManifests([{ name: "b.yaml", text: `${text}\n---\n${engine}`, named: true }]);
    expect(codes(buildCluster(more.value?.resources ?? [], config.cluster))).not.toContain(
      "NQ2069",
    );
    const own = read(text, "{ networkPolicy: enforced }").config.cluster;
    expect(codes(buildCluster(value?.resources ?? [], own))).not.toContain("NQ2069");
  });

  test("reads the pools of Calico together", () => {
    const one = read(pool("a", "cidr: 10.60.0.0/16"));
    expect(one.config.profile.masqueradeOutside).toMatchObject({ value: false, from: "input" });
    expect(one.config.cluster.podCidrs.value.map(formatPrefix)).toEqual(["10.60.0.0/16"]);
    const two = `${pool("a", "cidr: 10.60.0.0/16, natOutgoing: true")}---\n${pool("b", "cidr: 10.70.0.0/16")}`;
    const { config, diagnostics } = read(two);
    expect(config.cluster.podCidrs.value.map(formatPrefix)).toEqual([
      "10.60.0.0/16",
      "10.70.0.0/16",
    ]);
    expect(diagnostics.map((d) => [d.code, d.severity])).toEqual([["NQ4412", "error"]]);
    expect(config.cluster.doubts).toMatchObject([{ kind: "nodes", object: "IPPool/b" }]);
    const own = read(two, "{ masqueradeToNodes: true }");
    expect(own.diagnostics.map((d) => d.severity)).toEqual(["note"]);
    expect(own.config.cluster.doubts).toBeUndefined();
    const resources = readManifests([{ name: "a", text: `${two}---\n${WEB}`, named: true }]).value;
    const built = buildCluster(resources?.resources ?? [], config.cluster).value?.cluster;
    expect(built?.podCidrs.map(formatPrefix)).toEqual(["10.60.0.0/16", "10.70.0.0/16"]);
  });
});

describe("what Calico and Cilium masquerade", () => {
  const masquerade = (text: string) => {
    const { profile } = read(text).config;
    const blocks = profile.nonMasqueradeCIDRs.value.map(formatPrefix);
    return [profile.masqueradeOutside.value, profile.masqueradeToNodes.value, ...blocks];
  };
  const NATED = pool("a", "cidr: 10.60.0.0/16, natOutgoing: true");

  test("is not what goes to other pools, disabled ones included", () => {
    expect(masquerade(NATED)).toEqual([true, true]);
    const kept = pool("b", "cidr: 192.168.0.0/16, disabled: true");
    expect(masquerade(`${NATED}---\n${kept}`)).toEqual([true, true, "192.168.0.0/16"]);
    const tunnels = pool("b", "cidr: 10.9.0.0/16, allowedUses: [Tunnel]");
    expect(masquerade(`${NATED}---\n${tunnels}`)).toEqual([true, true, "10.9.0.0/16"]);
    expect(masquerade(kept)).toEqual([true, false, "192.168.0.0/16"]);
  });

  test("is of one family only where only its pools say so", () => {
    const six = pool("six", "cidr: fd00:60::/48");
    expect(masquerade(`${NATED}---\n${six}`)).toEqual([true, true, "::/0"]);
    expect(read(`${NATED}---\n${six}`).diagnostics).toEqual([]);
  });

  test("leaves nodes out where Felix is told to", () => {
    const felix = (name: string, value: string) =>
      `apiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: { name: ${name} }\nspec: { natOutgoingExclusions: ${value} }\n`;
    const told = (name: string, value: string) => `${NATED}---\n${felix(name, value)}`;
    expect(masquerade(told("default", "IPPoolsAndHostIPs"))).toEqual([true, false]);
    expect(masquerade(told("default", "IPPoolsOnly"))).toEqual([true, true]);
    const one = read(told("node.a", "IPPoolsAndHostIPs")).diagnostics;
    expect(one.map((d) => d.severity)).toEqual(["error"]);
    expect(read(told("default", "Neither")).diagnostics.map((d) => d.code)).toEqual(["NQ4412"]);
  });

  test("is what Cilium sends to nodes in tunnels, and in native routing if asked for", () => {
    expect(masquerade(cilium({}))).toEqual([true, true]);
    expect(masquerade(cilium({ "routing-mode": "native" }))).toEqual([true, false]);
    const asked = { "routing-mode": "native", "enable-remote-node-masquerade": "true" };
    expect(masquerade(cilium(asked))).toEqual([true, true]);
    const four = {
      "enable-ipv4": "true",
      "enable-ipv6": "true",
      "enable-ipv4-masquerade": "true",
      "enable-ipv6-masquerade": "false",
    };
    expect(masquerade(cilium(four))).toEqual([true, true, "::/0"]);
    const none = { ...four, "enable-ipv4-masquerade": "false" };
    expect(masquerade(cilium(none))).toEqual([false, true]);
  });

  test("what blocks match is open where it cannot be read", () => {
    const doubts = (mode: string, profile?: string) =>
      read(cilium({ "policy-cidr-match-mode": mode }), profile).config.cluster.doubts?.map(
        ({ kind }) => kind,
      );
    expect(doubts("pods")).toEqual(["blocks"]);
    expect(doubts("nodes")).toBeUndefined();
    expect(doubts("pods", "{ ipBlocks: any }")).toBeUndefined();
  });
});

const WEB = `apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { containers: [{ name: c, image: i }] }
`;

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: blocks }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }
`;

function kubeadm(subnet: string): string {
  return `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking: { podSubnet: "${subnet}" }\n`;
}

function proxy(text: string): string {
  return `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${text}\n`;
}

function cilium(data: Readonly<Record<string, string>>): string {
  const metadata = { name: "cilium-config", namespace: "kube-system" };
  return JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
}

function flannel(backend: string): string {
  return `apiVersion: v1
kind: ConfigMap
metadata: { name: kube-flannel-cfg, namespace: kube-flannel }
data:
  net-conf.json: |
    { "Network": "10.40.0.0/16", "Backend": ${backend} }
`;
}

function pool(name: string, spec: string): string {
  return `apiVersion: projectcalico.org/v3\nkind: IPPool\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;
}
