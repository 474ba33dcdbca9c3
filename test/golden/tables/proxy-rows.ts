/**
 * Connections of which the service proxies of nodes make different things, and what their settings change.
 * Written by hand.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.14, S4.27)
 * @source https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ (S4.3, S4.20, S4.20a)
 */
import { prefixOf } from "../../../models/base/address.ts";
import { address } from "../../support/small-cluster.ts";
import { CLUSTER_IP, ITSELF, OUTSIDE, type Row } from "./rows.ts";

export const PROXIES: readonly Row[] = [
  // Only one of them leads loopback to node ports, and it can be told not to.
  {
    from: "node:node1",
    to: "127.0.0.1:30080",
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
    instead: { nftables: ITSELF, ipvs: ITSELF },
  },
  {
    from: "node:node1",
    to: "127.0.0.1:30080",
    ...ITSELF,
    profile: { localhostNodePorts: false },
  },
  // Node ports at addresses of another block only: these are the node's own.
  {
    from: OUTSIDE,
    to: "192.168.1.1:30080",
    then: ["node1 sees 198.51.100.7"],
    exempt: ["node1"],
    profile: { nodePortAddresses: [prefixOf(address("10.0.0.0"), 8)] },
  },
  {
    from: OUTSIDE,
    to: "192.168.1.1:30080",
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
    profile: { nodePortAddresses: [prefixOf(address("192.168.1.0"), 24)] },
  },
  // Whom a node takes for a pod need not be masqueraded.
  {
    from: "pod:shop/c",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
    profile: { masqueradeAll: true },
  },
  {
    from: "pod:shop/c",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 10.244.1.9", "shop/e2 sees 10.244.1.9"],
    profile: { detectLocalMode: "NodeCIDR" },
  },
  {
    from: "node:node1",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 192.168.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
    profile: { detectLocalMode: "none" },
  },
  // A pod that is led by another node than its own is nobody's pod there.
  {
    from: "pod:shop/c",
    to: "192.168.1.3:30090",
    then: ["dropped"],
    profile: { detectLocalMode: "NodeCIDR" },
    instead: {
      ipvs: {
        then: [
          "shop/e1 sees 10.244.1.9 and its reply is lost",
          "shop/e2 sees 10.244.1.9 and its reply is lost",
        ],
      },
    },
  },
  // Nor is one in whose place its own node stands; that node takes no packet back that has its own address.
  {
    from: "pod:shop/c",
    to: "192.168.1.3:30090",
    then: ["dropped"],
    profile: { masqueradeToNodes: true },
    instead: {
      ipvs: { then: ["dropped", "shop/e2 sees 192.168.1.1 and its reply is lost"] },
    },
  },
  {
    from: "pod:shop/c",
    to: "192.168.1.3:22",
    then: ["node3 sees 192.168.1.1"],
    exempt: ["node3"],
    profile: { masqueradeToNodes: true },
  },
  {
    from: "pod:shop/c",
    to: "192.168.1.3:22",
    then: ["node3 sees 10.244.1.9"],
    exempt: ["node3"],
    profile: { masqueradeToNodes: true, nonMasqueradeCIDRs: [prefixOf(address("192.168.0.0"), 16)] },
  },
];
