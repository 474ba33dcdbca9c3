/**
 * The laboratory of a cluster: which network namespaces there are and who is in which. Made from the
 * cluster and the profile, never from a compiled network, so that a wrong lowering shows.
 */
import { FAMILIES, type Family } from "../../models/base/family.ts";
import {
  type Cluster,
  type Node,
  OUTSIDE,
  type Pod,
  nodeEndpoint,
  podEndpoint,
  podId,
} from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";

/** In which layout kube-proxy writes its rules. */
export type ProxyMode = "nftables" | "iptables";

/** A pod with a network of its own. */
export interface LabPod {
  readonly pod: Pod;
  /** Its namespace. */
  readonly space: string;
  /** The device on the node that leads to it. */
  readonly device: string;
  readonly mac: string;
  /** The hardware address of `device`. */
  readonly hostMac: string;
}

/** A node and the pods on it that have a network of their own. */
export interface LabNode {
  readonly node: Node;
  readonly space: string;
  /** From 1 on; part of its link addresses. */
  readonly number: number;
  readonly mac: string;
  /** The hardware address of the bridge to which its pods are attached; absent: one by one. */
  readonly bridgeMac?: string;
  /** That of its end of the tunnels; absent: it has none. */
  readonly tunnelMac?: string;
  readonly pods: readonly LabPod[];
}

/** Everything outside, and the wire to which nodes are connected. */
export interface LabOutside {
  readonly space: string;
  readonly mac: string;
}

/** A laboratory before it is built. */
export interface LabPlan {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly proxy: ProxyMode;
  readonly families: readonly Family[];
  readonly nodes: readonly LabNode[];
  readonly outside: LabOutside;
}

/** What is taken away from a laboratory to see that it notices. */
export interface Ablation {
  readonly forwarding?: false;
  readonly masquerade?: false;
  readonly hairpin?: false;
  readonly bridgeFilter?: false;
}

/** The plan for `cluster` under `profile`. Names and link addresses depend on positions only. */
export function planOf(cluster: Cluster, profile: Profile): LabPlan {
  const proxy = profile.kubeProxyMode === "nftables" ? "nftables" : "iptables";
  let count = 0;
  const nodes = cluster.nodes.map((node, i): LabNode => {
    const pods = cluster.pods
      .filter((pod) => pod.node === node.name && !pod.hostNetwork)
      .map((pod): LabPod => {
        count += 1;
        return {
          pod,
          space: `p${String(count)}`,
          device: `v${String(count)}`,
          mac: macOf(1, count),
          hostMac: macOf(2, count),
        };
      });
    const number = i + 1;
    const hasTunnel = profile.overlay === "vxlan" || node.tunnel !== undefined;
    return {
      node,
      space: `n${String(number)}`,
      number,
      mac: macOf(0, number),
      ...(node.bridge === undefined ? {} : { bridgeMac: macOf(6, number) }),
      ...(hasTunnel ? { tunnelMac: macOf(5, number) } : {}),
      pods,
    };
  });
  const blocks = [...cluster.podCidrs, ...cluster.serviceCidrs];
  const used = [...cluster.nodes, ...cluster.pods].flatMap((owner) => owner.addresses);
  const families = FAMILIES.filter((f) => [...blocks, ...used].some((one) => one.family === f));
  return { cluster, profile, proxy, families, nodes, outside: { space: "out", mac: macOf(3, 1) } };
}

/** The family in which packets are wrapped: one that all nodes have; undefined: there is none. */
export function tunnelFamily(nodes: readonly Node[]): Family | undefined {
  return FAMILIES.find((family) =>
    nodes.every((node) => node.addresses.some((address) => address.family === family)),
  );
}

/** The device of a node to which its pods are attached, where that is a bridge. */
export const BRIDGE = "cbr0";
/** The device of a node that wraps packets for other nodes. */
export const TUNNEL = "flannel.1";

/** A hardware address of the locally administered kind; the same for the same numbers. */
function macOf(kind: number, number: number): string {
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  return `0a:58:00:${hex(kind)}:${hex(number >> 8)}:${hex(number & 255)}`;
}

/** Every namespace of `plan`. */
export function spacesOf(plan: LabPlan): readonly string[] {
  return [
    plan.outside.space,
    ...plan.nodes.map((node) => node.space),
    ...plan.nodes.flatMap((node) => node.pods.map((pod) => pod.space)),
  ];
}

/** How people call each namespace: `shop/web`, the name of a node, `outside`. */
export function nameOfSpace(plan: LabPlan): ReadonlyMap<string, string> {
  return new Map([
    [plan.outside.space, OUTSIDE],
    ...plan.nodes.flatMap(({ node, space, pods }): readonly [string, string][] => [
      [space, node.name],
      ...pods.map(({ pod, space: own }): [string, string] => [own, podId(pod)]),
    ]),
  ]);
}

/** The namespace that stands for each end of connections; a host-network pod is in its node's. */
export function spaceOfEndpoint(plan: LabPlan): ReadonlyMap<string, string> {
  const hosts = plan.cluster.pods.filter((pod) => pod.hostNetwork);
  return new Map([
    [OUTSIDE, plan.outside.space],
    ...plan.nodes.flatMap(({ node, space, pods }): readonly [string, string][] => [
      [nodeEndpoint(node), space],
      ...pods.map(({ pod, space: own }): [string, string] => [podEndpoint(pod), own]),
      ...hosts
        .filter((pod) => pod.node === node.name)
        .map((pod): [string, string] => [podEndpoint(pod), space]),
    ]),
  ]);
}
