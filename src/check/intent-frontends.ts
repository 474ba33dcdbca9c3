/**
 * Frontends that are not modelled and may lead to what an intent protects: nothing can be proven past
 * them.
 */
import { addressSets } from "../../models/base/address.ts";
import { portSets } from "../../models/base/interval-set.ts";
import { FAMILIES } from "../../models/base/family.ts";
import {
  type Cluster,
  type PodId,
  podId,
  type Service,
  type UnmodelledFrontend,
} from "../../models/kubernetes/cluster.ts";
import { backendsOf } from "../../models/kubernetes/ingress.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import { codeOr } from "./diagnostic-code.ts";
import { type ForbiddenClaim, forbiddenRule } from "./forbidden.ts";
import type { EndpointSet, ServiceFrontend } from "../intent/endpoint-set.ts";
import type { Subject } from "./subject.ts";
import type { UndecidedReason } from "./types.ts";

/**
 * One reason for each frontend that may lead to a pod into which `claim` forbids packets, or to an endpoint of
 * a service that it names, or that it names itself.
 */
export function openFrontends(subject: Subject, claim: ForbiddenClaim): readonly UndecidedReason[] {
  const { cluster } = subject;
  const { to } = forbiddenRule(cluster, claim);
  const behind = podsBehind(cluster, to.services);
  const isNamed = ({ addresses, protocol, ports }: UnmodelledFrontend): boolean =>
    to.services.some(
      (frontend) =>
        frontend.port.protocol === protocol &&
        portSets.contains(ports, frontend.port.port) &&
        frontend.addresses.some((address) => addressSets.contains(addresses, address)),
    );
  const leads = ({ leadsTo }: UnmodelledFrontend): boolean =>
    leadsTo === undefined || leadsTo.some((pod) => to.pods.has(pod) || behind.has(pod));
  return cluster.frontends.filter((frontend) => leads(frontend) || isNamed(frontend)).map(reasonOf);
}

/**
 * A reason where what `claim` forbids may arrive by a port of a node, because it is assumed on which node a sender
 * is and other nodes see that node in its place: whom policy sees there is not known.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors (v1.34; S3.32, S6.41)
 */
export function openAtNodes(subject: Subject, claim: ForbiddenClaim): readonly UndecidedReason[] {
  const { cluster, profile, unknowns } = subject;
  const { masqueradeOutside, masqueradeToNodes, policySeesSource, networkPolicy } = profile;
  if (!masqueradeOutside || !masqueradeToNodes || networkPolicy === "ignored") return [];
  if (cluster.nodes.length < 2) return [];
  const { from, to } = forbiddenRule(cluster, claim);
  const movable = [...from.pods.keys()].find((pod) => unknowns.placements.has(pod));
  if (movable === undefined) return [];
  const published = cluster.services.filter(({ ports }) =>
    ports.some(({ nodePort }) => nodePort !== undefined),
  );
  const behind =
    policySeesSource === "original" ? podsBehindServices(cluster, published) : new Set<PodId>();
  const hosts = profile.hostPorts === "none" ? [] : cluster.pods.filter((p) => p.hostPorts?.length);
  const led = new Set([...hosts.map(podId), ...behind]);
  const reached = [...to.pods.keys()].find((pod) => led.has(pod));
  if (reached === undefined) return [];
  const origins = cluster.pods
    .filter((pod) => [reached, movable].includes(podId(pod)))
    .flatMap(({ containers }) => containers.slice(0, 1).map(({ origin }) => origin));
  const text = `it is assumed on which node ${movable} is, and ports of nodes lead to ${reached}: policy may see that node in its place`;
  return [{ code: "NQ3004", text, origins }];
}

/**
 * One reason for each frontend by which somebody outside, if `from` has such, may be meant to enter `services`:
 * their own addresses lead nowhere from there.
 */
export function entrancesInstead(
  { cluster }: Subject,
  from: EndpointSet,
  services: readonly ServiceFrontend[],
): readonly UndecidedReason[] {
  if (addressSets.isEmpty(from.outside) || services.length === 0) return [];
  const behind = podsBehind(cluster, services);
  const frontends = cluster.frontends
    .filter(({ leadsTo }) => leadsTo === undefined || leadsTo.some((pod) => behind.has(pod)))
    .map(reasonOf);
  return [...frontends, ...ingressesInstead(cluster, services)];
}

/** Ingresses that lead to `services`: who means these from outside may mean a name of theirs. */
function ingressesInstead(
  { ingress }: Cluster,
  services: readonly ServiceFrontend[],
): readonly UndecidedReason[] {
  const names = new Set(services.map(({ service }) => service));
  const leading = (ingress?.ingresses ?? []).filter((one) =>
    backendsOf(one).some(
      (backend) =>
        backend.kind === "service" && names.has(`${backend.namespace}/${backend.service}`),
    ),
  );
  return leading.map(({ namespace, name, origin }) => ({
    code: "NQ3021",
    text: `${namespace}/Ingress/${name} leads there from outside: ask for a name that it has, such as host:NAME`,
    origins: [origin],
  }));
}

/** The pods that are endpoints of `services`. */
function podsBehind(cluster: Cluster, services: readonly ServiceFrontend[]): ReadonlySet<PodId> {
  const names = new Set(services.map(({ service }) => service));
  return podsBehindServices(
    cluster,
    cluster.services.filter(({ namespace, name }) => names.has(`${namespace}/${name}`)),
  );
}

function podsBehindServices(cluster: Cluster, services: readonly Service[]): ReadonlySet<PodId> {
  const addresses = addressSets.ofAddresses(
    services
      .flatMap((service) =>
        service.ports.flatMap((port) =>
          FAMILIES.flatMap((family) => endpoints(cluster, service, port, family)),
        ),
      )
      .map(({ address }) => address),
  );
  const pods = cluster.pods.filter((pod) =>
    pod.addresses.some((address) => addressSets.contains(addresses, address)),
  );
  return new Set(pods.map(podId));
}

function reasonOf({ code, text, origin }: UnmodelledFrontend): UndecidedReason {
  return {
    code: codeOr(code),
    text: `${text} is not modelled and may lead there`,
    origins: [origin],
  };
}
