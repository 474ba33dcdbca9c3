/**
 * What a receiver sees where the pods of a node share a bridge, and where nodes wrap what is for pods of others.
 * Written by hand: in each node's block the bridge has the first address, and the end of the tunnels the block's
 * own. Bridge and tunnel of node1 are 10.244.1.1 and 10.244.1.0.
 *
 * @source https://www.cni.dev/plugins/current/main/bridge/ (isGateway)
 * @source https://github.com/flannel-io/flannel/blob/master/Documentation/backends.md (vxlan, host-gw)
 */
import { CLUSTER_IP, ITSELF, OUTSIDE, type Row } from "./rows.ts";

/** What is seen the same, however pods are joined. */
const ANY_WAY: readonly Row[] = [
  { from: "pod:shop/c", to: "10.244.1.2:8080", then: ["shop/e1 sees 10.244.1.9"] },
  { from: "pod:shop/c", to: "10.244.2.2:8080", then: ["shop/e2 sees 10.244.1.9"] },
  { from: "pod:shop/c", to: "127.0.0.1:9001", then: ["shop/c sees 127.0.0.1"], exempt: ["shop/c"] },
  {
    from: "pod:shop/c",
    to: CLUSTER_IP,
    then: ["shop/e1 sees 10.244.1.9", "shop/e2 sees 10.244.1.9"],
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
    from: "node:node1",
    to: "192.168.1.2:22",
    then: ["node2 sees 192.168.1.1"],
    exempt: ["node2"],
  },
  { from: "pod:shop/c", to: "198.51.100.7:443", then: ["outside"], exempt: ["outside"] },
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
  { from: OUTSIDE, to: "192.168.1.1:8088", then: ["shop/e1 sees 198.51.100.7"] },
  // Of host ports only what comes from pods, or from loopback, is masqueraded.
  {
    from: "node:node1",
    to: "192.168.1.1:8088",
    then: ["shop/e1 sees 192.168.1.1"],
    exempt: ["shop/e1"],
  },
  { from: "pod:shop/c", to: "10.96.0.13:80", then: ["rejected"] },
];

/** Whose address pods of node1 and other nodes see of what node1 sends or masquerades, and of what node3 does. */
interface Seen {
  readonly pods: string;
  readonly others: string;
  readonly third: string;
}

function joined({ pods, others, third }: Seen): readonly Row[] {
  const both = [`shop/e1 sees ${pods}`, `shop/e2 sees ${others}`];
  return [
    ...ANY_WAY,
    {
      from: "node:node1",
      to: "10.244.1.2:8080",
      then: [`shop/e1 sees ${pods}`],
      exempt: ["shop/e1"],
    },
    { from: "node:node1", to: "10.244.2.2:8080", then: [`shop/e2 sees ${others}`] },
    { from: "node:node1", to: CLUSTER_IP, then: both, exempt: ["shop/e1"] },
    { from: "pod:shop/c", to: "192.168.1.1:30080", then: both, exempt: ["shop/e1"] },
    { from: "pod:shop/c", to: "203.0.113.10:80", then: both, exempt: ["shop/e1"] },
    { from: OUTSIDE, to: "192.168.1.1:30080", then: both, exempt: ["shop/e1"] },
    {
      from: OUTSIDE,
      to: "192.168.1.3:30080",
      then: [`shop/e1 sees ${third}`, `shop/e2 sees ${third}`],
    },
    {
      from: "node:node1",
      to: "127.0.0.1:30080",
      then: both,
      exempt: ["shop/e1"],
      instead: { nftables: ITSELF, ipvs: ITSELF },
    },
    {
      from: "pod:shop/e1",
      to: CLUSTER_IP,
      then: [`shop/e1 sees ${pods}`, "shop/e2 sees 10.244.1.2"],
      exempt: ["shop/e1"],
    },
    {
      from: "pod:shop/e1",
      to: "192.168.1.1:8088",
      then: [`shop/e1 sees ${pods}`],
      exempt: ["shop/e1"],
    },
  ];
}

/** Nodes have these addresses too, whoever asks. */
const AT_BRIDGES: readonly Row[] = [
  { from: "pod:shop/c", to: "10.244.1.1:22", then: ["node1 sees 10.244.1.9"], exempt: ["node1"] },
  { from: "pod:shop/c", to: "10.244.2.1:22", then: ["node2 sees 10.244.1.9"], exempt: ["node2"] },
];

/** Pods on a bridge, nodes joined by routes. */
export const BRIDGED: readonly Row[] = [
  ...joined({ pods: "10.244.1.1", others: "192.168.1.1", third: "192.168.1.3" }),
  ...AT_BRIDGES,
  // What restricts node ports to the address by which the cluster knows a node leaves its bridge out.
  {
    from: "pod:shop/c",
    to: "10.244.1.1:30080",
    then: ["shop/e1 sees 10.244.1.1", "shop/e2 sees 192.168.1.1"],
    exempt: ["shop/e1"],
    instead: { nftables: { then: ["node1 sees 10.244.1.9"], exempt: ["node1"] } },
  },
];

/** Pods on a bridge, nodes joined by an overlay. */
export const BRIDGED_OVERLAY: readonly Row[] = [
  ...joined({ pods: "10.244.1.1", others: "10.244.1.0", third: "10.244.3.0" }),
  ...AT_BRIDGES,
  { from: "pod:shop/c", to: "10.244.2.0:22", then: ["node2 sees 10.244.1.9"], exempt: ["node2"] },
];

/** Pods attached one by one, nodes joined by an overlay. */
export const ROUTED_OVERLAY: readonly Row[] = joined({
  pods: "192.168.1.1",
  others: "10.244.1.0",
  third: "10.244.3.0",
});
