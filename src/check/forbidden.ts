/**
 * What `deny` and `only` forbid, as one rule: nothing from these to those on these ports, except the
 * listed flows. `only into` forbids everything into its target, `only outOf` everything out of it.
 */
import {
  type Address,
  type AddressSet,
  addressSets,
  sameAddress,
} from "../../models/base/address.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import { type Cluster, OUTSIDE, type Pod, podEndpoint } from "../../models/kubernetes/cluster.ts";
import type { Network } from "../../models/network/network.ts";
import { type Header, destinationOf } from "../../models/network/packet.ts";
import type { Trace } from "../../models/network/trace.ts";
import type { EndpointSet } from "../intent/endpoint-set.ts";
import { unionOf } from "../intent/endpoint-set.ts";
import type { PortSelection } from "../intent/ast.ts";
import type { ResolvedClaim, ResolvedFlow } from "../intent/resolve-claim.ts";
import { meansServicePort, portsAtPod } from "../intent/resolve-ports.ts";
import { endpointResolver } from "../intent/resolve.ts";
import type { Sender } from "./ends.ts";
import type { Arrival, Flow } from "./flows.ts";
import { NO_PORTS, type PortsByProtocol } from "./prover.ts";

/** A claim that forbids. */
export type ForbiddenClaim = Extract<ResolvedClaim, { readonly kind: "deny" | "only" }>;

/** Ports on which something holds: those that were called, or those on which it was received. */
export interface PortCondition {
  readonly on: "called" | "received";
  readonly ports: PortsByProtocol;
}

/** A packet's ends: who sent it, what it called, where it arrived. */
export interface Ends {
  readonly sender: Sender;
  readonly destination: Address;
  readonly arrival: Arrival;
}

/** What is forbidden between two ends: on any of `forbidden`, unless on any of `excepted`. */
export interface ForbiddenPorts {
  readonly forbidden: readonly PortCondition[];
  readonly excepted: readonly PortCondition[];
}

/** A rule that forbids. */
export interface ForbiddenRule {
  readonly from: EndpointSet;
  readonly to: EndpointSet;
  /** The outside addresses that its parts name: it may speak otherwise of those within and those without. */
  readonly cuts: readonly AddressSet[];
  readonly forbids: (ends: Ends) => ForbiddenPorts;
  /** Whether a packet of `flow` with this life was forbidden: it arrived where it must not. */
  readonly isForbidden: (network: Network, flow: Flow, trace: Trace) => boolean;
}

/** The rule that `claim` is. */
export function forbiddenRule(cluster: Cluster, claim: ForbiddenClaim): ForbiddenRule {
  const { from, to, ports, except } = asDeny(cluster, claim);
  const pods = new Map(cluster.pods.map((pod) => [podEndpoint(pod), pod]));
  const forbids = (ends: Ends): ForbiddenPorts => ({
    forbidden: conditions(to, ports, ends, pods),
    excepted: except.flatMap((flow) => exception(flow, ends, pods)),
  });
  const isForbidden = (network: Network, flow: Flow, trace: Trace): boolean => {
    const { verdict, packet } = trace;
    if (verdict.kind !== "delivered") return false;
    const endpoint = network.processes.get(verdict.to)?.endpoint ?? verdict.to;
    if (endpoint === flow.sender.endpoint) return false;
    const arrival = { endpoint, address: destinationOf(verdict.header) };
    const { forbidden, excepted } = forbids({ ...flow, arrival });
    const on = ({ on: which, ports: set }: PortCondition): boolean =>
      hasPort(set, which === "called" ? packet.header : verdict.header);
    return forbidden.some(on) && !excepted.some(on);
  };
  const cuts = [from, to, ...except.flatMap((flow) => [flow.from?.set, flow.to?.set])].flatMap(
    (set) => (set === undefined || addressSets.isEmpty(set.outside) ? [] : [set.outside]),
  );
  return { from, to, cuts, forbids, isForbidden };
}

interface Deny {
  readonly from: EndpointSet;
  readonly to: EndpointSet;
  readonly ports: PortSelection;
  readonly except: readonly ResolvedFlow[];
}

/** Every claim that forbids, written as `deny`. */
function asDeny(cluster: Cluster, claim: ForbiddenClaim): Deny {
  if (claim.kind === "deny") {
    return { from: claim.from.set, to: claim.to.set, ports: claim.ports, except: claim.except };
  }
  const everyone = everyoneOf(cluster);
  const target = claim.target.set;
  const rest = { ports: "any", except: claim.flows } as const;
  return claim.direction === "into"
    ? { from: everyone, to: target, ...rest }
    : { from: target, to: everyone, ...rest };
}

/** Every workload and everything outside the cluster. */
function everyoneOf(cluster: Cluster): EndpointSet {
  const resolve = endpointResolver(cluster);
  const order = {
    pods: cluster.pods.map((pod) => `${pod.namespace}/${pod.name}`),
    nodes: cluster.nodes.map((node) => node.name),
  };
  return unionOf(resolve({ kind: "cluster" }), resolve({ kind: "external" }), order);
}

function hasPort(ports: PortsByProtocol, header: Header): boolean {
  return portSets.contains(ports[header.protocol], header.destinationPort);
}

/** On which ports a packet with these ends goes to `to`: by who received it, or by the service called. */
function conditions(
  to: EndpointSet,
  ports: PortSelection,
  { destination, arrival }: Ends,
  pods: ReadonlyMap<string, Pod>,
): readonly PortCondition[] {
  const received: readonly PortCondition[] = isIn(to, arrival)
    ? [{ on: "received", ports: portsAtPod(ports, pods.get(arrival.endpoint)) }]
    : [];
  const called = to.services
    .filter((frontend) => meansServicePort(ports, frontend.port))
    .flatMap(({ addresses, published, port: { protocol, port } }): readonly PortCondition[] => {
      const own = addresses.map((address) => ({ address, port }));
      return [...own, ...published]
        .filter((entrance) => sameAddress(entrance.address, destination))
        .map((entrance) => {
          const called: PortSet = [[entrance.port, entrance.port]];
          return { on: "called", ports: { ...NO_PORTS, [protocol]: called } };
        });
    });
  return [...received, ...called];
}

function exception(
  flow: ResolvedFlow,
  ends: Ends,
  pods: ReadonlyMap<string, Pod>,
): readonly PortCondition[] {
  if (flow.from !== undefined && !isIn(flow.from.set, ends.sender)) return [];
  if (flow.to !== undefined) return conditions(flow.to.set, flow.ports, ends, pods);
  return [{ on: "received", ports: portsAtPod(flow.ports, pods.get(ends.arrival.endpoint)) }];
}

/** Whether `set` has the end: a pod or node with that address, or an outside address. */
function isIn(
  set: EndpointSet,
  end: { readonly endpoint: string; readonly source?: Address; readonly address?: Address },
): boolean {
  const address = end.source ?? end.address;
  if (address === undefined) return false;
  if (end.endpoint === OUTSIDE) return addressSets.contains(set.outside, address);
  const [kind, name] = [
    end.endpoint.slice(0, end.endpoint.indexOf(":")),
    end.endpoint.slice(end.endpoint.indexOf(":") + 1),
  ];
  const owned = (kind === "pod" ? set.pods : set.nodes).get(name) ?? [];
  return owned.some((own) => sameAddress(own, address));
}
