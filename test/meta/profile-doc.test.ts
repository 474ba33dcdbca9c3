/** docs/profile.md says what the code does: rewritten by UPDATE_DOCS=1, compared otherwise. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PRESET_SWITCHES, PRESETS } from "../../models/kubernetes/presets.ts";
import { KUBE_PROXY_DEFAULTS, KUBE_PROXY_MODES } from "../../models/kubernetes/profile.ts";
import { DEFAULT_CONFIG } from "../../src/intent/config.ts";
import { configRows } from "../../src/intent/config-rows.ts";

const FILE = join(import.meta.dirname, "../../docs/profile.md");

function shown(value: unknown): string {
  return JSON.stringify(value, (_key, own: unknown) =>
    typeof own === "bigint" ? `0x${own.toString(16)}` : own,
  ).replaceAll('"', "");
}

function text(): string {
  const rows = configRows(DEFAULT_CONFIG).filter(({ key }) => key.startsWith("profile."));
  const keys = rows.map(({ key, value }) => `| \`${key.slice(8)}\` | ${shown(value)} |`);
  const modes = KUBE_PROXY_MODES.map((mode) => {
    const { undefinedServicePort, nodePortAddresses, localhostNodePorts } =
      KUBE_PROXY_DEFAULTS[mode];
    const cells = [mode, undefinedServicePort, shown(nodePortAddresses), localhostNodePorts];
    return `| ${cells.map(String).join(" | ")} |`;
  });
  const presets = PRESETS.flatMap((name) =>
    Object.entries(PRESET_SWITCHES[name]).map(([key, { value, source }]) => {
      const blocks = key === "nonMasqueradeCIDRs" ? "[10.0.0.0/8]" : shown(value);
      return `| ${name} | \`${key}\` | ${blocks} | <${source}> |`;
    }),
  );
  return `# The profile: choices of an installation

What \`profile\` in netqed.yaml sets, and what holds when nothing is set. \`netqed config\` prints what is in force and
who chose it. A setting of netqed.yaml wins over the input, that over a preset, and a preset over the default.

| key | default |
|---|---|
${keys.join("\n")}

## Read from the input

| object | what is read |
|---|---|
| KubeProxyConfiguration, or \`config.conf\` of the ConfigMap kube-proxy | mode, clusterCIDR (none: no source is known as a pod), detectLocalMode, nodePortAddresses, masqueradeAll of the mode in force (ipvs has that of iptables), localhostNodePorts |
| ClusterConfiguration of kubeadm, or the ConfigMap kubeadm-config | podSubnet, serviceSubnet, dnsDomain |
| \`net-conf.json\` of the ConfigMap kube-flannel-cfg | Network, IPv6Network (with EnableIPv6), Backend.Type vxlan and host-gw; that it is there (\`masqueradeToNodes\`) |
| the ConfigMap cilium-config | cluster-pool-ipv4-cidr, cluster-pool-ipv6-cidr, enable-ipv4, enable-ipv6, enable-ipv4-masquerade, enable-ipv6-masquerade, routing-mode (tunnel: \`masqueradeToNodes\`), enable-remote-node-masquerade, tunnel-protocol vxlan, enable-policy never, policy-cidr-match-mode (\`ipBlocks\`: outside where absent) |
| IPPools of Calico, together | cidr; natOutgoing of each family (false where absent; also \`masqueradeToNodes\`); those that are disabled or not for workloads, and families without it, as \`nonMasqueradeCIDRs\` |
| FelixConfiguration | natOutgoingExclusions IPPoolsAndHostIPs (\`masqueradeToNodes\`) |

netqed.yaml wins over the input, the input over a preset. Reports list what is not as by default, with its
line, and \`netqed config\` lists every value. Blocks of one family only make a cluster of that family. ConfigMaps count in kube-system, that of Flannel in kube-flannel as well;
elsewhere, or where they cannot be parsed, they are not read, and NQ4413 says so.

What is stated and not modelled is told (NQ4412), and answers that it can change are undecided:

| what | undecided, unless netqed.yaml sets the key |
|---|---|
| other backends of Flannel, vxlan with DirectRouting; geneve of Cilium; ipipMode and vxlanMode of Calico | answers about pods that policies with an ipBlock select for ingress (\`overlay\`) |
| enable-policy always of Cilium | answers about all pods (\`networkPolicy: ignored\`) |
| policy-cidr-match-mode of Cilium that is not known | answers about pods that policies with an ipBlock select (\`ipBlocks\`) |
| IPPools of one family that differ in natOutgoing; natOutgoingExclusions for one node | everything: it is an error (\`masqueradeToNodes\`) |
| a mode of kube-proxy that no supported release runs | everything: it is an error (\`kubeProxyMode\`) |

That Cilium replaces kube-proxy (kube-proxy-replacement) is a warning that says what may differ.

## Modes of kube-proxy

\`kubeProxyMode\` has its own defaults for three settings. In the mode ipvs, addresses that services publish are local on
every node as well, and policy Local uses all endpoints where the node has none.

| mode | \`undefinedServicePort\` | \`nodePortAddresses\` | \`localhostNodePorts\` |
|---|---|---|---|
${modes.join("\n")}

## Presets

Only what the documentation of each plugin says; the rest is as by default. With \`networkPolicy: ignored\` no policy has
an effect, and every report says so in its first lines. kindnet enforces policies since kind 0.24.

| preset | key | value | source |
|---|---|---|---|
${presets.join("\n")}
`;
}

test("docs/profile.md is up to date", () => {
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(FILE, text());
  expect(readFileSync(FILE, "utf8")).toBe(text());
});
