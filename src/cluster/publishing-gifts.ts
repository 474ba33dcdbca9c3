/**
 * Node ports and load balancer addresses of services, stated or assumed.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { ServicePort, UnmodelledFrontend } from "../../models/kubernetes/cluster.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import { allocator } from "./allocator.ts";
import {
  getsNodePort,
  nodeAddresses,
  nodePortClaim,
  openEntrances,
  statedNodePort,
} from "./entrances.ts";
import { frontend, type OpenEntrance } from "./frontend-claim.ts";
import { assumption } from "./population-notes.ts";
import { NODE_PORTS, type PublishingInput } from "./publishing.ts";
import type { BuiltService } from "./services.ts";
import { counted, objectId, type Sink } from "./sink.ts";

/** Gives services their node ports. */
export interface NodePortGiver {
  /** The node ports of one service; what it cannot have is added to `open`. */
  readonly give: (built: BuiltService, open: OpenEntrance[]) => ReadonlyMap<ServicePort, number>;
  /** The numbers that were assumed so far. */
  readonly assumed: () => PortSet;
  /** What claims all numbers that could be the assumed ones: they lead where the assumed ones lead. */
  readonly others: () => readonly UnmodelledFrontend[];
}

/**
 * Gives services the node ports that they state, and for the others assumed ones where no policy tells some
 * of the ports apart from which they could be, as long as there are any left.
 */
export function nodePortGiver(input: PublishingInput, sink: Sink): NodePortGiver {
  const { population, targets } = input;
  const isCut = areCut(input);
  const isAddressed = !addressSets.isEmpty(nodeAddresses(population));
  const next = freeNodePorts(input);
  const assumed: number[] = [];
  const others = new Map<Protocol, UnmodelledFrontend>();
  const give: NodePortGiver["give"] = (built, open) => {
    const { resource, service } = built;
    const given = new Map<ServicePort, number>();
    const origin = resource.type?.at ?? resource.meta.at;
    const own: number[] = [];
    for (const port of service.ports) {
      const stated = statedNodePort(built, port);
      if (stated !== undefined) given.set(port, stated);
      if (stated !== undefined || !getsNodePort(resource) || !isAddressed) continue;
      const claim = nodePortClaim(built, port, population);
      const number = isCut ? undefined : next();
      if (number === undefined) {
        open.push(...openEntrances(built, [claim], UNSTATED, origin, targets.behind(service)));
        continue;
      }
      given.set(port, number);
      own.push(number);
      const other = others.get(port.protocol) ?? frontend(claim, UNSTATED, origin, []);
      others.set(port.protocol, other);
    }
    assumed.push(...own);
    if (own.length > 0) sayAssumed(objectId(resource.meta), own, sink);
    return given;
  };
  return {
    give,
    assumed: () => portSets.of(assumed.map((number) => [number, number])),
    others: () => [...others.values()],
  };
}

const UNSTATED = "a node port that the input does not state";

function sayAssumed(id: string, numbers: readonly number[], sink: Sink): void {
  const text = `${id} states no node port for ${counted(numbers.length, "port")}: ${numbers.map(String).join(", ")} assumed; no policy tells node ports apart.`;
  sink.assumptions.push({ text, from: "default" });
}

/** The node ports that no service states, one after the other; undefined when there are no more. */
function freeNodePorts({ services }: PublishingInput): () => number | undefined {
  const stated = new Set(
    services.flatMap(({ resource }) => [
      ...resource.ports.map((spec) => spec.nodePort?.value ?? 0),
      resource.healthCheckNodePort ?? 0,
    ]),
  );
  let next = NODE_PORTS[0]?.[0] ?? 0;
  return () => {
    while (stated.has(next)) next += 1;
    if (!portSets.contains(NODE_PORTS, next)) return undefined;
    next += 1;
    return next - 1;
  };
}

/** Whether some policy tells some of the node ports apart from others. */
function areCut({ policies }: PublishingInput): boolean {
  return policies.some(({ policy }) =>
    policy.egress.some(
      (rule) =>
        rule.ports !== "any" &&
        rule.ports.some((port) => typeof port.port === "number" && cuts(port.port, port.endPort)),
    ),
  );
}

/** Whether the ports from `low` to `high` are some of the node ports, but not all. */
function cuts(low: number, high: number = low): boolean {
  const met = portSets.intersect(NODE_PORTS, portSets.of([[low, high]]));
  return met.length > 0 && !portSets.equals(met, NODE_PORTS);
}

/** Gives load balancers their addresses: those of their status, else assumed ones. */
export function balancerGiver(
  { services, population, settings }: PublishingInput,
  sink: Sink,
): (built: BuiltService) => readonly Address[] {
  for (const { resource } of services) {
    for (const { value } of [...resource.loadBalancerAddresses, ...resource.externalIPs]) {
      population.taken.take(value);
    }
  }
  const next = new Map(
    population.families.map((family) => [
      family,
      allocator(
        settings.balancerCidrs.value.filter((block) => block.family === family),
        population.taken,
      ),
    ]),
  );
  return ({ resource, service }) => {
    if (resource.type?.value !== "LoadBalancer") return [];
    const known = resource.loadBalancerAddresses;
    if (known.length > 0) return known.filter((a) => !a.proxy).map((a) => a.value);
    const assigned = service.addresses.flatMap(({ family }) => next.get(family)?.() ?? []);
    if (assigned.length > 0) {
      const texts = assigned.map(formatAddress).join(" and ");
      const blocks = settings.balancerCidrs.value.map(formatPrefix).join(", ");
      const text = `The load balancer of ${objectId(resource.meta)} has the address ${texts}, out of ${blocks}, and hands packets on with their client's address.`;
      sink.assumptions.push(assumption(text, settings.balancerCidrs));
    }
    return assigned;
  };
}
