/**
 * The channels that pass by an intent: between pods of which it lets nothing to one from the other.
 */
import type { Address } from "../../models/base/address.ts";
import { type Pod, podEndpoint, podId } from "../../models/kubernetes/cluster.ts";
import { selectsForService } from "../../models/kubernetes/service.ts";
import type { ResolvedClaim } from "../intent/resolve-claim.ts";
import { channelsAcross } from "./channels.ts";
import { type ForbiddenRule, forbiddenRule } from "./forbidden.ts";
import type { Subject } from "./subject.ts";
import type { SharedChannel } from "./types.ts";

/**
 * The channels by which pods of different workloads can exchange data though `claim` forbids one to call the
 * other and excepts nothing between them. Empty for a claim that forbids nothing.
 */
export function bypassesOf(subject: Subject, claim: ResolvedClaim): readonly SharedChannel[] {
  if (claim.kind === "allow" || subject.cluster.storage === undefined) return [];
  const rule = forbiddenRule(subject.cluster, claim);
  const addresses = addressesIn(subject, rule);
  const isReceived = (pod: Pod): boolean =>
    rule.to.pods.has(podId(pod)) || addresses(pod).length > pod.addresses.length;
  return channelsAcross(subject, {
    isSender: (pod) => rule.from.pods.has(podId(pod)),
    isReceiver: isReceived,
    concerns: (from, to) =>
      forbidsAll(rule, from, rule.from.pods.get(podId(from)) ?? [], to, addresses(to)),
  });
}

/** How a pod can be called by what `rule` speaks about: by its own addresses, and those of its services. */
function addressesIn({ cluster }: Subject, rule: ForbiddenRule): (pod: Pod) => readonly Address[] {
  const services = new Map(cluster.services.map((service) => [podId(service), service]));
  const frontends = rule.to.services.flatMap(({ service, addresses }) => {
    const found = services.get(service);
    return found === undefined ? [] : [{ service: found, addresses }];
  });
  return (pod) => [
    ...pod.addresses,
    ...frontends
      .filter(({ service }) => service.namespace === pod.namespace)
      .filter(({ service }) => selectsForService(service.selector, pod.labels))
      .flatMap(({ addresses }) => addresses),
  ];
}

function forbidsAll(
  rule: ForbiddenRule,
  from: Pod,
  sources: readonly Address[],
  to: Pod,
  destinations: readonly Address[],
): boolean {
  const verdicts = sources.flatMap((source) =>
    destinations.flatMap((destination) =>
      to.addresses.map((address) =>
        rule.forbids({
          sender: { endpoint: podEndpoint(from), process: "", source },
          destination,
          arrival: { endpoint: podEndpoint(to), address },
        }),
      ),
    ),
  );
  return (
    verdicts.some(({ forbidden }) => forbidden.length > 0) &&
    verdicts.every(({ excepted }) => excepted.length === 0)
  );
}
