/** What the input says of the installation. */
import { describe, expect, test } from "vitest";
import { formatPrefix } from "../../../src/base/ip.ts";
import { DEFAULT_CONFIG } from "../../../src/intent/config.ts";
import { readInstallation } from "../../../src/intent/installation.ts";
import { loadConfig } from "../../../src/intent/load-config.ts";
import { readLocated } from "../../../src/manifest/located-document.ts";
import { readManifests } from "../../../src/manifest/read-manifests.ts";

function read(text: string, profile?: string) {
  const [document] =
    readLocated("netqed.yaml", `version: 1\nprofile: ${profile ?? "{}"}`).value ?? [];
  const config = (document && loadConfig(document).value) ?? DEFAULT_CONFIG;
  const { value, diagnostics } = readManifests([{ name: "in.yaml", text, named: true }]);
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
    expect(found).toEqual({ config: DEFAULT_CONFIG, assumptions: [], diagnostics: [] });
  });

  test("reads kube-proxy's configuration out of its ConfigMap, at the lines of the file", () => {
    const { config, assumptions, diagnostics } = read(KUBE_PROXY);
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
    const at = (key: string) =>
      assumptions.find(({ text }) => text.startsWith(`profile.${key} `))?.at;
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
    expect(config.cluster.podCidrs.value.map(formatPrefix)).toEqual([
      "10.30.0.0/16",
      "fd00:10:244::/56",
    ]);
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
    const [remark] = flannel("wireguard").diagnostics;
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
    const none = read(
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nclusterCIDR: ''\n",
    );
    expect(none.config.profile.detectLocalMode.value).toBe("none");
  });
});
