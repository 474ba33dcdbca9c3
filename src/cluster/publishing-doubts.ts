/**
 * What of a published service cannot be told.
 */
import type { PodId } from "../../models/kubernetes/cluster.ts";
import {
  addressClaims,
  balancerWithoutAddress,
  hasNodePorts,
  nodePortClaims,
  openEntrances,
} from "./entrances.ts";
import { isServedAlike } from "./even-service.ts";
import type { OpenEntrance } from "./frontend-claim.ts";
import type { PodIndex } from "./pod-index.ts";
import type { Population } from "./pods.ts";
import type { BuiltService } from "./services.ts";

/** Which entrances of a service depend on more than is known, and a claim for each part of them. */
export interface Doubts {
  readonly nodePorts: boolean;
  readonly externals: boolean;
  readonly balancers: boolean;
  readonly entrances: readonly OpenEntrance[];
}

/**
 * Of policy Local, which node has which pods decides; where that is assumed, nothing is claimed of node ports
 * and external addresses. A load balancer that asks for health finds the pods wherever they are, unless a
 * node can have an endpoint of one port and none of another, or one that is used only where it is alone.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/#external-traffic-policy (v1.34; S3.7, S3.31, S3.34)
 */
export function unclaimable(
  built: BuiltService,
  population: Population,
  pods: PodIndex,
  leadsTo: readonly PodId[],
): Doubts {
  const { resource } = built;
  const isOpen = population.placements.size > 0 && population.nodes.length > 1;
  const isLocal = resource.externalTrafficPolicy?.value === "Local" && isOpen;
  const balancers = isLocal && !isServedAlike(built, pods);
  const at = resource.externalTrafficPolicy?.at ?? resource.type?.at ?? resource.meta.at;
  const proxied = resource.loadBalancerAddresses.filter((a) => a.proxy);
  const known = resource.loadBalancerAddresses.filter((a) => !a.proxy);
  const at0 = proxied[0]?.at ?? at;
  const entrances = [
    ...(isLocal
      ? [
          ...openEntrances(
            built,
            nodePortClaims(built, population),
            "a node port that leads to pods of the same node",
            at,
            leadsTo,
          ),
          ...openEntrances(
            built,
            addressClaims(
              built,
              resource.externalIPs.map((a) => a.value),
            ),
            "an external address that leads to pods of the same node",
            at,
            leadsTo,
          ),
        ]
      : []),
    ...(balancers
      ? [
          ...openEntrances(
            built,
            addressClaims(
              built,
              known.map((a) => a.value),
            ),
            "a load balancer that leads to pods of the same node",
            at,
            leadsTo,
          ),
          ...balancerWithoutAddress(built, leadsTo),
        ]
      : []),
    ...openEntrances(
      built,
      addressClaims(
        built,
        proxied.map((a) => a.value),
      ),
      "a load balancer that opens connections of its own",
      at0,
      leadsTo,
    ),
  ];
  return {
    nodePorts: isLocal || !hasNodePorts(resource),
    externals: isLocal,
    balancers,
    entrances,
  };
}

/** All entrances of a service of which it cannot be told where it leads. */
export function closedEntrances(
  built: BuiltService,
  population: Population,
  leadsTo: readonly PodId[],
): readonly OpenEntrance[] {
  const { resource } = built;
  const origin = resource.type?.at ?? resource.meta.at;
  const external = [...resource.externalIPs, ...resource.loadBalancerAddresses].map((a) => a.value);
  return [
    ...openEntrances(built, nodePortClaims(built, population), "a node port", origin, leadsTo),
    ...openEntrances(built, addressClaims(built, external), "an address outside", origin, leadsTo),
    ...balancerWithoutAddress(built, leadsTo),
  ];
}
