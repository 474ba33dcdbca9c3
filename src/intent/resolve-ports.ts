/**
 * Which ports a selection means at a destination: names are resolved by whoever is called.
 */
import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS, type Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { Pod, ServicePort } from "../../models/kubernetes/cluster.ts";
import type { PortSelection, PortTerm } from "./ast.ts";

/** Ports by protocol. */
export type PortsByProtocol = Readonly<Record<Protocol, PortSet>>;

const EVERY_PORT: PortSet = [[LOWEST_PORT, HIGHEST_PORT]];

/** Every port of every protocol. */
const ALL_PORTS: PortsByProtocol = { TCP: EVERY_PORT, UDP: EVERY_PORT, SCTP: EVERY_PORT };

/**
 * The ports that `selection` means at `pod`: a name means every port that a container of the pod declares
 * under it with the protocol (none, if there is none). Absent pod: an address, which declares no names.
 */
export function portsAtPod(selection: PortSelection, pod?: Pod): PortsByProtocol {
  if (selection === "any") return ALL_PORTS;
  return byProtocol(selection, (term) =>
    (pod?.containers ?? [])
      .flatMap((container) => container.ports)
      .filter((port) => port.name === term.name && port.protocol === term.protocol)
      .map((port) => port.number),
  );
}

/** The ports of a service that `selection` means: `port` of its number or name, with its protocol. */
export function meansServicePort(selection: PortSelection, port: ServicePort): boolean {
  if (selection === "any") return true;
  return selection.some(
    (term) =>
      term.protocol === port.protocol &&
      (term.kind === "name" ? term.name === port.name : portSets.contains(term.ports, port.port)),
  );
}

function byProtocol(
  terms: readonly PortTerm[],
  numbersOf: (term: PortTerm & { readonly kind: "name" }) => readonly number[],
): PortsByProtocol {
  const ports = (protocol: Protocol): PortSet =>
    terms
      .filter((term) => term.protocol === protocol)
      .map((term) =>
        term.kind === "numbers" ? term.ports : portSets.of(numbersOf(term).map((n) => [n, n])),
      )
      .reduce(portSets.union, portSets.empty);
  const [tcp, udp, sctp] = PROTOCOLS.map(ports);
  return { TCP: tcp ?? [], UDP: udp ?? [], SCTP: sctp ?? [] };
}
