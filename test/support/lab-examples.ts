/**
 * The clusters of the examples in a laboratory, in every way in which their nodes can be joined.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Address, Prefix } from "../../models/base/address.ts";
import { addressWidthBits } from "../../models/base/family.ts";
import type { Cluster, Node } from "../../models/kubernetes/cluster.ts";
import {
  DEFAULT_PROFILE,
  KUBE_PROXY_DEFAULTS,
  type Profile,
} from "../../models/kubernetes/profile.ts";
import { DEFAULT_CLUSTER_SETTINGS } from "../../src/base/cluster-settings.ts";
import { buildCluster } from "../../src/cluster/build-cluster.ts";
import { readManifests } from "../../src/manifest/read-manifests.ts";
import { connectionNear } from "./cluster-connection-near.ts";
import { type LabCase, isSendable } from "./lab-cases.ts";
import { seed } from "./law-settings.ts";

/** The cluster that the YAML files of `folder` below examples describe; no frontend is left unmodelled. */
export function clusterOfExample(folder: string): Cluster {
  const root = join(import.meta.dirname, "../../examples", folder);
  const { value } = readManifests(
    readdirSync(root)
      .filter((name) => name === "cluster.yaml")
      .map((name) => ({ name, text: readFileSync(join(root, name), "utf8"), named: true })),
  );
  const built = buildCluster(value?.resources ?? [], DEFAULT_CLUSTER_SETTINGS);
  if (built.value === undefined) throw new Error(`no cluster in ${folder}`);
  return { ...built.value.cluster, frontends: [] };
}

/** How nodes and pods are joined, and which proxy runs. */
export interface Variant {
  readonly dataplane: "bridge" | "ptp";
  readonly overlay: Profile["overlay"];
  readonly proxy: "iptables" | "nftables";
}

/** All of them. */
export const VARIANTS: readonly Variant[] = (["bridge", "ptp"] as const).flatMap((dataplane) =>
  (["none", "vxlan"] as const).flatMap((overlay) =>
    (["nftables", "iptables"] as const).map((proxy) => ({ dataplane, overlay, proxy })),
  ),
);

/** `cluster` in the way of `variant`, with connections near what it offers. */
export function exampleCase(cluster: Cluster, variant: Variant, count: number): LabCase {
  const joined = joinedBy(cluster, variant);
  const connections = fc.sample(connectionNear(joined.cluster).filter(isSendable), {
    seed,
    numRuns: count,
  });
  return { ...joined, connections };
}

/** `cluster` in the way of `variant`: bridges have the last addresses of blocks, tunnels the first. */
export function joinedBy(cluster: Cluster, variant: Variant): Omit<LabCase, "connections"> {
  const { dataplane, overlay, proxy } = variant;
  const profile: Profile = {
    ...DEFAULT_PROFILE,
    kubeProxyMode: proxy,
    ...KUBE_PROXY_DEFAULTS[proxy],
    overlay,
  };
  const nodes = cluster.nodes.map((node): Node => {
    const bridge = node.podCidrs.map((block) => fromEnd(block, 1n));
    const tunnel = node.podCidrs.map(({ family, bits }): Address => ({ family, bits }));
    return {
      ...node,
      ...(dataplane === "bridge" ? { bridge } : {}),
      ...(overlay === "vxlan" ? { tunnel } : {}),
    };
  });
  return { cluster: { ...cluster, nodes }, profile };
}

/** The address `offset` before the last of `block`: pods have the first ones. */
function fromEnd({ family, bits, length }: Prefix, offset: bigint): Address {
  const size = 1n << BigInt(addressWidthBits(family) - length);
  return { family, bits: bits + size - 1n - offset };
}
