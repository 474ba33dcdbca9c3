/**
 * Of the packets that break something equally, the one that people would send: from an ephemeral port,
 * to a port that the receiver declares. Where one of those breaks it, reports do not depend on the solver.
 */
import { type Address, sameAddress } from "../../models/base/address.ts";
import { PROTOCOLS } from "../../models/base/family.ts";
import type { Cluster, ContainerPort } from "../../models/kubernetes/cluster.ts";
import type { Packet } from "../../models/network/network.ts";
import { destinationOf } from "../../models/network/packet.ts";

/**
 * The first port of the dynamic range.
 *
 * @source https://www.rfc-editor.org/rfc/rfc6335#section-6
 */
export const EPHEMERAL_PORT = 49_152;

/** Ports that people think of first, tried where the receiver declares none. */
const FAMILIAR_PORTS = [80, 443];

/**
 * The first packet that `breaks`: of each protocol, TCP first, to the lowest port that the pod with the
 * called address declares for it, else to a familiar one, else to the port of `packet`; from an ephemeral
 * port. `packet` itself when none of these does.
 */
export function believable(
  cluster: Cluster,
  packet: Packet,
  breaks: (candidate: Packet) => boolean,
): Packet {
  const { header } = packet;
  const declared = declaredPorts(cluster, destinationOf(header));
  for (const protocol of PROTOCOLS) {
    const own = declared.filter((port) => port.protocol === protocol).map((port) => port.number);
    own.sort((a, b) => a - b);
    for (const destinationPort of new Set([...own, ...FAMILIAR_PORTS, header.destinationPort])) {
      const tried = { ...header, protocol, destinationPort, sourcePort: EPHEMERAL_PORT };
      if (breaks({ ...packet, header: tried })) return { ...packet, header: tried };
    }
  }
  return packet;
}

function declaredPorts(cluster: Cluster, called: Address): readonly ContainerPort[] {
  return cluster.pods
    .filter((pod) => pod.addresses.some((own) => sameAddress(own, called)))
    .flatMap((pod) => pod.containers.flatMap((container) => container.ports));
}
