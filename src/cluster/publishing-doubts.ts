/**
 * What of a published service cannot be told.
 */
import { type AddressSet, addressSets } from "../../models/base/address.ts";
import { type PortSet, portSets } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import {
  type PodId,
  type ServicePort,
  type UnmodelledFrontend,
  ownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import type { ServiceResource } from "../manifest/resources.ts";
import { frontend, NO_CLAIM } from "./frontend-claim.ts";
import type { Population } from "./pods.ts";
import { NODE_PORTS } from "./publishing.ts";
import type { BuiltService } from "./services.ts";
import { objectId } from "./sink.ts";

/** What of a service depends on more than is known; a claim for each part. */
export interface Doubts {
  readonly nodePorts: boolean;
  readonly externals: boolean;
  readonly frontends: readonly ((leadsTo: readonly PodId[]) => readonly UnmodelledFrontend[])[];
}

/** Of policy Local, which node has which pods decides; where that is assumed, nothing is claimed. */
export function unclaimable({ resource, service }: BuiltService, population: Population): Doubts {
  const isOpen = population.placements.size > 0 && population.nodes.length > 1;
  const isLocal = resource.externalTrafficPolicy?.value === "Local" && isOpen;
  const nodePorts = hasNodePorts(resource);
  const nodes = addressSets.ofAddresses(population.nodes.flatMap(ownAddressesOf));
  const id = objectId(resource.meta);
  const claims = (
    what: string,
    addresses: AddressSet,
    portsOf: (port: ServicePort) => PortSet,
    origin: Origin,
  ): Doubts["frontends"][number] => {
    return (leadsTo) =>
      service.ports.flatMap((port) =>
        addressSets.isEmpty(addresses)
          ? []
          : [
              frontend(
                { addresses, protocol: port.protocol, ports: portsOf(port) },
                `${what} of ${id}`,
                origin,
                leadsTo,
              ),
            ],
      );
  };
  const stated = new Map(
    resource.ports.map((spec) => [spec.port.value, spec.nodePort?.value ?? 0]),
  );
  const numberOf = (port: ServicePort): PortSet => {
    const number = stated.get(port.port) ?? 0;
    return number > 0 ? [[number, number]] : NODE_PORTS;
  };
  const own = (port: ServicePort): PortSet => [[port.port, port.port]];
  const at = resource.externalTrafficPolicy?.at ?? resource.type?.at ?? resource.meta.at;
  const externals = addressSets.ofAddresses(resource.externalIPs.map((a) => a.value));
  const proxied = resource.loadBalancerAddresses.filter((a) => a.proxy);
  const frontends = [
    ...(isLocal && nodePorts
      ? [claims("a node port that leads to pods of the same node", nodes, numberOf, at)]
      : []),
    ...(isLocal && resource.externalIPs.length > 0
      ? [claims("an external address that leads to pods of the same node", externals, own, at)]
      : []),
    ...(proxied[0] === undefined
      ? []
      : [
          claims(
            "a load balancer that opens connections of its own",
            addressSets.ofAddresses(proxied.map((a) => a.value)),
            own,
            proxied[0].at,
          ),
        ]),
  ];
  return { nodePorts: isLocal || !nodePorts, externals: isLocal, frontends };
}

/** @source https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport (v1.34; S3.1, S3.8) */
function hasNodePorts({ type, ports, headless }: ServiceResource): boolean {
  if (headless || (type?.value !== "NodePort" && type?.value !== "LoadBalancer")) return false;
  return ports.length > 0;
}

/** All entrances of a service of which it cannot be told where it leads, as claims. */
export function closedEntrances(
  { resource, service }: BuiltService,
  population: Population,
  leadsTo: readonly PodId[],
): readonly UnmodelledFrontend[] {
  const nodes = addressSets.ofAddresses(population.nodes.flatMap(ownAddressesOf));
  const external = addressSets.ofAddresses(
    [...resource.externalIPs, ...resource.loadBalancerAddresses].map((a) => a.value),
  );
  const id = objectId(resource.meta);
  const origin = resource.type?.at ?? resource.meta.at;
  const entrances = service.ports.flatMap((port, i): readonly UnmodelledFrontend[] => {
    const number = resource.ports[i]?.nodePort?.value ?? 0;
    const ports = number > 0 ? portSets.of([[number, number]]) : NODE_PORTS;
    const { protocol } = port;
    const own = portSets.of([[port.port, port.port]]);
    return [
      ...(hasNodePorts(resource)
        ? [frontend({ addresses: nodes, protocol, ports }, `a node port of ${id}`, origin, leadsTo)]
        : []),
      ...(addressSets.isEmpty(external)
        ? []
        : [
            frontend(
              { addresses: external, protocol, ports: own },
              `an address outside of ${id}`,
              origin,
              leadsTo,
            ),
          ]),
    ];
  });
  const isBehindUnknown =
    resource.type?.value === "LoadBalancer" && resource.loadBalancerAddresses.length === 0;
  return isBehindUnknown
    ? [...entrances, frontend(NO_CLAIM, `the load balancer of ${id}`, origin, leadsTo)]
    : entrances;
}
