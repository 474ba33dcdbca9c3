/**
 * Addresses at which Ingresses say that they are reached, where nothing else of the input has them, and the pods
 * to which an Ingress may lead whose controller is not known.
 */
import { addressSets, sameAddress } from "../../../models/base/address.ts";
import {
  type Service,
  type UnmodelledFrontend,
  ownAddressesOf,
} from "../../../models/kubernetes/cluster.ts";
import { backendsOf, type Ingress } from "../../../models/kubernetes/ingress.ts";
import { HTTP_PORTS, isCertain } from "../../../models/kubernetes/ingress-plane.ts";
import type { FrontendTargets } from "../frontend-targets.ts";
import type { Population } from "../pods.ts";
import type { BuiltService } from "../services.ts";
import type { BuiltPlane } from "./build-plane.ts";

/**
 * Two frontends of each Ingress, for TCP and for HTTP/3 over UDP, unless all is known of it. An address that a
 * service or a node has is theirs: what happens there is answered as for them. Another one leads to the controller.
 * Where the controller is not known, or an annotation may lead requests elsewhere, there is a frontend without
 * address for the pods to which it may lead.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#tls (v1.34: ports 80 and 443; S8.9)
 */
export function ingressFrontends(
  { plane, ingresses }: BuiltPlane,
  services: readonly BuiltService[],
  population: Population,
  targets: FrontendTargets,
): readonly UnmodelledFrontend[] {
  const owned = [
    ...population.nodes.flatMap(ownAddressesOf),
    ...services.flatMap(({ resource }) =>
      [...resource.loadBalancerAddresses, ...resource.externalIPs].map(({ value }) => value),
    ),
  ];
  return ingresses.flatMap(({ ingress, resource }): readonly UnmodelledFrontend[] => {
    const free = resource.addresses
      .map(({ value }) => value)
      .filter((address) => !owned.some((other) => sameAddress(address, other)));
    const handled = (plane?.groups ?? []).flatMap((group) =>
      group.ingresses.filter((own) => isSame(own, ingress)).map((own) => ({ group, own })),
    );
    const certain = handled.length > 0 && handled.every(({ own }) => isCertain(own));
    if (certain && free.length === 0) return [];
    const controllers = handled.flatMap(({ group }) => group.controller.pods);
    const behind = behindBackends(ingress, handled.length > 0, services, targets);
    return HTTP.map((protocol) => ({
      addresses: addressSets.ofAddresses(free),
      protocol,
      ports: HTTP_PORTS.map((port) => [port, port] as const),
      code: handled.length > 0 ? "NQ3021" : "NQ2071",
      text: `${ingress.namespace}/Ingress/${ingress.name}`,
      leadsTo: certain ? controllers : [...new Set([...controllers, ...behind])],
      origin: ingress.origin,
    }));
  });
}

const HTTP = ["TCP", "UDP"] as const;

function isSame(a: Ingress, b: Ingress): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}

/** The pods behind the backends; behind every service of the namespace where an annotation may name another. */
function behindBackends(
  ingress: Ingress,
  anyService: boolean,
  services: readonly BuiltService[],
  targets: FrontendTargets,
): readonly string[] {
  const own = services
    .map(({ service }) => service)
    .filter(({ namespace }) => namespace === ingress.namespace);
  const named = new Set(
    backendsOf(ingress).flatMap((b) => (b.kind === "service" ? [b.service] : [])),
  );
  const meant = own.filter(({ name }: Service) => anyService || named.has(name));
  return [...new Set(meant.flatMap(targets.behind))];
}
