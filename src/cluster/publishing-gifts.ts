/**
 * Node ports and load balancer addresses of services, stated or assumed.
 */
import { type Address, addressSets } from "../../models/base/address.ts";
import type { Protocol } from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import {
  type ServicePort,
  type UnmodelledFrontend,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import { allocator } from "./allocator.ts";
import { frontend } from "./frontend-claim.ts";
import { assumption } from "./population-notes.ts";
import { NODE_PORTS, type PublishingInput } from "./publishing.ts";
import type { BuiltService } from "./services.ts";
import { counted, objectId, type Sink } from "./sink.ts";

/**
 * Gives services their node ports: the stated ones, and for the others assumed ones where no policy tells
 * some of the ports apart from which they could be.
 */
export function nodePortGiver(
  { services, policies, population, targets }: PublishingInput,
  sink: Sink,
): (built: BuiltService, open: UnmodelledFrontend[]) => ReadonlyMap<ServicePort, number> {
  const stated = new Set(
    services.flatMap(({ resource }) => [
      ...resource.ports.map((spec) => spec.nodePort?.value ?? 0),
      resource.healthCheckNodePort ?? 0,
    ]),
  );
  const isCut = policies.some(({ policy }) =>
    policy.egress.some(
      (rule) =>
        rule.ports !== "any" &&
        rule.ports.some((port) => typeof port.port === "number" && cuts(port.port, port.endPort)),
    ),
  );
  const nodes = addressSets.ofAddresses(population.nodes.flatMap(ownAddressesOf));
  const claimed = new Set<Protocol>();
  let next = NODE_PORTS[0]?.[0] ?? 0;
  return ({ resource, service }, open) => {
    const given = new Map<ServicePort, number>();
    const id = objectId(resource.meta);
    const origin = resource.type?.at ?? resource.meta.at;
    const isAutomatic =
      resource.type?.value === "NodePort" || resource.allocateLoadBalancerNodePorts !== false;
    let assumed = 0;
    service.ports.forEach((port, i) => {
      const number = resource.ports[i]?.nodePort?.value ?? 0;
      if (number > 0) {
        given.set(port, number);
        return;
      }
      if (!isAutomatic || addressSets.isEmpty(nodes)) return;
      const claim = { addresses: nodes, protocol: port.protocol, ports: NODE_PORTS };
      const text = "a node port that the input does not state";
      if (isCut) {
        open.push(frontend(claim, `${text}, of ${id}`, origin, targets.behind(service)));
        return;
      }
      while (stated.has(next)) next += 1;
      if (!portSets.contains(NODE_PORTS, next)) return;
      given.set(port, next);
      next += 1;
      assumed += 1;
      // Any other number could be the one: it leads where the assumed one leads.
      if (!claimed.has(port.protocol)) open.push(frontend(claim, text, origin, []));
      claimed.add(port.protocol);
    });
    if (assumed > 0) {
      const numbers = [...given.values()].map(String).join(", ");
      const text = `${id} states no node port for ${counted(assumed, "port")}: ${numbers} assumed; no policy tells node ports apart.`;
      sink.assumptions.push({ text, from: "default" });
    }
    return given;
  };
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
