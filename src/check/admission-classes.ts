/**
 * Which pairs of ends the definition cannot tell apart: the rules that name their addresses mean the
 * same ports. The definition is then asked once for each class; here nothing is decided.
 */
import { type Address, sameAddress } from "../../models/base/address.ts";
import { type Cluster, type Pod, ownAddressesOf } from "../../models/kubernetes/cluster.ts";
import { isolating } from "../../models/kubernetes/isolation.ts";
import { portsNamed } from "../../models/kubernetes/named-port.ts";
import type { Direction, PolicyPort, PolicyRule } from "../../models/kubernetes/policy.ts";
import type { Profile } from "../../models/kubernetes/profile.ts";
import { groupBy } from "../base/group-by.ts";
import { memo } from "../base/memo.ts";
import { type NamedEnd, type Namers, createNamers } from "./peer-names.ts";

/** Classes of pairs of ends of one cluster. */
export interface AdmissionClasses {
  /**
   * A text that is equal for two pairs only if `admitted` admits the same protocols and ports from the
   * first end's address to the second end's, which must be a pod's.
   *
   * @law pairs of one class have the same admitted ports
   */
  readonly classOf: (from: NamedEnd, to: NamedEnd) => string;
}

/** What one peer of one rule lets through. */
interface Grant {
  readonly names: (end: NamedEnd) => boolean;
  /** The protocols and ports, as a text, if the destination is this pod. */
  readonly meant: (destination: Pod | undefined) => string;
}

/** Classes of pairs of `cluster`. @cost of a pair: the rules of the policies that select its ends */
export function createAdmissionClasses(cluster: Cluster, profile: Profile): AdmissionClasses {
  const grantsOf = grantReader(cluster, profile);
  const nodes = new Map(cluster.nodes.map((node) => [node.name, node]));
  const isExempt = (pod: Pod, direction: Direction, address: Address): boolean => {
    const stance = direction === "ingress" ? profile.ownNodeIngress : profile.ownNodeEgress;
    const node = nodes.get(pod.node);
    const own = node === undefined ? [] : ownAddressesOf(node);
    return stance === "allowed" && own.some((candidate) => sameAddress(candidate, address));
  };
  const side = (direction: Direction, own: NamedEnd, other: NamedEnd): string => {
    const { pod } = own;
    const grants = pod && grantsOf(pod, direction);
    if (pod === undefined || grants === undefined || isExempt(pod, direction, other.address)) {
      return EVERYTHING;
    }
    const ports: string[] = [];
    for (const { names, meant } of grants) {
      if (!names(other)) continue;
      const text = meant(direction === "ingress" ? pod : other.pod);
      if (text === EVERYTHING) return EVERYTHING;
      if (!ports.includes(text)) ports.push(text);
    }
    return ports.length > 1 ? ports.sort().join(" ") : (ports[0] ?? "");
  };
  const claimed = claimReader(cluster);
  return {
    classOf: (from, to) =>
      `${side("egress", from, to)}|${side("ingress", to, from)}${claimed(to.address)}`,
  };
}

/** The protocols and ports at which an address is a service's, as a text; empty for almost all. */
function claimReader(cluster: Cluster): (address: Address) => string {
  const claims = new Map<string, string>();
  const keyOf = ({ family, bits }: Address): string => `${family} ${String(bits)}`;
  for (const { externalAddresses = [], balancer, ports } of cluster.services) {
    for (const address of [...externalAddresses, ...(balancer?.addresses ?? [])]) {
      const own = ports.map(({ protocol, port }) => `${protocol} ${String(port)}`).join();
      claims.set(keyOf(address), `${claims.get(keyOf(address)) ?? ""}|${own}`);
    }
  }
  return claims.size === 0 ? () => "" : (address) => claims.get(keyOf(address)) ?? "";
}

/** Every protocol and port. */
const EVERYTHING = "*";

type GrantReader = (pod: Pod, direction: Direction) => readonly Grant[] | undefined;

/** What the policies let through at a pod; undefined where none isolates it. */
function grantReader(cluster: Cluster, profile: Profile): GrantReader {
  // A policy is about pods of its own namespace.
  const policies = groupBy(cluster.policies, (policy) => policy.namespace);
  const namers = createNamers(cluster, profile);
  const read = (direction: Direction) => (pod: Pod) => {
    const near = { ...cluster, policies: policies.get(pod.namespace) ?? [] };
    const found = isolating(near, pod, direction);
    const grants = found.flatMap((policy) =>
      policy[direction].flatMap((rule) => grantsOfRule(namers, policy.namespace, direction, rule)),
    );
    return { isolated: found.length > 0, grants };
  };
  const readers = { ingress: memo(read("ingress")), egress: memo(read("egress")) };
  return (pod, direction) => {
    const { isolated, grants } = readers[direction](pod);
    return isolated ? grants : undefined;
  };
}

function grantsOfRule(
  namers: Namers,
  namespace: string,
  direction: Direction,
  { peers, ports }: PolicyRule,
): readonly Grant[] {
  const meant = memo((destination: Pod | undefined) => meaning(ports, destination));
  if (peers === "any") return [{ names: () => true, meant }];
  return peers.map((peer) => {
    // Names resolve on the destination, but not on one that a rule knows by address only.
    const resolves = direction === "ingress" || peer.kind === "pods";
    const meantHere = resolves ? meant : () => meant(undefined);
    return { names: namers.names(namespace, peer), meant: meantHere };
  });
}

/** The protocols and ports that a rule means, names resolved on `destination`. */
function meaning(ports: PolicyRule["ports"], destination: Pod | undefined): string {
  if (ports === "any") return EVERYTHING;
  return ports.map((port) => `${port.protocol} ${numbers(port, destination)}`).join();
}

function numbers({ port, protocol, endPort }: PolicyPort, destination: Pod | undefined): string {
  if (port === undefined) return EVERYTHING;
  if (typeof port === "number") return `${String(port)}-${String(endPort ?? port)}`;
  return destination === undefined ? "" : portsNamed(destination, port, protocol).join("/");
}
