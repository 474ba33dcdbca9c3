/**
 * Connections in the cluster of cluster.yaml and what becomes of them: facts of the documentation, and of real
 * kernels. Written by hand; nothing here is computed.
 */
import type { KubeProxyMode, Profile } from "../../../models/kubernetes/profile.ts";

/** What becomes of a connection. */
export interface Ending {
  /** What may become of it: `WHO sees SOURCE` where it arrives, else how it ends. */
  readonly then: readonly string[];
  /** Where it still arrives when policy closes e1 and e2: what comes from their own node. Absent: nowhere. */
  readonly exempt?: readonly string[];
}

/** A connection, and what becomes of it. */
export interface Row extends Ending {
  /** Who opens it: `pod:NAMESPACE/NAME`, `node:NAME` or an address outside. */
  readonly from: string;
  /** The address and port that are called, with `/PROTOCOL` where it is not TCP. */
  readonly to: string;
  readonly profile?: Partial<Profile>;
  /** What becomes of it with the service proxies that do something else. */
  readonly instead?: { readonly [Mode in KubeProxyMode]?: Ending };
}

export const CLUSTER_IP = "10.96.0.10:80";
const BALANCER = "203.0.113.10:80";
const LOCAL_BALANCER = "203.0.113.11:80";
export const OUTSIDE = "198.51.100.7";

/** What comes of loopback at node1 where nothing leads it elsewhere. */
export const ITSELF: Ending = { then: ["node1 sees 127.0.0.1"], exempt: ["node1"] };

/**
 * The worked examples of the translation rules.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/proxy/iptables/proxier.go (S4.20, S4.28)
 */
export const WORKED: readonly Row[] = [
  {
    from: "pod:shop/c",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 10.244.1.9", "shop/e2 sees 10.244.1.9"],
  },
  {
    from: "node:node1",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  {
    from: "pod:shop/c",
    to: "192.168.1.1:30080",
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  {
    from: "pod:shop/c",
    to: BALANCER,
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  {
    from: "pod:shop/c",
    to: LOCAL_BALANCER,
    then: ["shop/e1 sees 10.244.1.9", "shop/e2 sees 10.244.1.9"],
    instead: { ipvs: { then: ["shop/e1 sees 10.244.1.9"] } },
  },
  {
    from: "pod:shop/c",
    to: "203.0.113.14:80",
    then: ["undecided"],
  },
  {
    from: OUTSIDE,
    to: "192.168.1.1:30080",
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  { from: OUTSIDE, to: "192.168.1.2:30090", then: ["shop/e2 sees 198.51.100.7"] },
  {
    from: OUTSIDE,
    to: "192.168.1.3:30090",
    then: ["dropped"],
    instead: {
      ipvs: {
        then: [
          "shop/e1 sees 198.51.100.7 and its reply is lost",
          "shop/e2 sees 198.51.100.7 and its reply is lost",
        ],
      },
    },
  },
  {
    from: "pod:shop/e1",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 10.244.1.2"],
    exempt: ["shop/e1"],
  },
];

/**
 * What real kernels did with packets, pods joined by routes: the sources that receivers saw.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34)
 */
export const OBSERVED: readonly Row[] = [
  { from: "pod:shop/c", to: "10.244.1.2:8080", then: ["shop/e1 sees 10.244.1.9"] },
  { from: "pod:shop/c", to: "10.244.2.2:8080", then: ["shop/e2 sees 10.244.1.9"] },
  { from: "pod:shop/c", to: "127.0.0.1:9001", then: ["shop/c sees 127.0.0.1"], exempt: ["shop/c"] },
  {
    from: "node:node1",
    to: "10.244.1.2:8080",
    then: ["shop/e1 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  { from: "node:node1", to: "10.244.2.2:8080", then: ["shop/e2 sees 192.168.1.1"] },
  { from: "pod:shop/c", to: "198.51.100.7:443", then: ["outside"], exempt: ["outside"] },
  {
    from: "pod:shop/c",
    to: "198.51.100.7:443",
    then: ["no-route"],
    profile: { masqueradeOutside: false, outsideRoutesToPods: false },
  },
  {
    from: "pod:shop/c",
    to: "192.168.1.1:22",
    then: ["node1 sees 10.244.1.9"],
    exempt: ["node1"],
  },
  {
    from: "pod:shop/c",
    to: "192.168.1.2:22",
    then: ["node2 sees 10.244.1.9"],
    exempt: ["node2"],
  },
  {
    from: OUTSIDE,
    to: "192.168.1.3:30080",
    then: ["shop/e1 sees 192.168.1.3", "shop/e2 sees 192.168.1.3"],
  },
  // A pod is served by its own node like a client of the cluster address.
  {
    from: "pod:shop/c",
    to: "192.168.1.1:30090",
    then: ["shop/e1 sees 10.244.1.9", "shop/e2 sees 10.244.1.9"],
    instead: { ipvs: { then: ["shop/e1 sees 10.244.1.9"] } },
  },
  // Its own node has no endpoint, and takes those of others.
  {
    from: "pod:shop/d",
    to: "192.168.1.3:30090",
    then: ["shop/e1 sees 10.244.3.9", "shop/e2 sees 10.244.3.9"],
  },
  // Another node does so too, and is not on the way back.
  {
    from: "pod:shop/c",
    to: "192.168.1.3:30090",
    then: [
      "shop/e1 sees 10.244.1.9 and its reply is lost",
      "shop/e2 sees 10.244.1.9 and its reply is lost",
    ],
  },
  { from: "pod:shop/c", to: "10.96.0.13:80", then: ["rejected"] },
  { from: OUTSIDE, to: "192.168.1.1:30070", then: ["rejected"] },
  {
    from: "pod:shop/c",
    to: "10.96.0.10:81",
    then: ["dropped"],
    instead: { nftables: { then: ["rejected"] }, ipvs: { then: ["rejected"] } },
  },
  { from: "pod:shop/c", to: "10.96.0.99:80", then: ["dropped"] },
  { from: "pod:shop/c", to: "10.96.0.12:80", then: ["shop/e1 sees 10.244.1.9"] },
  {
    from: "node:node3",
    to: "10.96.0.12:80",
    then: ["dropped"],
    instead: { ipvs: { then: ["shop/e1 sees 192.168.1.3", "shop/e2 sees 192.168.1.3"] } },
  },
  {
    from: "pod:shop/c",
    to: "10.96.0.10:80/SCTP",
    then: ["shop/e1 sees 10.244.1.9", "shop/e2 sees 10.244.1.9"],
  },
];

/**
 * Host ports: on the pod's own node only, judged at the port of the pod, the client kept; of the pod's
 * neighbours the plugin may keep the client or not.
 *
 * @source https://github.com/containernetworking/plugins/blob/main/plugins/meta/portmap/portmap_iptables.go (S1.10)
 */
export const HOST_PORTS: readonly Row[] = [
  { from: OUTSIDE, to: "192.168.1.1:8088", then: ["shop/e1 sees 198.51.100.7"] },
  { from: OUTSIDE, to: "192.168.1.2:8088", then: ["node2 sees 198.51.100.7"], exempt: ["node2"] },
  { from: "pod:shop/d", to: "192.168.1.1:8088", then: ["shop/e1 sees 10.244.3.9"] },
  {
    from: "pod:shop/c",
    to: "192.168.1.1:8088",
    then: ["shop/e1 sees 10.244.1.9", "shop/e1 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  {
    from: "pod:shop/e1",
    to: "192.168.1.1:8088",
    then: ["shop/e1 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  {
    from: "node:node1",
    to: "192.168.1.1:8088",
    then: ["shop/e1 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  { from: "node:node2", to: "192.168.1.1:8088", then: ["shop/e1 sees 192.168.1.2"] },
  {
    from: OUTSIDE,
    to: "192.168.1.1:8088",
    then: ["node1 sees 198.51.100.7"],
    exempt: ["node1"],
    profile: { hostPorts: "none" },
  },
];
