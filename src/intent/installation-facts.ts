/**
 * The documents that configure an installation, as facts for the profile.
 *
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (S4.3, S4.20, S4.20a)
 * @source https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ (Networking)
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md
 * @source https://docs.cilium.io/en/stable/network/concepts/masquerading/
 * @source https://docs.tigera.io/calico/latest/reference/resources/ippool
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import { KUBE_PROXY_MODES, type Profile } from "../../models/kubernetes/profile.ts";
import { parsePrefix } from "../base/ip.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import type { InstallationDocument } from "../manifest/resources.ts";
import { isMap } from "./reading.ts";

/** A value that an object states, for a key of the profile. */
export type Fact = { readonly at: Origin } & (
  | { readonly key: "podCIDRs" | "serviceCIDRs"; readonly value: readonly Prefix[] }
  | { readonly key: "kubeProxyMode" | "clusterDomain"; readonly value: string }
  | { readonly key: "detectLocalMode"; readonly value: Profile["detectLocalMode"] }
  | { readonly key: "overlay"; readonly value: Profile["overlay"] }
  | { readonly key: "nodePortAddresses"; readonly value: Profile["nodePortAddresses"] }
  | {
      readonly key: "localhostNodePorts" | "masqueradeAll" | "masqueradeOutside";
      readonly value: boolean;
    }
);

/** A key of the profile that objects can state. */
export type FactKey = Fact["key"];

/** Something that is stated and that answers do not follow. */
export interface Remark {
  readonly text: string;
  readonly at: Origin;
}

/** What a document says. */
export interface Facts {
  readonly facts: readonly Fact[];
  readonly remarks: readonly Remark[];
}

/** A document that is being read. */
interface Reading {
  readonly at: (path: DocumentPath) => Origin;
  readonly get: (path: DocumentPath) => unknown;
  readonly facts: Fact[];
  readonly remarks: Remark[];
}

/** The facts of one document. What cannot be read or is not modelled is a remark. */
export function factsOf({ kind, document }: InstallationDocument): Facts {
  const reading: Reading = {
    at: document.positionOf,
    get: (path) => valueAt(document.content, path),
    facts: [],
    remarks: [],
  };
  READERS[kind](reading);
  return { facts: reading.facts, remarks: reading.remarks };
}

const READERS: Readonly<Record<InstallationDocument["kind"], (reading: Reading) => void>> = {
  "kube-proxy": readKubeProxy,
  kubeadm: readKubeadm,
  flannel: readFlannel,
  cilium: readCilium,
  "calico-pool": readPool,
};

function valueAt(content: unknown, path: DocumentPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      isMap(value) && Object.hasOwn(value, String(step)) ? value[String(step)] : undefined,
    content,
  );
}

function readKubeProxy(reading: Reading): void {
  const { get, at, facts, remarks } = reading;
  const mode = get(["mode"]);
  if (typeof mode === "string" && mode !== "") {
    if (KUBE_PROXY_MODES.some((own) => own === mode)) {
      facts.push({ key: "kubeProxyMode", value: mode, at: at(["mode"]) });
    } else {
      remarks.push({
        text: `kube-proxy runs in the mode ${mode}, which is not modelled: answers are those of the mode iptables`,
        at: at(["mode"]),
      });
    }
  }
  blocksAt(reading, ["clusterCIDR"], "podCIDRs");
  const detect = get(["detectLocalMode"]);
  const isByBlock = detect === undefined || detect === "" || detect === "ClusterCIDR";
  if (isByBlock && get(["clusterCIDR"]) === "") {
    // Without the block nothing tells pods from others.
    facts.push({ key: "detectLocalMode", value: "none", at: at(["clusterCIDR"]) });
    readProxySwitches(reading, mode);
    return;
  }
  if (detect === "ClusterCIDR" || detect === "NodeCIDR") {
    facts.push({ key: "detectLocalMode", value: detect, at: at(["detectLocalMode"]) });
  } else if (detect === "BridgeInterface" || detect === "InterfaceNamePrefix") {
    // Both know the pods of the node itself, as NodeCIDR does.
    facts.push({ key: "detectLocalMode", value: "NodeCIDR", at: at(["detectLocalMode"]) });
  }
  readProxySwitches(reading, mode);
}

function readProxySwitches(reading: Reading, mode: unknown): void {
  const { get, at, facts } = reading;
  const addresses = get(["nodePortAddresses"]);
  if (Array.isArray(addresses) && addresses.length > 0) readNodePortAddresses(reading, addresses);
  for (const backend of ["iptables", "nftables", "ipvs"]) {
    const all = get([backend, "masqueradeAll"]);
    const isOwn = backend === (typeof mode === "string" && mode !== "" ? mode : "iptables");
    if (typeof all === "boolean" && isOwn) {
      facts.push({ key: "masqueradeAll", value: all, at: at([backend, "masqueradeAll"]) });
    }
  }
  const isIptables = mode === undefined || mode === null || mode === "" || mode === "iptables";
  const localhost = get(["iptables", "localhostNodePorts"]);
  if (typeof localhost === "boolean" && isIptables) {
    const place = at(["iptables", "localhostNodePorts"]);
    facts.push({ key: "localhostNodePorts", value: localhost, at: place });
  }
}

function readNodePortAddresses(reading: Reading, stated: readonly unknown[]): void {
  const at = reading.at(["nodePortAddresses"]);
  if (stated.length === 1 && stated[0] === "primary") {
    reading.facts.push({ key: "nodePortAddresses", value: "primary", at });
    return;
  }
  const value = prefixesOf(stated);
  if (value === undefined) unreadable(reading, ["nodePortAddresses"]);
  else reading.facts.push({ key: "nodePortAddresses", value, at });
}

function readKubeadm(reading: Reading): void {
  blocksAt(reading, ["networking", "podSubnet"], "podCIDRs");
  blocksAt(reading, ["networking", "serviceSubnet"], "serviceCIDRs");
  const path = ["networking", "dnsDomain"];
  const domain = reading.get(path);
  if (typeof domain !== "string" || domain === "") return;
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(domain)) {
    reading.facts.push({ key: "clusterDomain", value: domain, at: reading.at(path) });
  } else unreadable(reading, path);
}

function readFlannel(reading: Reading): void {
  const stated = ["Network", "IPv6Network"].filter((key) => typeof reading.get([key]) === "string");
  const [first] = stated;
  if (first !== undefined) {
    const value = prefixesOf(stated.map((key) => reading.get([key])));
    if (value === undefined) unreadable(reading, [first]);
    else reading.facts.push({ key: "podCIDRs", value, at: reading.at([first]) });
  }
  const path = ["Backend", "Type"];
  const backend = reading.get(path);
  if (typeof backend !== "string") return;
  const at = reading.at(path);
  if (backend === "vxlan" || backend === "host-gw") {
    reading.facts.push({ key: "overlay", value: backend === "vxlan" ? "vxlan" : "none", at });
    return;
  }
  reading.remarks.push({
    text: `Flannel joins nodes by its backend ${backend}, which is not modelled: the addresses that nodes have in it, which policies with an ipBlock may see as sources, are not known`,
    at,
  });
}

function readCilium(reading: Reading): void {
  blocksAt(reading, ["cluster-pool-ipv4-cidr"], "podCIDRs", / +|,/);
  const path = ["enable-ipv4-masquerade"];
  const masquerade = reading.get(path);
  if (masquerade === "true" || masquerade === "false") {
    const value = masquerade === "true";
    reading.facts.push({ key: "masqueradeOutside", value, at: reading.at(path) });
  }
  const replaced = reading.get(["kube-proxy-replacement"]);
  if (replaced === "true" || replaced === "strict") {
    reading.remarks.push({
      text: "Cilium replaces kube-proxy: it translates services as a pod opens a connection, which is not modelled; answers about services are those of kube-proxy, and may differ in undefined ports, node ports and sources seen",
      at: reading.at(["kube-proxy-replacement"]),
    });
  }
}

function readPool(reading: Reading): void {
  if (reading.get(["spec", "disabled"]) === true) return;
  const { get, at, remarks } = reading;
  for (const mode of ["ipipMode", "vxlanMode"]) {
    const value = get(["spec", mode]);
    if (value !== "Always" && value !== "CrossSubnet") continue;
    remarks.push({
      text: `Calico wraps packets between nodes (${mode} ${value}), which is not modelled: the addresses of its tunnels, which policies with an ipBlock may see as sources, are not known`,
      at: at(["spec", mode]),
    });
  }
  const nat = get(["spec", "natOutgoing"]);
  if (typeof nat === "boolean") {
    reading.facts.push({ key: "masqueradeOutside", value: nat, at: at(["spec", "natOutgoing"]) });
  }
}

/** The blocks that a text at `path` lists. */
function blocksAt(
  reading: Reading,
  path: DocumentPath,
  key: "podCIDRs" | "serviceCIDRs",
  separator: RegExp = /,/,
): void {
  const text = reading.get(path);
  if (typeof text !== "string" || text === "") return;
  const parts = text.split(separator).filter((part) => part.trim() !== "");
  const value = prefixesOf(parts.map((part) => part.trim()));
  if (value === undefined) unreadable(reading, path);
  else reading.facts.push({ key, value, at: reading.at(path) });
}

function prefixesOf(texts: readonly unknown[]): readonly Prefix[] | undefined {
  const parsed = texts.map((text) => (typeof text === "string" ? parsePrefix(text) : undefined));
  const found = parsed.flatMap((one) => (one === undefined || one.hostBitsSet ? [] : one.prefix));
  return found.length === texts.length && found.length > 0 ? found : undefined;
}

function unreadable(reading: Reading, path: DocumentPath): void {
  reading.remarks.push({
    text: `${path.join(".")} must be blocks of addresses or a domain, as the component would read it; it is left out`,
    at: reading.at(path),
  });
}
