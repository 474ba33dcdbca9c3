/**
 * Services as destination translation: one table for the whole network, at every place where a process of
 * the cluster enters a node. Also where frontends that are not modelled end a packet: before egress
 * policy is asked, since it would be asked about the translated destination.
 */
import { addressSets } from "../../models/base/address.ts";
import { FAMILIES, type Family } from "../../models/base/family.ts";
import type { Service, ServicePort } from "../../models/kubernetes/cluster.ts";
import type { Rewrite } from "../../models/network/action.ts";
import type { Hook } from "../../models/network/fib.ts";
import type { Match } from "../../models/network/match.ts";
import { formatAddress } from "../base/ip.ts";
import { inherent, stated } from "./because.ts";
import type { HookRule } from "./bounds.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { frontendRules, frontendsBehind } from "./frontends.ts";
import { type Ground, addressOf } from "./ground.ts";
import { serviceObject } from "./names.ts";
import { onePort } from "./ports.ts";

/** The hooks of services: before egress policy and after it. A hook without rules is left out. */
export interface ServiceHooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/**
 * The hooks of all services and frontends.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.1, S4.2, S4.10, S4.12)
 */
export function serviceHooks(ground: Ground): ServiceHooks {
  const rejectFirst = ground.profile.endpointlessService === "reject-first";
  const first: HookRule[] = [];
  const afterPolicy: HookRule[] = [];
  for (const service of ground.cluster.services) {
    for (const port of service.ports) {
      for (const family of FAMILIES) {
        const match = frontend(service, port, family);
        if (match === undefined) continue;
        const endpoints = endpointsOf(ground, service, port, family);
        if (endpoints.length > 0) first.push(translation(service, port, family, match, endpoints));
        else (rejectFirst ? first : afterPolicy).push(rejection(service, port, match));
      }
    }
  }
  return {
    before: hook(
      "dnat",
      [...first, ...frontendRules(ground)],
      "no service has this address and port",
    ),
    after: [
      ...hook("reject", afterPolicy, "not a service port without endpoints"),
      ...hook("frontend", frontendsBehind(ground, first), "not a frontend that is not modelled"),
    ],
  };
}

function hook(stage: string, rules: readonly HookRule[], otherwise: string): readonly Hook[] {
  if (rules.length === 0) return [];
  const pass = { action: { kind: "pass" }, because: inherent(otherwise) } as const;
  return [{ stage, rules, otherwise: pass }];
}

function frontend(service: Service, port: ServicePort, family: Family): Match | undefined {
  const address = addressOf(service.addresses, family);
  if (address === undefined) return undefined;
  return { destinations: addressSets.ofAddresses([address]), ...onePort(port.protocol, port.port) };
}

function portText(port: ServicePort): string {
  return `${String(port.port)}/${port.protocol}`;
}

function translation(
  service: Service,
  port: ServicePort,
  family: Family,
  match: Match,
  endpoints: readonly Endpoint[],
): HookRule {
  const object = serviceObject(service);
  const origins = [port.origin, service.origin];
  const choice = `dnat:${service.namespace}/${service.name}:${portText(port)}/${family}`;
  const rewrites = endpoints.map(
    (endpoint): Rewrite => ({
      destination: endpoint.address,
      destinationPort: endpoint.port,
      because: stated(endpointText(endpoint), [...endpoint.origins, ...origins], object),
    }),
  );
  const because = stated(`port ${portText(port)} of ${object}`, origins, object);
  return { match, action: { kind: "translate", choice, rewrites }, because };
}

function endpointText({ address, port, name }: Endpoint): string {
  const shown = formatAddress(address);
  const place = address.family === "IPv6" ? `[${shown}]` : shown;
  return `the endpoint chosen is ${name}, ${place}:${String(port)}`;
}

function rejection(service: Service, port: ServicePort, match: Match): HookRule {
  const object = serviceObject(service);
  return {
    match,
    action: { kind: "discard", reason: "rejected" },
    because: stated(
      `port ${portText(port)} of ${object} has no endpoints`,
      [port.origin, service.origin],
      object,
    ),
  };
}
