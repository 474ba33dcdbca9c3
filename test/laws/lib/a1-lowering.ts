/**
 * Law A1: the network that a cluster is lowered to does to every packet what the documentation says of the
 * connection that the packet opens; and it is a network.
 */
import fc from "fast-check";
import { type Connection, type Outcome, outcomeKey } from "../../../models/base/connection.ts";
import { admits } from "../../../models/kubernetes/admits.ts";
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import { outcomes } from "../../../models/network/connection.ts";
import { type Network, type Packet, sends } from "../../../models/network/network.ts";
import { faults } from "../../../models/network/well-formed.ts";
import { compile } from "../../../src/compile/compile.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { connectionNear } from "../../support/cluster-connection-near.ts";
import { connectionAtPolicies } from "../../support/connection-at-policies.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** Connections that are tried on each cluster, which is compiled once. */
const CONNECTIONS_PER_CLUSTER = 12;

interface Case {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly connections: readonly Connection[];
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(clusterArbitrary(), profileArbitrary())
  .chain(([cluster, profile]) =>
    fc
      .array(fc.oneof(connectionNear(cluster), connectionAtPolicies(cluster)), {
        minLength: 1,
        maxLength: CONNECTIONS_PER_CLUSTER,
        size: "max",
      })
      .map((connections) => ({ cluster, profile, connections })),
  );

/** @throws when a compiled network is none, or its outcomes differ from those that are defined */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(cases, (one) => {
      checkCase(one);
    }),
    options,
  );
}

/** @throws when the network of `cluster` is none, or its outcomes differ from those that are defined */
export function checkCase({ cluster, profile, connections }: Case): void {
  const network = compile(cluster, profile);
  const found = faults(network);
  if (found.length > 0) throw new Error(`not a network: ${found.join("; ")}`);
  for (const connection of connections) agrees(network, cluster, profile, connection);
}

function agrees(
  network: Network,
  cluster: Cluster,
  profile: Profile,
  connection: Connection,
): void {
  const defined = keys(admits(cluster, profile, connection));
  const senders = packetsOf(network, connection);
  if (senders.length === 0) throw new Error(`no process can open ${show(connection)}`);
  for (const packet of senders) {
    const computed = keys(outcomes(network, packet));
    if (computed !== defined) {
      throw new Error(
        `${show(connection)} sent by ${packet.from}\ndefinition: ${defined}\nnetwork:    ${computed}`,
      );
    }
  }
}

/** The packets that open `connection`: one for each process of its sender that may send it. */
function packetsOf(network: Network, { from, ...header }: Connection): readonly Packet[] {
  return [...network.processes.values()]
    .filter((process) => process.endpoint === from && sends(process, header))
    .map((process) => ({ from: process.id, header }));
}

function keys(all: readonly Outcome[]): string {
  return [...new Set(all.map(outcomeKey))].sort().join(", ");
}

function show(connection: Connection): string {
  const hex = (bits: bigint): string => bits.toString(16);
  const { from, protocol, source, destination, destinationPort } = connection;
  return `${from} (${hex(source)}) to ${hex(destination)} ${protocol} ${String(destinationPort)}`;
}
