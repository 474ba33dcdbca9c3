/**
 * Where requests reach an ingress controller from outside of it.
 */
import { type Address, sameAddress } from "../../models/base/address.ts";
import { addressWidthBits, FAMILIES } from "../../models/base/family.ts";
import { portSets } from "../../models/base/interval-set.ts";
import type { Origin } from "../../models/base/origin.ts";
import { type Cluster, type Pod, podId, type Service } from "../../models/kubernetes/cluster.ts";
import type { IngressController } from "../../models/kubernetes/ingress-plane.ts";
import { endpoints } from "../../models/kubernetes/service.ts";
import { formatAddress } from "../base/ip.ts";
import type { EndpointExpression } from "../intent/ast.ts";
import { type EndpointSet, NO_ENDPOINTS } from "../intent/endpoint-set.ts";
import { endpointResolver } from "../intent/resolve.ts";
import { codeOr } from "./diagnostic-code.ts";
import type { Query } from "./question.ts";
import type { UndecidedReason } from "./types.ts";

/** A way into a controller. */
export type Entrance =
  /** `to` at `port` leads there. */
  | {
      readonly kind: "known";
      readonly text: string;
      readonly to: Query["to"];
      readonly port: number;
    }
  /** Something that is not modelled may lead there. */
  | { readonly kind: "open"; readonly reason: UndecidedReason };

/**
 * The entrances of `controller` for requests to `port`: load balancers, external addresses and nodes that have
 * the port itself; only where there is none, node ports of that port of its services.
 *
 * @source https://kubernetes.io/docs/concepts/services-networking/ingress/ (v1.34; S8.9, S8.10)
 */
export function entrancesOf(
  cluster: Cluster,
  controller: IngressController,
  port: number,
): readonly Entrance[] {
  const pods = cluster.pods.filter((pod) => controller.pods.includes(podId(pod)));
  const services = cluster.services.filter((service) => leadsTo(cluster, service, port, pods));
  const own = [
    ...services.flatMap((service) => addressEntrances(cluster, service, port)),
    ...hostEntrances(pods, port),
    ...mappedEntrances(cluster, pods, port),
    ...openEntrances(cluster, controller, port),
  ];
  return own.length > 0 ? own : services.flatMap((s) => nodePortEntrances(cluster, s, port));
}

/** What a service publishes beside its own addresses. */
interface Published {
  readonly addresses: readonly Address[];
  readonly externalAddresses?: readonly Address[];
  readonly balancer?: { readonly addresses: readonly Address[] };
  readonly ports: readonly {
    readonly protocol: string;
    readonly port: number;
    readonly nodePort?: number;
  }[];
}

function leadsTo(cluster: Cluster, service: Service, port: number, pods: readonly Pod[]): boolean {
  const behind = service.ports
    .filter((own) => own.port === port && own.protocol === "TCP")
    .flatMap((own) => FAMILIES.flatMap((family) => endpoints(cluster, service, own, family)));
  return behind.some(({ address }) =>
    pods.some((pod) => pod.addresses.some((own) => sameAddress(own, address))),
  );
}

function serviceName({ namespace, name }: Service): string {
  return `${namespace}/Service/${name}`;
}

function addressEntrances(cluster: Cluster, service: Service, port: number): readonly Entrance[] {
  const published: Published = service;
  const at = (addresses: readonly Address[], what: string): readonly Entrance[] =>
    addresses.map((address) => {
      const prefix = { ...address, length: addressWidthBits(address.family) };
      const expression = { kind: "addresses", prefixes: [prefix] } as const;
      const text = `${what} ${formatAddress(address)} of ${serviceName(service)}`;
      const set = endpointResolver(cluster)(expression);
      return { kind: "known", text, to: endOf(text, expression, set, service.origin), port };
    });
  return [
    ...at(published.balancer?.addresses ?? [], "load balancer"),
    ...at(published.externalAddresses ?? [], "external address"),
  ];
}

function nodePortEntrances(cluster: Cluster, service: Service, port: number): readonly Entrance[] {
  const published: Published = service;
  return published.ports.flatMap((own): readonly Entrance[] => {
    if (own.protocol !== "TCP" || own.port !== port || own.nodePort === undefined) return [];
    const text = `node port ${String(own.nodePort)} of ${serviceName(service)}`;
    const expression = { kind: "nodes" } as const;
    const set = endpointResolver(cluster)(expression);
    const to = endOf(text, expression, set, service.origin);
    return [{ kind: "known", text, to, port: own.nodePort }];
  });
}

/** Pods on the network of their node have its addresses. */
function hostEntrances(pods: readonly Pod[], port: number): readonly Entrance[] {
  const onHost = pods.filter(
    ({ hostNetwork, containers }) =>
      hostNetwork &&
      containers.some((c) => c.ports.some((p) => p.number === port && p.protocol === "TCP")),
  );
  const [first] = onHost;
  if (first === undefined) return [];
  const { namespace, name } = first.workload;
  const set = podSet(onHost.map((pod) => [podId(pod), pod.addresses]));
  const text = `the nodes of ${namespace}/${name}, which uses their network`;
  const expression = { kind: "workload", namespace, name } as const;
  return [{ kind: "known", text, to: endOf(text, expression, set, first.origin), port }];
}

/** Pods to which a port of their node leads. */
function mappedEntrances(
  cluster: Cluster,
  pods: readonly Pod[],
  port: number,
): readonly Entrance[] {
  return pods.flatMap(({ namespace, name, node, hostPorts = [] }): readonly Entrance[] => {
    const mapped = hostPorts.find((own) => own.number === port && own.protocol === "TCP");
    if (mapped === undefined) return [];
    const text = `host port ${String(port)} of ${namespace}/${name}`;
    const expression = { kind: "node", name: node } as const;
    const set = endpointResolver(cluster)(expression);
    return [{ kind: "known", text, to: endOf(text, expression, set, mapped.origin), port }];
  });
}

function openEntrances(
  cluster: Cluster,
  controller: IngressController,
  port: number,
): readonly Entrance[] {
  const leading = cluster.frontends.filter(
    ({ leadsTo: pods, ports, protocol }) =>
      pods?.some((pod) => controller.pods.includes(pod)) === true &&
      (ports.length === 0 || (protocol === "TCP" && portSets.contains(ports, port))),
  );
  return leading.map(({ code, text, origin }) => ({
    kind: "open",
    reason: {
      code: codeOr(code),
      text: `${text} may lead to ${controller.workload}, and is not modelled`,
      origins: [origin],
    },
  }));
}

/** Exactly these pods, each by these addresses. */
export function podSet(pods: readonly (readonly [string, readonly Address[]])[]): EndpointSet {
  return { ...NO_ENDPOINTS, pods: new Map(pods) };
}

/** An end of a question that nobody wrote. */
export function endOf(
  text: string,
  expression: EndpointExpression,
  set: EndpointSet,
  at: Origin,
): Query["to"] {
  return { text, spec: { expression, text, at }, set };
}
