/**
 * Ports by number and by name. A name is resolved on the destination pod, by name and protocol.
 */
import type { Protocol } from "../../models/base/family.ts";
import { HIGHEST_PORT, LOWEST_PORT } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { Container, ContainerPort, Pod } from "../../models/kubernetes/cluster.ts";
import type { PolicyPort } from "../../models/kubernetes/policy.ts";
import type { Match } from "../../models/network/match.ts";
import { type Bits, addBit, bothBits, hasBit, isNoBits, noBits } from "./bits.ts";

/** A declared port with the container that declares it. */
export interface Declaration {
  readonly container: Container;
  readonly port: ContainerPort;
}

const KINDS_IN_ORDER: readonly Container["kind"][] = ["regular", "sidecar", "init"];

/**
 * The declared ports of `pod`: those of regular containers, then of sidecars, then of init containers
 * (which run at other times), each in the order of the manifest.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/endpointslice/utils.go (findPort; S3.14)
 */
export function declarations(pod: Pod): readonly Declaration[] {
  return KINDS_IN_ORDER.flatMap((kind) =>
    pod.containers
      .filter((container) => container.kind === kind)
      .flatMap((container) => container.ports.map((port) => ({ container, port }))),
  );
}

/**
 * The port of `pod` that a service's named target means: the first declaration of that name and protocol
 * among regular containers and sidecars; undefined when there is none, and then the pod is no endpoint.
 *
 * @source https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/endpointslice/utils.go (findPort; S3.13, S3.14)
 */
export function namedTarget(pod: Pod, name: string, protocol: Protocol): ContainerPort | undefined {
  return declarations(pod).find(
    ({ container, port }) =>
      container.kind !== "init" && port.name === name && port.protocol === protocol,
  )?.port;
}

/** The numbers that pods give a name; pods are known by their position. */
export interface NamedPorts {
  /** The pods of `among` grouped by the number that they give the name, ascending. */
  readonly groups: (
    name: string,
    protocol: Protocol,
    among: Bits,
  ) => readonly { readonly number: number; readonly pods: Bits }[];
  /** The numbers that one pod gives the name, ascending; empty when it lacks the name. */
  readonly onPod: (name: string, protocol: Protocol, position: number) => readonly number[];
}

/**
 * The named ports of `pods`, for policies: every declaration of the name and protocol by a container that
 * keeps running counts, since the documentation does not say which of two would (S6.31).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ (ports.port; v1.34; S6.30)
 */
export function namedPorts(pods: readonly Pod[]): NamedPorts {
  const byName = new Map<string, Map<number, Bits>>();
  pods.forEach((pod, position) => {
    for (const { container, port } of declarations(pod)) {
      if (port.name === undefined || container.kind === "init") continue;
      const key = nameKey(port.name, port.protocol);
      const byNumber = byName.get(key) ?? new Map<number, Bits>();
      byName.set(key, byNumber);
      const carriers = byNumber.get(port.number) ?? noBits(pods.length);
      byNumber.set(port.number, carriers);
      addBit(carriers, position);
    }
  });
  const sorted = new Map(
    [...byName].map(([key, byNumber]) => [key, [...byNumber].sort(([a], [b]) => a - b)]),
  );
  const entries = (name: string, protocol: Protocol): readonly (readonly [number, Bits])[] =>
    sorted.get(nameKey(name, protocol)) ?? [];
  return {
    groups: (name, protocol, among) =>
      entries(name, protocol)
        .map(([number, carriers]) => ({ number, pods: bothBits(carriers, among) }))
        .filter((group) => !isNoBits(group.pods)),
    onPod: (name, protocol, position) =>
      entries(name, protocol)
        .filter(([, carriers]) => hasBit(carriers, position))
        .map(([number]) => number),
  };
}

function nameKey(name: string, protocol: Protocol): string {
  return `${protocol} ${name}`;
}

/** What a rule without named ports matches of a packet's protocol and port. */
export type PortMatch = Pick<Match, "protocols" | "destinationPorts">;

/** Every protocol and port. */
export const EVERY_PORT: PortMatch = {};

/** The match of one port number. */
export function onePort(protocol: Protocol, number: number): PortMatch {
  return { protocols: [protocol], destinationPorts: singlePort(number) };
}

/**
 * The match of `port`, which is given by number, as a range or not at all. A port that is not given means
 * all ports of its protocol (S6.27); a range includes its end (S6.28).
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports (v1.34)
 */
export function numericMatch(port: PolicyPort): PortMatch {
  const { protocol, port: low, endPort } = port;
  if (typeof low !== "number") return { protocols: [protocol] };
  return { protocols: [protocol], destinationPorts: portSets.of([[low, endPort ?? low]]) };
}

/** The set of one port. */
export function singlePort(number: number): PortSet {
  return [[number, number]];
}

/** Every port that a packet can carry but `ports`. */
export function otherPorts(ports: readonly number[]): PortSet {
  return portSets.subtract(
    [[LOWEST_PORT, HIGHEST_PORT]],
    portSets.of(ports.map((port): [number, number] => [port, port])),
  );
}
