/**
 * Where the kernel and the model are known to differ: kept below fixtures/regressions/lab/open, and left out by law A6
 * until they agree.
 */
import { type Address, LOOPBACK, addressSets, sameAddress } from "../../models/base/address.ts";
import type { Connection } from "../../models/base/connection.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import { type Cluster, type Node, nodeEndpoint } from "../../models/kubernetes/cluster.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import type { Header } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import { compile } from "../../src/compile/compile.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { questionOf } from "./lab-question.ts";

/** Says of connections of `cluster` whether it is known that they differ. */
export function openDifference(
  cluster: Cluster,
  profile: Profile,
): (connection: Connection) => boolean {
  const needs = needsAbsentAddress(cluster, profile);
  return (one) => callsOwnHostPort(cluster, profile, one) || needs(one);
}

/**
 * A node that calls a host port of its own at loopback stays with itself in the model, and reaches the pod in the
 * kernel (host-port-at-loopback).
 */
function callsOwnHostPort(
  { pods }: Cluster,
  { hostPorts }: Profile,
  { from, family, protocol, destination, destinationPort }: Connection,
): boolean {
  if (hostPorts === "none") return false;
  if (!addressSets.contains(LOOPBACK, { family, bits: destination })) return false;
  return pods.some(
    (pod) =>
      from === nodeEndpoint({ name: pod.node }) &&
      (pod.hostPorts ?? []).some(
        (port) => port.protocol === protocol && port.number === destinationPort,
      ),
  );
}

/** Addresses that no generated cluster mentions, one for each node. */
const SPARE: Readonly<Record<Family, bigint>> = {
  IPv4: 0xcb00_71c8n,
  IPv6: 0x2001_0db8_ffff_0000_0000_0000_0000_0000n,
};

/**
 * Where a node that masquerades has no address of the family, the kernel drops the packet or takes whatever address
 * the node has elsewhere; in the model the source stays (masquerade-without-address). Whether that comes to
 * pass shows where the same cluster has such addresses: then some packet bears one.
 */
function needsAbsentAddress(
  cluster: Cluster,
  profile: Profile,
): (connection: Connection) => boolean {
  const spare: Address[] = [];
  const nodes = cluster.nodes.map((node, i): Node => {
    const lacking = FAMILIES.filter((f) => !node.addresses.some(({ family }) => family === f));
    const given = lacking.map((family) => ({ family, bits: SPARE[family] + BigInt(i) }));
    spare.push(...given);
    return { ...node, addresses: [...node.addresses, ...given] };
  });
  if (spare.length === 0) return () => false;
  const network = compile({ ...cluster, nodes }, profile);
  const engine = createEngine(network);
  const isSpare = ({ family, source, destination }: Header): boolean =>
    spare.some((a) => a.family === family && (a.bits === source || a.bits === destination));
  const bears = ({ hops, verdict }: Trace): boolean =>
    hops.some(({ before }) => isSpare(before)) ||
    (verdict.kind === "delivered" && isSpare(verdict.header));
  return (connection) =>
    engine
      .run(questionOf(network, connection).packet)
      .some((trace) => bears(trace) || engine.replies(trace).some(bears));
}

/**
 * A host port leads to an address and port that a service without endpoints publishes: kube-proxy refuses what has
 * been translated already, of which the model knows nothing (host-port-to-published).
 */
export function isOpenCluster({ pods, services }: Cluster): boolean {
  return pods.some(({ hostPorts = [], addresses }) =>
    services.some((service) => {
      const published = [
        ...service.addresses,
        ...(service.externalAddresses ?? []),
        ...(service.balancer?.addresses ?? []),
      ];
      return (
        addresses.some((own) => published.some((other) => sameAddress(own, other))) &&
        hostPorts.some((mapped) =>
          service.ports.some(
            ({ protocol, port }) => protocol === mapped.protocol && port === mapped.target,
          ),
        )
      );
    }),
  );
}
