/**
 * Addresses at which Ingresses say that they are reached, where nothing else of the input has them, and the pods
 * to which an Ingress may lead whose controller is not known.
 */
import { addressSets, sameAddress } from "../../../models/base/address.ts";
import type { Service, UnmodelledFrontend } from "../../../models/kubernetes/cluster.ts";
import { backendsOf, type Ingress } from "../../../models/kubernetes/ingress.ts";
import type { FrontendTargets } from "../frontend-targets.ts";
import type { Population } from "../pods.ts";
import type { BuiltService } from "../services.ts";
import type { BuiltIngress } from "./build-plane.ts";

/**
 * Two frontends of each Ingress, for TCP and for HTTP/3 over UDP. An address that a service or a node has is
 * theirs: what happens there is answered as for them.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/#tls (v1.34: ports 80 and 443; S8.9)
 */
export function ingressFrontends(
  ingresses: readonly BuiltIngress[],
  services: readonly BuiltService[],
  population: Population,
  targets: FrontendTargets,
): readonly UnmodelledFrontend[] {
  const owned = [
    ...population.nodes.flatMap((node) => node.addresses),
    ...services.flatMap(({ resource }) =>
      [...resource.loadBalancerAddresses, ...resource.externalIPs].map(({ value }) => value),
    ),
  ];
  return ingresses.flatMap(({ ingress, resource }): readonly UnmodelledFrontend[] => {
    const free = resource.addresses
      .map(({ value }) => value)
      .filter((address) => !owned.some((other) => sameAddress(address, other)));
    const leadsTo = behindBackends(ingress, services, targets);
    const text = `${ingress.namespace}/Ingress/${ingress.name}`;
    return (["TCP", "UDP"] as const).map((protocol) => ({
      addresses: addressSets.ofAddresses(free),
      protocol,
      ports: [
        [80, 80],
        [443, 443],
      ],
      code: "NQ2071",
      text,
      leadsTo,
      origin: ingress.origin,
    }));
  });
}

function behindBackends(
  ingress: Ingress,
  services: readonly BuiltService[],
  targets: FrontendTargets,
): readonly string[] {
  const named = backendsOf(ingress).flatMap((backend): readonly Service[] =>
    backend.kind === "resource"
      ? []
      : services
          .map(({ service }) => service)
          .filter((s) => s.namespace === backend.namespace && s.name === backend.service),
  );
  return [...new Set(named.flatMap(targets.behind))];
}
