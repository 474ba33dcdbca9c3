/**
 * How services are reached beside their cluster addresses: at node ports, at external addresses and at
 * load balancers. What cannot be told of them stays a frontend that is not modelled.
 */
import type { Service, UnmodelledFrontend } from "../../models/kubernetes/cluster.ts";
import { FRONTEND_CODE } from "./frontend-claim.ts";
import type { PublishingInput, Wish } from "./publishing.ts";
import { settle } from "./publishing-conflicts.ts";
import { unclaimable } from "./publishing-doubts.ts";
import { balancerGiver, nodePortGiver } from "./publishing-gifts.ts";
import type { BuiltService } from "./services.ts";
import { objectId, type Sink } from "./sink.ts";

/** What publishing the services of a cluster gives. */
export interface Published {
  /** Each service that is published, with its node ports and addresses. */
  readonly services: ReadonlyMap<Service, Service>;
  /** What of it is not modelled. */
  readonly frontends: readonly UnmodelledFrontend[];
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
  const { services, population, targets } = input;
  const { nodes } = population;
  const open: UnmodelledFrontend[] = [];
  const giveNodePorts = nodePortGiver(input, sink);
  const giveBalancers = balancerGiver(input, sink);
  const wishes = services.map((built): Wish => {
    const doubts = unclaimable(built, population);
    for (const doubt of doubts.frontends) open.push(...doubt(targets.behind(built.service)));
    return {
      built,
      nodePorts: doubts.nodePorts ? new Map() : giveNodePorts(built, open),
      externals: doubts.externals ? [] : built.resource.externalIPs.map((a) => a.value),
      balancers: giveBalancers(built),
    };
  });
  const settled = settle(wishes, input, open);
  noteUnmodelled(services, open, sink);
  const published = settled.filter(
    (w) => w.nodePorts.size > 0 || w.externals.length > 0 || w.balancers.length > 0,
  );
  if (nodes.length === 0) return { services: new Map(), frontends: open };
  const found = new Map(published.map((wish) => [wish.built.service, publishedService(wish)]));
  return { services: found, frontends: open };
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
function noteUnmodelled(
  services: readonly BuiltService[],
  open: readonly UnmodelledFrontend[],
  sink: Sink,
): void {
  for (const { resource } of services) {
    const id = objectId(resource.meta);
    const own = open.filter(
      ({ text }) => text.includes(`of ${id}`) || text.includes(`which ${id} `),
    );
    const [first] = own;
    if (first === undefined) continue;
    const what = [...new Set(own.map(({ text }) => text.replace(` of ${id}`, "").trim()))];
    sink.diagnostics.push({
      code: FRONTEND_CODE,
      severity: "note",
      message: `${id} is also reached at ${what.join(", and at ")}: answers about connections to there are undecided, its other addresses are answered for`,
      at: first.origin,
    });
  }
}
