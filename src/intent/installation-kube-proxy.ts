/**
 * The configuration of kube-proxy, and of kubeadm, as facts for the profile.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (S4.3, S4.20, S4.20a)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/apis/config/v1alpha1/conversion.go (masqueradeAll of ipvs is that of iptables)
 * @source https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (Networking)
 */
import { KUBE_PROXY_MODES } from "../../models/kubernetes/profile.ts";
import {
  blocksAt,
  flagAt,
  placeOf,
  prefixesOf,
  type Reading,
  textAt,
  unreadable,
  valueAt,
  warn,
} from "./installation-reading.ts";
import { isMap } from "./reading.ts";

/** Reads a KubeProxyConfiguration. */
export function readKubeProxy(reading: Reading): void {
  const mode = textAt(reading, ["mode"]);
  if (mode !== undefined) readMode(reading, mode);
  readDetection(reading);
  readNodePortAddresses(reading);
  const inForce = reading.mode ?? mode ?? "iptables";
  const all = [inForce === "nftables" ? "nftables" : "iptables", "masqueradeAll"];
  const isAll = flagAt(reading, all);
  if (isAll !== undefined) {
    reading.facts.push({ key: "masqueradeAll", value: isAll, at: placeOf(reading, all) });
  }
  const loopback = ["iptables", "localhostNodePorts"];
  const isLocal = flagAt(reading, loopback);
  if (isLocal === undefined || inForce !== "iptables") return;
  reading.facts.push({
    key: "localhostNodePorts",
    value: isLocal,
    at: placeOf(reading, loopback),
  });
}

function readMode(reading: Reading, mode: string): void {
  if (KUBE_PROXY_MODES.some((own) => own === mode)) {
    const at = placeOf(reading, ["mode"]);
    reading.facts.push({ key: "kubeProxyMode", value: mode, at });
    return;
  }
  const known = KUBE_PROXY_MODES.join(", ");
  warn(
    reading,
    ["mode"],
    `the mode of kube-proxy must be one of ${known}; found ${mode}, which no supported release runs on Linux`,
    {
      severity: reading.mode === undefined ? "error" : "note",
      hint: "set profile.kubeProxyMode in netqed.yaml to what the nodes run",
    },
  );
}

/** By which sources kube-proxy knows pods; without a block, the way by blocks knows none. */
function readDetection(reading: Reading): void {
  const blocks = blocksAt(reading, ["clusterCIDR"]);
  const place = placeOf(reading, ["clusterCIDR"]);
  if (blocks !== undefined && blocks.length > 0) {
    reading.facts.push({ key: "podCIDRs", value: blocks, at: place });
  }
  const stated = textAt(reading, ["detectLocalMode"]);
  const at = placeOf(reading, ["detectLocalMode"]);
  switch (stated) {
    case undefined:
    case "ClusterCIDR":
      if (blocks?.length === 0 && isAbsent(reading)) {
        reading.facts.push({ key: "detectLocalMode", value: "none", at: place });
      } else if (stated !== undefined) {
        reading.facts.push({ key: "detectLocalMode", value: stated, at });
      }
      return;
    case "NodeCIDR":
    // Both know the pods of the node itself, as NodeCIDR does.
    case "BridgeInterface":
    case "InterfaceNamePrefix":
      reading.facts.push({ key: "detectLocalMode", value: "NodeCIDR", at });
      return;
    default:
      unreadable(
        reading,
        ["detectLocalMode"],
        "ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix",
        stated,
      );
  }
}

/** Whether no block is stated, not even one of a wrong type. */
function isAbsent(reading: Reading): boolean {
  const value = valueAt(reading, ["clusterCIDR"]);
  return (value === undefined || value === "") && isMap(reading.document.document.content);
}

function readNodePortAddresses(reading: Reading): void {
  const path = ["nodePortAddresses"];
  const stated = valueAt(reading, path);
  if (stated === undefined) return;
  const at = placeOf(reading, path);
  if (Array.isArray(stated)) {
    if (stated.length === 0) return;
    if (stated.length === 1 && stated[0] === "primary") {
      reading.facts.push({ key: "nodePortAddresses", value: "primary", at });
      return;
    }
    const value = prefixesOf(stated);
    if (value !== undefined) {
      reading.facts.push({ key: "nodePortAddresses", value, at });
      return;
    }
  }
  unreadable(reading, path, "a list of CIDR blocks, or of primary alone", stated);
}

/** Reads a ClusterConfiguration. */
export function readKubeadm(reading: Reading): void {
  for (const [name, key] of [
    ["podSubnet", "podCIDRs"],
    ["serviceSubnet", "serviceCIDRs"],
  ] as const) {
    const value = blocksAt(reading, ["networking", name]) ?? [];
    if (value.length === 0) continue;
    reading.facts.push({ key, value, at: placeOf(reading, ["networking", name]) });
  }
  const path = ["networking", "dnsDomain"];
  const domain = textAt(reading, path);
  if (domain === undefined) return;
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(domain)) {
    reading.facts.push({ key: "clusterDomain", value: domain, at: placeOf(reading, path) });
  } else unreadable(reading, path, "a domain such as cluster.local", domain);
}
