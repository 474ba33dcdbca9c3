/**
 * The corpus of what upstream's own tests of kube-proxy expect.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Address } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import {
  DEFAULT_PROFILE,
  KUBE_PROXY_DEFAULTS,
  type Profile,
} from "../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../src/base/cluster-settings.ts";
import { parseAddress, parsePrefix } from "../../src/base/ip.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import { corpus } from "../support/shared.ts";

/** The kinds of kube-proxy that upstream has such tests of. */
export type Mode = "iptables" | "nftables";

interface Expected {
  readonly endpoints?: readonly string[];
}

/** A packet, and what is expected to become of it. */
export interface Flow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly expect: Expected | "reject" | "drop" | "none" | "accept";
  readonly masquerade: boolean;
  readonly modes: readonly Mode[];
}

interface ModeSettings {
  /** Empty: all addresses. */
  readonly nodePortAddresses?: readonly string[];
  readonly localhostNodePorts?: boolean;
}

/** A cluster as one node sees it, and packets there. */
export interface Case {
  readonly id: string;
  readonly observedFromNode: string;
  readonly node: {
    readonly ips: readonly string[];
    readonly perMode?: {
      readonly iptables?: ModeSettings;
      readonly nftables?: ModeSettings & { readonly serviceCIDRs?: readonly string[] };
    };
    readonly clusterCIDR: string | null;
    readonly detectLocalMode: string;
    readonly masqueradeAll: boolean;
  };
  readonly flows: readonly Flow[];
}

const root = corpus("kube-proxy") ?? "";
const folder = join(root, "manifests");
/** Every case of the corpus; empty where it is not there. */
export const cases = existsSync(folder)
  ? readdirSync(folder).map((id) => {
      const text = readFileSync(join(folder, id, "expected.json"), "utf8");
      // The corpus documents this format.
      return JSON.parse(text) as Case;
    })
  : [];

/** The address that `text` writes. */
export function addressOf(text: string): Address {
  const address = parseAddress(text.trim());
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}

/** The cluster of a case. */
export function clusterOf({ id, node }: Case): Cluster {
  const file = join(folder, id, "manifests.yaml");
  const { value } = readManifests([
    { name: `${id}.yaml`, text: readFileSync(file, "utf8"), named: true },
  ]);
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  if (built.value === undefined) throw new Error(`no cluster of ${id}`);
  const pods = (node.clusterCIDR ?? "")
    .split(",")
    .flatMap((t) => parsePrefix(t.trim())?.prefix ?? []);
  const stated = node.perMode?.nftables?.serviceCIDRs ?? [];
  const serviceCidrs = stated.flatMap((text) => parsePrefix(text)?.prefix ?? []);
  return { ...built.value.cluster, podCidrs: pods, serviceCidrs };
}

/** How the node of a case is set up in `mode`. */
export function profileOf({ node }: Case, mode: Mode): Profile {
  const isDetecting = node.detectLocalMode === "ClusterCIDR" && (node.clusterCIDR ?? "") !== "";
  const stated = node.perMode?.[mode];
  const blocks = (stated?.nodePortAddresses ?? []).flatMap((t) => parsePrefix(t)?.prefix ?? []);
  return {
    ...DEFAULT_PROFILE,
    masqueradeAll: node.masqueradeAll,
    detectLocalMode: isDetecting ? "ClusterCIDR" : "none",
    kubeProxyMode: mode,
    ...KUBE_PROXY_DEFAULTS[mode],
    nodePortAddresses: blocks.length === 0 ? "all" : blocks,
    localhostNodePorts: stated?.localhostNodePorts ?? KUBE_PROXY_DEFAULTS[mode].localhostNodePorts,
  };
}

/**
 * The rule of docs/disagreements.md that explains why `flow` is answered differently; undefined: none does.
 */
export function explanation({ id }: Case, flow: Flow): string | undefined {
  const manifests = readFileSync(join(folder, id, "manifests.yaml"), "utf8");
  if (/loadBalancerSourceRanges:/.test(manifests) && manifests.includes(`ip: ${flow.from}\n`)) {
    return "S3.10";
  }
  return undefined;
}

/** What is expected of a flow, in one form. */
export function wanted({ expect: what, masquerade }: Flow): {
  readonly expect: string | { readonly endpoints: readonly string[] };
  readonly masquerade: boolean;
} {
  // What the filter accepts without translation goes its usual way.
  if (what === "accept") return { expect: "none", masquerade };
  if (typeof what === "string") return { expect: what, masquerade };
  return { expect: { endpoints: [...(what.endpoints ?? [])].sort() }, masquerade };
}
