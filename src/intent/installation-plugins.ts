/**
 * The configuration of network plugins as facts for the profile.
 *
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md
 * @source https://docs.cilium.io/en/stable/network/concepts/masquerading/
 * @source https://docs.cilium.io/en/stable/network/concepts/routing/ (encapsulation, by vxlan, unless configured)
 * @source https://docs.cilium.io/en/stable/security/policy/intro/#policy-enforcement-modes
 * @source https://docs.cilium.io/en/stable/security/policy/language/#selecting-nodes-with-cidr-ipblock
 * @source https://docs.tigera.io/calico/latest/reference/resources/ippool
 * @source https://docs.tigera.io/calico/latest/reference/resources/felixconfig (natOutgoingExclusions: IPPoolsOnly)
 * @source https://github.com/flannel-io/flannel/blob/master/pkg/trafficmngr/iptables/iptables.go
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import {
  blocksAt,
  flagAt,
  placeOf,
  type Reading,
  textAt,
  unreadable,
  valueAt,
  warn,
} from "./installation-reading.ts";

/** Reads the net-conf.json of Flannel. */
export function readFlannel(reading: Reading): void {
  const isIPv4 = flagAt(reading, ["EnableIPv4"]) ?? true;
  const isIPv6 = flagAt(reading, ["EnableIPv6"]) ?? false;
  const v4 = isIPv4 ? (blocksAt(reading, ["Network"]) ?? []) : [];
  const v6 = isIPv6 ? (blocksAt(reading, ["IPv6Network"]) ?? []) : [];
  const value = [...v4, ...v6];
  const path = [v4.length > 0 ? "Network" : "IPv6Network"];
  if (value.length > 0) reading.facts.push({ key: "podCIDRs", value, at: placeOf(reading, path) });
  // Whatever is not of its network is masqueraded, in its own manifest.
  reading.facts.push({ key: "masqueradeToNodes", value: true, at: placeOf(reading, ["Network"]) });
  readBackend(reading);
}

function readBackend(reading: Reading): void {
  const path = ["Backend", "Type"];
  const type = textAt(reading, path) ?? "udp";
  const at = placeOf(reading, path);
  if (type === "host-gw") {
    reading.facts.push({ key: "overlay", value: "none", at });
    return;
  }
  const isDirect = flagAt(reading, ["Backend", "DirectRouting"]) === true;
  if (type === "vxlan" && !isDirect) {
    reading.facts.push({ key: "overlay", value: "vxlan", at });
    return;
  }
  const how = type === "vxlan" ? "vxlan with DirectRouting" : type;
  tunnel(reading, path, `Flannel joins nodes by its backend ${how}`);
}

/** That nodes are joined in a way of which the addresses are not known. */
function tunnel(reading: Reading, path: DocumentPath, how: string): void {
  warn(
    reading,
    path,
    `${how}, which is not modelled: the addresses that nodes have in it, which policies with an ipBlock may see as sources, are not known`,
    {
      consequence: "answers about pods that such policies select for ingress are undecided",
      doubt: "tunnel",
      hint: "set profile.overlay in netqed.yaml to decide as if that were so",
    },
  );
}

/** Reads the ConfigMap of Cilium, whose values are texts. */
export function readCilium(reading: Reading): void {
  const families = readFamilies(reading);
  const pools = (["IPv4", "IPv6"] as const).flatMap((family) => {
    if (families !== undefined && !families.includes(family)) return [];
    const path = [`cluster-pool-${family.toLowerCase()}-cidr`];
    const value = blocksAt(reading, path, /[\s,]+/) ?? [];
    return value.length === 0 ? [] : [{ value, path }];
  });
  const [first] = pools;
  if (first !== undefined) {
    const value = pools.flatMap((pool) => pool.value);
    reading.facts.push({ key: "podCIDRs", value, at: placeOf(reading, first.path) });
  }
  const version = families?.includes("IPv4") === false ? "6" : "4";
  const path = [`enable-ipv${version}-masquerade`];
  const value = switchAt(reading, path);
  if (value !== undefined) {
    reading.facts.push({ key: "masqueradeOutside", value, at: placeOf(reading, path) });
  }
  readRouting(reading);
  readEnforcement(reading);
  readMatchMode(reading);
  const replaced = textAt(reading, ["kube-proxy-replacement"]);
  if (replaced === undefined || replaced === "false" || replaced === "disabled") return;
  warn(
    reading,
    ["kube-proxy-replacement"],
    "Cilium replaces kube-proxy: it translates services as a pod opens a connection, which is not modelled; answers about services are those of kube-proxy, and may differ in undefined ports, node ports, sources seen and the order of egress policy and translation",
  );
}

function switchAt(reading: Reading, path: DocumentPath): boolean | undefined {
  const text = textAt(reading, path);
  if (text === "true" || text === "false") return text === "true";
  if (text !== undefined) unreadable(reading, path, 'the text "true" or "false"', text);
  return undefined;
}

/** The families that are switched on; undefined where nothing is said of them, or none is on. */
function readFamilies(reading: Reading): readonly Family[] | undefined {
  const [v4, v6] = [switchAt(reading, ["enable-ipv4"]), switchAt(reading, ["enable-ipv6"])];
  if (v4 === undefined && v6 === undefined) return undefined;
  const value: readonly Family[] = [
    ...((v4 ?? true) ? (["IPv4"] as const) : []),
    ...((v6 ?? false) ? (["IPv6"] as const) : []),
  ];
  if (value.length === 0) {
    unreadable(reading, ["enable-ipv4"], "true unless enable-ipv6 is", "false");
    return undefined;
  }
  const path = [v4 === undefined ? "enable-ipv6" : "enable-ipv4"];
  reading.facts.push({ key: "ipFamilies", value, at: placeOf(reading, path) });
  return value;
}

/** How nodes are joined. Earlier releases have one key, `tunnel`, for both. */
function readRouting(reading: Reading): void {
  const older = textAt(reading, ["tunnel"]);
  const routing = textAt(reading, ["routing-mode"]) ?? (older === "disabled" ? "native" : "tunnel");
  const path = [older === undefined ? "routing-mode" : "tunnel"];
  if (routing === "native") {
    reading.facts.push({ key: "overlay", value: "none", at: placeOf(reading, path) });
    return;
  }
  if (routing !== "tunnel") {
    unreadable(reading, ["routing-mode"], "tunnel or native", routing);
    return;
  }
  const protocol = textAt(reading, ["tunnel-protocol"]) ?? older ?? "vxlan";
  if (protocol === "vxlan") {
    reading.facts.push({ key: "overlay", value: "vxlan", at: placeOf(reading, path) });
    return;
  }
  tunnel(reading, ["tunnel-protocol"], `Cilium joins nodes by ${protocol}`);
}

function readEnforcement(reading: Reading): void {
  const path = ["enable-policy"];
  const value = textAt(reading, path);
  switch (value) {
    case undefined:
    case "default":
      return;
    case "never":
      reading.facts.push({ key: "networkPolicy", value: "ignored", at: placeOf(reading, path) });
      return;
    case "always":
      warn(
        reading,
        path,
        "Cilium isolates every pod, also where no policy selects it (enable-policy always), which is not modelled",
        { consequence: "answers about all pods are undecided", doubt: "policies" },
      );
      return;
    default:
      unreadable(reading, path, "default, always or never", value);
  }
}

/** What blocks match: only what is outside, and nodes where that is asked for. */
function readMatchMode(reading: Reading): void {
  const path = ["policy-cidr-match-mode"];
  const text = textAt(reading, path);
  const modes = (text ?? "").split(/[\s,]+/).filter((mode) => mode !== "");
  if (modes.some((mode) => mode !== "nodes")) unreadable(reading, path, "nodes or nothing", text);
  const value = modes.includes("nodes") ? "not-pods" : "outside";
  reading.facts.push({ key: "ipBlocks", value, at: placeOf(reading, path) });
}

/** Reads the IPPools of Calico, which count together. */
export function readPools(readings: readonly Reading[]): void {
  const isOn = (reading: Reading): boolean => flagAt(reading, ["spec", "disabled"]) !== true;
  const pools = readings.filter(isOn).filter(isForPods);
  const [first, ...others] = pools;
  if (first === undefined) return;
  const blocks: Prefix[] = [];
  for (const reading of pools) {
    blocks.push(...(blocksAt(reading, ["spec", "cidr"]) ?? []));
    for (const mode of ["ipipMode", "vxlanMode"]) {
      const value = textAt(reading, ["spec", mode]);
      if (value !== "Always" && value !== "CrossSubnet") continue;
      tunnel(reading, ["spec", mode], `Calico wraps packets between nodes (${mode} ${value})`);
    }
  }
  if (blocks.length > 0) {
    const at = placeOf(first, ["spec", "cidr"]);
    first.facts.push({ key: "podCIDRs", value: blocks, at });
  }
  // Absent, it is false.
  const path = ["spec", "natOutgoing"];
  const value = flagAt(first, path) ?? false;
  first.facts.push({ key: "masqueradeOutside", value, at: placeOf(first, path) });
  // Whatever is not of a pool counts as outside, unless Felix is told to leave nodes out.
  first.facts.push({ key: "masqueradeToNodes", value, at: placeOf(first, path) });
  const other = others.find((reading) => (flagAt(reading, path) ?? false) !== value);
  if (other === undefined) return;
  warn(
    other,
    path,
    `IPPools must agree on natOutgoing, or which pods leave the cluster with their own addresses depends on their pools, which is not modelled; found ${String(!value)} here, and ${String(value)} in ${first.document.object}, which counts for all`,
    { doubt: "outside", hint: "set profile.masqueradeOutside in netqed.yaml" },
  );
}

/** Pools can be for tunnels or load balancers alone. */
function isForPods(reading: Reading): boolean {
  const uses = valueAt(reading, ["spec", "allowedUses"]);
  return !Array.isArray(uses) || uses.length === 0 || uses.includes("Workload");
}
