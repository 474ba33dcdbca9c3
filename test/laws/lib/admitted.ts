/** Law A1′: the set-valued definition agrees with the one for single connections. */
import fc from "fast-check";
import { LOOPBACK, addressSets } from "../../../models/base/address.ts";
import type { Box } from "../../../models/base/box.ts";
import type { Connection, EndpointId } from "../../../models/base/connection.ts";
import { bitSets, portSets } from "../../../models/base/interval-set.ts";
import { admits } from "../../../models/kubernetes/admits.ts";
import { admitted } from "../../../models/kubernetes/admitted.ts";
import type { Cluster } from "../../../models/kubernetes/cluster.ts";
import { addressesOf, endOf, has } from "../../../models/kubernetes/ends.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import { frontendAt } from "../../../models/kubernetes/translation.ts";
import { clusterCaseArbitrary } from "../../support/cluster-connection-near.ts";
import { endpointsOfCluster } from "../../support/cluster-edges.ts";
import type { LawOptions } from "../../support/mutate.ts";

/**
 * For every connection and every endpoint `to` that has the called address: `admitted` holds the connection
 * iff it calls no service and `admits` has an outcome that delivers to `to`. No box is empty.
 *
 * @throws on a counterexample
 */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(clusterCaseArbitrary(), ({ cluster, profile, connection }) => {
      const outcomes = admits(cluster, profile, connection);
      for (const to of called(cluster, connection)) {
        // What calls a service is not direct, even where the endpoint is the address that was called.
        const delivered =
          !callsService(cluster, profile, connection) &&
          outcomes.some((o) => o.fate === "delivered" && o.to === to);
        const boxes = admitted(cluster, profile, connection.from, to);
        if (boxes.some(isEmpty)) throw new Error(`an empty box towards ${to}`);
        if (boxes.some((box) => holds(box, connection)) !== delivered) {
          throw new Error(`admits ${delivered ? "delivers" : "does not deliver"} to ${to}`);
        }
      }
    }),
    options,
  );
}

/** Whether some node takes `connection`, on its way, for one to a service. */
function callsService(cluster: Cluster, profile: Profile, connection: Connection): boolean {
  const { family, protocol, destinationPort: port } = connection;
  const address = { family, bits: connection.destination };
  const sender = endOf(cluster, connection.from);
  const staysInside =
    addressSets.contains(LOOPBACK, address) || (sender?.kind === "pod" && has(sender.pod, address));
  if (staysInside) return false;
  return cluster.nodes.some((node) =>
    frontendAt(cluster, profile, node, { protocol, address, port }),
  );
}

/** The endpoints of which the destination of `connection` is an own address. */
function called(cluster: Cluster, connection: Connection): readonly EndpointId[] {
  const destination = { family: connection.family, bits: connection.destination };
  return endpointsOfCluster(cluster).filter((id) =>
    addressSets.contains(addressesOf(cluster, endOf(cluster, id)), destination),
  );
}

function isEmpty(box: Box): boolean {
  return box.sources.length === 0 || box.destinations.length === 0 || box.ports.length === 0;
}

function holds(box: Box, connection: Connection): boolean {
  return (
    box.family === connection.family &&
    box.protocol === connection.protocol &&
    bitSets.contains(box.sources, connection.source) &&
    bitSets.contains(box.destinations, connection.destination) &&
    portSets.contains(box.ports, connection.destinationPort)
  );
}
