/**
 * The configuration of network plugins as facts for the profile.
 *
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md
 * @source https://docs.cilium.io/en/stable/network/concepts/masquerading/
 * @source https://docs.cilium.io/en/stable/network/concepts/routing/ (encapsulation, by vxlan, unless configured)
 * @source https://github.com/cilium/cilium/pull/16603 (what goes to other nodes is not masqueraded in native routing)
 * @source https://docs.cilium.io/en/stable/security/policy/intro/#policy-enforcement-modes
 * @source https://docs.cilium.io/en/stable/security/policy/language/#selecting-nodes-with-cidr-ipblock
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

/** All addresses of a family. */
export const WHOLE: Readonly<Record<Family, Prefix>> = {
  IPv4: { family: "IPv4", bits: 0n, length: 0 },
  IPv6: { family: "IPv6", bits: 0n, length: 0 },
};

/** Reads the net-conf.json of Flannel. */
export function readFlannel(reading: Reading): void {
  const isIPv4 = flagAt(reading, ["EnableIPv4"]) ?? true;
  const isIPv6 = flagAt(reading, ["EnableIPv6"]) ?? false;
  const v4 = isIPv4 ? (blocksAt(reading, ["Network"]) ?? []) : [];
  const v6 = isIPv6 ? (blocksAt(reading, ["IPv6Network"]) ?? []) : [];
  const value = [...v4, ...v6];
  const path = [v4.length > 0 ? "Network" : "IPv6Network"];
  if (value.length > 0) reading.facts.push({ key: "podCIDRs", value, at: placeOf(reading, path) });
  warn(
    reading,
    ["Network"],
    "whether flanneld masquerades what is not for its network (--ip-masq) is not said here: assumed, as in its own manifest",
    { severity: "note", hint: "set profile.masqueradeToNodes in netqed.yaml" },
  );
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

/** Records that nodes are joined in a way of which the addresses are not known. */
export function tunnel(reading: Reading, path: DocumentPath, how: string): void {
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
  readMasquerade(reading, families ?? ["IPv4"]);
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

/** Which families are masqueraded on their way out; one that is not is excepted whole. */
function readMasquerade(reading: Reading, families: readonly Family[]): void {
  const told = families.flatMap((family) => {
    const path = [`enable-${family.toLowerCase()}-masquerade`];
    const value = switchAt(reading, path);
    return value === undefined ? [] : [{ family, value, at: placeOf(reading, path) }];
  });
  const [first] = told;
  if (first === undefined) return;
  const value = told.length < families.length || told.some((one) => one.value);
  reading.facts.push({ key: "masqueradeOutside", value, at: first.at });
  const closed = told.filter((one) => !one.value);
  const [kept] = closed;
  if (!value || kept === undefined) return;
  const blocks = closed.map(({ family }) => WHOLE[family]);
  reading.facts.push({ key: "nonMasqueradeCIDRs", value: blocks, at: kept.at });
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
  // Between tunnels, other nodes are masqueraded to like the outside; in native routing only if asked for.
  const own = switchAt(reading, ["enable-remote-node-masquerade"]) ?? false;
  const toNodes = routing === "native" ? own : true;
  const toNodesAt = own ? ["enable-remote-node-masquerade"] : path;
  const at = placeOf(reading, toNodesAt);
  reading.facts.push({ key: "masqueradeToNodes", value: toNodes, at });
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
  const isReadable = valueAt(reading, path) === undefined || text !== undefined || modes.length > 0;
  const isKnown = modes.every((mode) => mode === "nodes") && isReadable;
  if (!isKnown) {
    warn(
      reading,
      path,
      `${path.join(".")} must be nodes or nothing; it is not known what blocks match`,
      {
        consequence: "answers about pods that policies with an ipBlock select are undecided",
        doubt: "blocks",
        hint: "set profile.ipBlocks in netqed.yaml",
      },
    );
  }
  const value = modes.includes("nodes") ? "not-pods" : "outside";
  reading.facts.push({ key: "ipBlocks", value, at: placeOf(reading, path) });
}
