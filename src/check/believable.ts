/**
 * Of the packets that break something equally, the one that people would send: from an ephemeral port,
 * to a port that the receiver declares. The choice is canonical, so reports do not depend on the solver.
 */
import { sameAddress } from "../../models/base/address.ts";
import type { Cluster } from "../../models/kubernetes/cluster.ts";
import type { Packet } from "../../models/network/network.ts";
import { destinationOf } from "../../models/network/packet.ts";

/**
 * The first port of the dynamic range.
 *
 * @source https://www.rfc-editor.org/rfc/rfc6335#section-6
 */
export const EPHEMERAL_PORT = 49_152;

/**
 * The first packet that `breaks`: to the lowest port that the pod with the called address declares for
 * the protocol, else to the port of `packet`; from an ephemeral port where that breaks as well. `packet`
 * itself when none of these does.
 */
export function believable(
  cluster: Cluster,
  packet: Packet,
  breaks: (candidate: Packet) => boolean,
): Packet {
  const { header } = packet;
  const called = destinationOf(header);
  const declared = cluster.pods
    .filter((pod) => pod.addresses.some((own) => sameAddress(own, called)))
    .flatMap((pod) => pod.containers.flatMap((container) => container.ports))
    .filter((port) => port.protocol === header.protocol)
    .map((port) => port.number)
    .sort((a, b) => a - b);
  for (const destinationPort of [...new Set(declared), header.destinationPort]) {
    const candidate = {
      ...packet,
      header: { ...header, destinationPort, sourcePort: EPHEMERAL_PORT },
    };
    if (breaks(candidate)) return candidate;
  }
  return packet;
}
