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
| KubeProxyConfiguration, or \`config.conf\` of the ConfigMap kube-proxy | mode, clusterCIDR, detectLocalMode, nodePortAddresses, masqueradeAll, localhostNodePorts |
| ClusterConfiguration of kubeadm, or the ConfigMap kubeadm-config | podSubnet, serviceSubnet, dnsDomain |
| \`net-conf.json\` of the ConfigMap kube-flannel-cfg | Network, IPv6Network, Backend.Type |
| the ConfigMap cilium-config | cluster-pool-ipv4-cidr, enable-ipv4-masquerade; kube-proxy-replacement is told |
| IPPool of Calico | natOutgoing; ipipMode and vxlanMode are told |

netqed.yaml wins over the input, the input over a preset. Each value that is read is listed with its line.

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
