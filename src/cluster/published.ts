/**
 * How services are reached beside their cluster addresses: at node ports, at external addresses and at
 * load balancers. What cannot be told of them stays a frontend that is not modelled.
 */
import type { Service, UnmodelledFrontend } from "../../models/kubernetes/cluster.ts";
import type { Unknowns } from "../../models/kubernetes/unknowns.ts";
import { groupBy } from "../base/group-by.ts";
import { FRONTEND_CODE, type OpenEntrance } from "./frontend-claim.ts";
import { type HostPorts, hostPorts, hostPortWishes } from "./host-ports.ts";
import { NODE_PORTS, type PublishingInput, type Wish } from "./publishing.ts";
import { settle } from "./publishing-conflicts.ts";
import { unclaimable } from "./publishing-doubts.ts";
import { balancerGiver, nodePortGiver } from "./publishing-gifts.ts";
import { objectId, type Sink } from "./sink.ts";

/** What publishing the services of a cluster gives. */
export interface Published {
  /** Each service that is published, with its node ports and addresses. */
  readonly services: ReadonlyMap<Service, Service>;
  /** What of it is not modelled. */
  readonly frontends: readonly UnmodelledFrontend[];
  /** The host ports of pods of which it is known where they lead. */
  readonly hostPorts: HostPorts["known"];
  /** The node ports that are assumed; absent: none. */
  readonly nodePorts?: Unknowns["nodePorts"];
}

/**
 * Publishes `input.services`. Node ports and load balancer addresses that no manifest states are assumed,
 * with a note: nothing but themselves depends on them, or they stay unmodelled. Unmodelled stays what
 * depends on the nodes of pods where these are assumed, what only a proxying load balancer knows, and what
 * two services claim or an endpoint has.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types (v1.34; S3.1, S3.6 to S3.12, S3.31)
 */
export function publishServices(input: PublishingInput, sink: Sink): Published {
  const { services, population, pods, targets } = input;
  const { nodes } = population;
  const open: OpenEntrance[] = [];
  const gift = nodePortGiver(input, sink);
  const giveBalancers = balancerGiver(input, sink);
  const wishes = services.map((built): Wish => {
    const doubts = unclaimable(built, population, pods, targets.behind(built.service));
    open.push(...doubts.entrances);
    return {
      built,
      nodePorts: doubts.nodePorts ? new Map() : gift.give(built, open),
      externals: doubts.externals ? [] : built.resource.externalIPs.map((a) => a.value),
      balancers: doubts.balancers ? [] : giveBalancers(built),
    };
  });
  const mapped = hostPortWishes(population);
  const settled = settle(wishes, input, mapped, open);
  noteUnmodelled(open, sink);
  const ports = hostPorts(mapped, settled.isFree, sink);
  const frontends = [
    ...open.map((entrance) => entrance.frontend),
    ...gift.others(),
    ...ports.frontends,
  ];
  const published = settled.wishes.filter(
    (w) => w.nodePorts.size > 0 || w.externals.length > 0 || w.balancers.length > 0,
  );
  const assumed = gift.assumed();
  const nodePorts =
    assumed.length === 0 ? {} : { nodePorts: { assumed, among: NODE_PORTS } as const };
  if (nodes.length === 0) return { services: new Map(), frontends, hostPorts: ports.known };
  const found = new Map(published.map((wish) => [wish.built.service, publishedService(wish)]));
  return { services: found, frontends, hostPorts: ports.known, ...nodePorts };
}

function publishedService({ built, nodePorts, externals, balancers }: Wish): Service {
  const { service, resource } = built;
  const external = resource.externalTrafficPolicy?.value;
  return {
    ...service,
    ports: service.ports.map((port) => {
      const nodePort = nodePorts.get(port);
      return nodePort === undefined ? port : { ...port, nodePort };
    }),
    ...(external === "Local" ? { externalTrafficPolicy: external } : {}),
    ...(externals.length === 0 ? {} : { externalAddresses: externals }),
    ...(balancers.length === 0
      ? {}
      : {
          balancer: {
            addresses: balancers,
            sources: resource.loadBalancerSourceRanges.map((range) => range.value),
          },
        }),
  };
}

/** A note for each service of which some entrance stays unmodelled. */
function noteUnmodelled(open: readonly OpenEntrance[], sink: Sink): void {
  for (const [{ resource }, own] of groupBy(open, ({ of }) => of)) {
    const [first] = own;
    if (first === undefined) continue;
    const what = [...new Set(own.map((entrance) => entrance.what))];
    sink.diagnostics.push({
      code: FRONTEND_CODE,
      severity: "note",
      message: `${objectId(resource.meta)} is also reached at ${what.join(", and at ")}: answers about connections to there are undecided, its other addresses are answered for`,
      at: first.frontend.origin,
    });
  }
}
