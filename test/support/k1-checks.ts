/**
 * What packets do in examples/k1, written down by hand: one row for each thing that the kernel was seen to do there.
 *
 * Ends are the names of pods and nodes, `outside`, or addresses. `near n1` is the address by which n1 is
 * known to its own pods: its bridge's, or its own where there is none. `far n1` is the one that it shows to pods of
 * other nodes: its tunnel's, or its own.
 */
import type { Connection } from "../../models/base/connection.ts";
import type { Protocol } from "../../models/base/family.ts";
import {
  type Cluster,
  OUTSIDE,
  nodeEndpoint,
  podEndpoint,
} from "../../models/kubernetes/cluster.ts";
import { present } from "../../src/base/assert.ts";
import { formatAddress, parseAddress } from "../../src/base/ip.ts";
import { type End, endText } from "../../src/lab/life.ts";
import type { Variant } from "./lab-examples.ts";

/** A connection: from whom, to what, and all ends that it may have. */
export interface Check {
  readonly says: string;
  /** `p1`, `n1 from far n1`, `outside from 203.0.113.10`. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: Protocol;
  /** `p2:8080 from own`, `rejected`, `lost`; by the proxy's mode where it decides. */
  readonly ends: readonly string[] | Readonly<Record<Variant["proxy"], readonly string[]>>;
}

const SERVICES = {
  one: "10.96.0.11",
  pair: "10.96.0.12",
  own: "10.96.0.13",
  open: "10.96.0.14",
  guest: "198.51.100.16",
  extra: "198.51.100.17",
  inner: "10.96.0.18",
  nobody: "10.96.0.19",
} as const;

const VISITOR = "outside from 203.0.113.10";
const STRANGER = "outside from 198.51.100.99";
const LOST: readonly string[] = ["lost"];
const REJECTED: readonly string[] = ["rejected"];

function row(
  says: string,
  from: string,
  to: string,
  ends: Check["ends"],
  protocol?: Protocol,
): Check {
  const at = to.lastIndexOf(":");
  const base = { says, from, to: to.slice(0, at), port: Number(to.slice(at + 1)), ends };
  return protocol === undefined ? base : { ...base, protocol };
}

const PODS: readonly Check[] = [
  row("to a pod of another node", "p1", "p2:8080", ["p2:8080 from own"]),
  row("to a port at which nobody listens", "p1", "p2:1", ["p2:1 from own"]),
  row("to another container", "p1 from 127.0.0.1", "127.0.0.1:9090", ["p1:9090 from own"]),
  row("to an isolated pod that lets it in", "p1", "p3:8080", ["p3:8080 from own"]),
  row("at a port that is not let in", "p1", "p3:9090", LOST),
  row("by a protocol that is not let in", "p1", "p3:5353", LOST, "UDP"),
  row("from a node that is not let in", "p2", "p3:8080", LOST),
  row("from an isolated pod, whose replies come in", "p3", "p1:8080", ["p1:8080 from own"]),
  row("out of a pod that may", "p4", "p2:5353", ["p2:5353 from own"], "UDP"),
  row("out of a pod that may not, at its node", "p4", "p2:9090", LOST),
  row("out of a pod that may not, to another node", "p4", "p3:8080", LOST),
];

const NODES: readonly Check[] = [
  row("from a node to its pod", "n1 from near n1", "p1:8080", ["p1:8080 from own"]),
  row("from a node to its isolated pod", "n1 from near n1", "p3:8080", ["p3:8080 from own"]),
  row("from another node to a pod", "n1 from far n1", "p2:8080", ["p2:8080 from own"]),
  row("from another node to an isolated pod", "n2 from far n2", "p3:8080", LOST),
  row("from a pod to another node", "p1", "n2:22", ["n2:22 from own"]),
  row("from a pod to the outside", "p1", "203.0.113.10:443", ["outside:443 from n1"]),
];

const CLUSTER: readonly Check[] = [
  row("by a service, to another node", "p1", "one:80", ["p2:8080 from own"]),
  row("by a service, at the same node", "p4", "one:80", ["p2:8080 from own"]),
  row("by a service, to any of two", "p1", "pair:80", ["p1:8080 from near n1", "p2:8080 from own"]),
  row("by a service, to itself", "p1", "own:80", ["p1:9090 from near n1"]),
  row("by a service, which policy sees translated", "p4", "own:80", LOST),
  row("by a service, from a node to another", "n1", "one:80", ["p2:8080 from far n1"]),
  row("by a service, from a node to its pod", "n2", "one:80", ["p2:8080 from near n2"]),
  row("without endpoints", "p1", "nobody:80", REJECTED),
  row("at a port that the service has not", "p1", "one:81", { nftables: REJECTED, iptables: LOST }),
  row("at an address that no service has", "p1", "10.96.0.99:80", LOST),
  row("by a service of this node only, here", "p4", "inner:53", ["p2:5353 from own"], "UDP"),
  row("by a service of this node only, elsewhere", "p1", "inner:53", LOST, "UDP"),
  row("by SCTP", "p4", "inner:3868", ["p2:3868 from own"], "SCTP"),
];

const PUBLISHED: readonly Check[] = [
  row("by a node port, on to another node", VISITOR, "n1:30080", ["p2:8080 from far n1"]),
  row("by a node port, to a pod there", VISITOR, "n2:30080", ["p2:8080 from near n2"]),
  row("by a node port, from a pod", "p1", "n1:30080", ["p2:8080 from far n1"]),
  row("by a local node port, where a pod is", VISITOR, "n1:30081", ["p1:8080 from own"]),
  row("by a local node port, where none is", VISITOR, "n2:30081", LOST),
  row("by a local node port, from a pod where none is", "p2", "n2:30081", ["p1:8080 from own"]),
  row("by a node port without endpoints", VISITOR, "n1:30083", REJECTED),
  row("by a load balancer, from whom it serves", VISITOR, "guest:443", [
    "p1:8080 from near n1",
    "p1:8080 from far n2",
  ]),
  row("by a load balancer, from whom it does not serve", STRANGER, "guest:443", LOST),
  row("by an external address", VISITOR, "extra:80", [
    "p2:9090 from far n1",
    "p2:9090 from near n2",
  ]),
];

/** All rows. */
export const K1_CHECKS: readonly Check[] = [...PODS, ...NODES, ...CLUSTER, ...PUBLISHED];

/** The address that `text` means in `cluster`. */
function addressText(cluster: Cluster, text: string): string {
  const [, side, name = text] = /^(near|far) (\S+)$/.exec(text) ?? [];
  const node = cluster.nodes.find((one) => one.name === name);
  const owner = node ?? cluster.pods.find((one) => one.name === name);
  const sides = side === undefined ? undefined : { near: node?.bridge, far: node?.tunnel }[side];
  const [address] = sides ?? owner?.addresses ?? [];
  if (address !== undefined) return formatAddress(address);
  // Only names of services are keys.
  return (SERVICES as Readonly<Record<string, string>>)[text] ?? text;
}

/** The connection of `check` in `cluster`; its source port is left to whoever sends it. */
export function connectionOf(cluster: Cluster, check: Check): Connection {
  const [name = "", stated = name] = check.from.split(" from ");
  const parse = (text: string): bigint =>
    present(parseAddress(addressText(cluster, text)), text).bits;
  return {
    from: endpointOf(cluster, name),
    family: "IPv4",
    protocol: check.protocol ?? "TCP",
    source: parse(stated),
    destination: parse(check.to),
    sourcePort: 1,
    destinationPort: check.port,
  };
}

function endpointOf({ pods, nodes }: Cluster, name: string): string {
  const pod = pods.find((one) => one.name === name);
  if (pod !== undefined) return podEndpoint(pod);
  const node = nodes.find((one) => one.name === name);
  return node === undefined ? OUTSIDE : nodeEndpoint(node);
}

/** Every end that `check` may have in `cluster`, as `endText` says it. */
export function endTexts(cluster: Cluster, check: Check, { proxy }: Variant): readonly string[] {
  const own = check.from.split(" from ").at(-1) ?? "";
  const { ends } = check;
  const allowed = "nftables" in ends ? ends[proxy] : ends;
  return allowed.map((text): string => {
    const [, at, port, source] = /^(\S+):(\d+) from (.+)$/.exec(text) ?? [];
    if (at === undefined || port === undefined || source === undefined) return text;
    const pod = cluster.pods.find((one) => one.name === at);
    const end: End = {
      kind: "delivered",
      at: pod === undefined ? at : `${pod.namespace}/${pod.name}`,
      source: addressText(cluster, source === "own" ? own : source),
      destination: addressText(cluster, at === "outside" || own.startsWith("127.") ? check.to : at),
      port: Number(port),
    };
    return endText(end);
  });
}
