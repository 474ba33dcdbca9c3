/**
 * Resources by hand, as reading gives them, for tests of what is built from them.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { LabelSelector } from "../../models/kubernetes/selector.ts";
import { parseAddress, parsePrefix } from "../../src/base/ip.ts";
import type {
  ContainerSpec,
  EndpointsResource,
  Located,
  NamespaceResource,
  NetworkPolicyResource,
  NodeResource,
  ObjectMeta,
  PeerSpec,
  PodResource,
  PodSpec,
  PolicyPortSpec,
  PolicyRuleSpec,
  ServiceResource,
  UnmodelledResource,
  WorkloadKind,
  WorkloadResource,
} from "../../src/manifest/resources.ts";

/** A position: the path is a description, the line makes it distinct. */
export function origin(path: string, line = 1): Origin {
  return { file: "input.yaml", line, column: 1, path };
}

/** `value`, written somewhere. */
export function located<T>(value: T, path = "value"): Located<T> {
  return { value, at: origin(path) };
}

/** Labels from `key=value` texts. */
function labels(...texts: readonly string[]): ReadonlyMap<string, Located<string>> {
  return new Map(
    texts.map((text) => {
      const [key = "", value = ""] = text.split("=");
      return [key, located(value)];
    }),
  );
}

/** A selector of equalities from `key=value` texts. */
export function selector(...texts: readonly string[]): LabelSelector {
  const matchLabels = new Map([...labels(...texts)].map(([key, label]) => [key, label.value]));
  return { matchLabels, matchExpressions: [] };
}

/** The address that `text` writes. */
function address(text: string): Located<NonNullable<ReturnType<typeof parseAddress>>> {
  const value = parseAddress(text);
  if (value === undefined) throw new Error(`${text} is no address`);
  return located(value, text);
}

/** The block that `text` writes. */
export function block(
  text: string,
): Located<NonNullable<ReturnType<typeof parsePrefix>>["prefix"]> {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`${text} is no block`);
  return located(parsed.prefix, text);
}

/** What `meta` may say beyond kind and name. */
export interface MetaOptions {
  readonly labels?: readonly string[];
  readonly apiVersion?: string;
  readonly line?: number;
  readonly uid?: string;
  readonly controller?: ObjectMeta["controller"];
  readonly deletionTimestamp?: string;
}

/** The metadata of an object called `namespace/name`, or `name` without a namespace. */
function meta(kind: string, id: string, options: MetaOptions = {}): ObjectMeta {
  const [first = "", second] = id.split("/");
  return {
    apiVersion: options.apiVersion ?? "v1",
    kind,
    name: second ?? first,
    ...(second === undefined ? {} : { namespace: located(first) }),
    labels: labels(...(options.labels ?? [])),
    annotations: new Map(),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.controller === undefined ? {} : { controller: options.controller }),
    ...(options.deletionTimestamp === undefined
      ? {}
      : { deletionTimestamp: options.deletionTimestamp }),
    at: origin(`${kind} ${id}`, options.line),
  };
}

/** A port as `name:number/protocol`, `number/protocol` or `number`. */
function containerPort(text: string): ContainerSpec["ports"][number] {
  const [, name, number = "0", protocol] = /^(?:(.+):)?(\d+)(?:\/(.+))?$/.exec(text) ?? [];
  return {
    ...(name === undefined ? {} : { name: located(name) }),
    ...(protocol === undefined ? {} : { protocol: located(protocol) }),
    containerPort: located(Number(number)),
  };
}

/** What a pod spec may say. */
export interface PodSpecOptions {
  readonly ports?: readonly string[];
  readonly containers?: readonly ContainerSpec[];
  readonly hostNetwork?: boolean;
  readonly nodeName?: string;
  readonly nodeSelector?: readonly string[];
  readonly constrained?: boolean;
}

/** A container with ports written as `name:number/protocol`. */
export function container(
  name: string,
  ports: readonly string[],
  more: Partial<ContainerSpec> = {},
): ContainerSpec {
  return { name, init: false, ports: ports.map(containerPort), at: origin(name), ...more };
}

/** A pod spec; by default with one container without ports. */
function podSpec(options: PodSpecOptions = {}): PodSpec {
  return {
    ...(options.nodeName === undefined ? {} : { nodeName: located(options.nodeName) }),
    ...(options.nodeSelector === undefined
      ? {}
      : { nodeSelector: labels(...options.nodeSelector) }),
    constrained: options.constrained ?? false,
    hostNetwork: options.hostNetwork === undefined ? undefined : located(options.hostNetwork),
    containers: options.containers ?? [container("c", options.ports ?? [])],
    at: origin("spec"),
  };
}

/** What a live pod's status may say. */
export interface StatusOptions {
  readonly phase?: string;
  readonly ips?: readonly string[];
  readonly hostIps?: readonly string[];
  readonly ready?: boolean;
}

/** A pod; with `status` as of a dump. */
export function pod(
  id: string,
  options: MetaOptions & PodSpecOptions & { readonly status?: StatusOptions } = {},
): PodResource {
  const { status } = options;
  return {
    kind: "Pod",
    meta: meta("Pod", id, options),
    spec: podSpec(options),
    ...(status === undefined
      ? {}
      : {
          status: {
            ...(status.phase === undefined ? {} : { phase: status.phase }),
            podIPs: (status.ips ?? []).map(address),
            hostIPs: (status.hostIps ?? []).map(address),
            ...(status.ready === undefined ? {} : { ready: status.ready }),
          },
        }),
  };
}

/** What a workload may say. */
export interface WorkloadOptions extends MetaOptions, PodSpecOptions {
  readonly replicas?: number;
  readonly suspended?: boolean;
  readonly firstOrdinal?: number;
  /** Labels of the template. */
  readonly podLabels?: readonly string[];
}

/** A workload. */
export function workload(
  kind: WorkloadKind,
  id: string,
  options: WorkloadOptions = {},
): WorkloadResource {
  return {
    kind,
    meta: meta(kind, id, { apiVersion: "apps/v1", ...options }),
    ...(options.replicas === undefined ? {} : { replicas: located(options.replicas) }),
    ...(options.suspended === undefined ? {} : { suspended: options.suspended }),
    ...(options.firstOrdinal === undefined ? {} : { firstOrdinal: options.firstOrdinal }),
    template: {
      labels: labels(...(options.podLabels ?? [])),
      spec: podSpec(options),
      at: origin("template"),
    },
  };
}

/** A deployment whose pods have the label `app=NAME`. */
export function deployment(id: string, options: WorkloadOptions = {}): WorkloadResource {
  const name = id.split("/").at(-1) ?? id;
  return workload("Deployment", id, { podLabels: [`app=${name}`], ...options });
}

/** A namespace with labels written as `key=value`. */
export function namespace(name: string, ...texts: readonly string[]): NamespaceResource {
  return { kind: "Namespace", meta: meta("Namespace", name, { labels: texts }) };
}

/** What a node may say. */
export interface NodeOptions {
  readonly ips?: readonly string[];
  readonly podCidrs?: readonly string[];
  readonly labels?: readonly string[];
  readonly taints?: NodeResource["taints"];
}

/** A node. */
export function node(name: string, options: NodeOptions = {}): NodeResource {
  return {
    kind: "Node",
    meta: meta("Node", name, { labels: options.labels ?? [] }),
    podCidrs: (options.podCidrs ?? []).map(block),
    addresses: (options.ips ?? []).map((ip) => ({ ...address(ip), type: "InternalIP" })),
    unschedulable: false,
    taints: options.taints ?? [],
  };
}

/** What a service may say beyond its ports. */
export interface ServiceOptions extends MetaOptions {
  readonly selector?: readonly string[];
  readonly type?: string;
  readonly clusterIps?: readonly string[];
  readonly externalIps?: readonly string[];
  readonly balancerIps?: readonly string[];
  readonly more?: Partial<ServiceResource>;
}

/** A service with ports written as `name:port/protocol>target@nodePort`, each part but port optional. */
export function service(
  id: string,
  ports: readonly string[],
  options: ServiceOptions = {},
): ServiceResource {
  const name = id.split("/").at(-1) ?? id;
  return {
    kind: "Service",
    meta: meta("Service", id, options),
    ...(options.type === undefined ? {} : { type: located(options.type, "type") }),
    clusterIPs: (options.clusterIps ?? []).map(address),
    headless: false,
    selector: labels(...(options.selector ?? [`app=${name}`])),
    ports: ports.map(servicePort),
    externalIPs: (options.externalIps ?? []).map(address),
    publishNotReadyAddresses: false,
    loadBalancerSourceRanges: [],
    loadBalancerAddresses: (options.balancerIps ?? []).map((ip) => ({
      ...address(ip),
      proxy: false,
    })),
    ...options.more,
  };
}

function servicePort(text: string): ServiceResource["ports"][number] {
  const [, name, port = "0", protocol, target, nodePort] =
    /^(?:([^:]+):)?(\d+)(?:\/([^>@]+))?(?:>([^@]+))?(?:@(\d+))?$/.exec(text) ?? [];
  const targetPort =
    target === undefined ? undefined : /^\d+$/.test(target) ? Number(target) : target;
  return {
    ...(name === undefined ? {} : { name: located(name) }),
    ...(protocol === undefined ? {} : { protocol: located(protocol) }),
    port: located(Number(port)),
    ...(targetPort === undefined ? {} : { targetPort: located(targetPort) }),
    ...(nodePort === undefined ? {} : { nodePort: located(Number(nodePort)) }),
    at: origin(`port ${text}`),
  };
}

/** An EndpointSlice or Endpoints of `serviceName` with one slice. */
export function endpoints(
  kind: EndpointsResource["kind"],
  id: string,
  serviceName: string | undefined,
  ips: readonly string[],
  ports: readonly { readonly name?: string; readonly number?: number }[],
  managedBy?: string,
): EndpointsResource {
  return {
    kind,
    meta: meta(kind, id),
    ...(serviceName === undefined ? {} : { service: serviceName }),
    ...(managedBy === undefined ? {} : { managedBy }),
    slices: [
      {
        addressType: ips[0]?.includes(":") === true ? "IPv6" : "IPv4",
        endpoints: ips.map((ip) => ({
          address: address(ip),
          ready: true,
          servesTerminating: false,
        })),
        ports: ports.map((port) => ({
          ...(port.name === undefined ? {} : { name: port.name }),
          ...(port.number === undefined ? {} : { number: located(port.number) }),
        })),
        at: origin(`slice of ${id}`),
      },
    ],
  };
}

/** A peer of pods; absent selectors stay absent. */
export function podPeer(
  podSelector: LabelSelector | undefined,
  namespaceSelector?: LabelSelector,
): PeerSpec {
  return {
    kind: "pods",
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    at: origin("peer"),
  };
}

/** A peer of addresses. */
export function blockPeer(cidr: string, ...except: readonly string[]): PeerSpec {
  return { kind: "ipBlock", cidr: block(cidr), except: except.map(block), at: origin("peer") };
}

/** A port of a rule: a number, or a name. */
export function policyPort(port: number | string | undefined, protocol?: string): PolicyPortSpec {
  return {
    ...(port === undefined ? {} : { port: located(port) }),
    ...(protocol === undefined ? {} : { protocol: located(protocol) }),
    at: origin("port"),
  };
}

/** A rule. */
export function rule(
  peers: readonly PeerSpec[] = [],
  ports: readonly PolicyPortSpec[] = [],
): PolicyRuleSpec {
  return { peers, ports, at: origin("rule") };
}

/** What a policy may say. */
export interface PolicyOptions {
  readonly types?: readonly ("Ingress" | "Egress")[];
  readonly ingress?: readonly PolicyRuleSpec[];
  readonly egress?: readonly PolicyRuleSpec[];
}

/** A NetworkPolicy. */
export function networkPolicy(
  id: string,
  podSelector: LabelSelector,
  options: PolicyOptions = {},
): NetworkPolicyResource {
  return {
    kind: "NetworkPolicy",
    meta: meta("NetworkPolicy", id, { apiVersion: "networking.k8s.io/v1" }),
    podSelector,
    policyTypes: (options.types ?? []).map((type) => located(type, `type ${type}`)),
    ...(options.ingress === undefined
      ? {}
      : { ingress: { rules: options.ingress, at: origin("ingress") } }),
    ...(options.egress === undefined
      ? {}
      : { egress: { rules: options.egress, at: origin("egress") } }),
    specAt: origin("spec"),
  };
}

/** An object of a kind that is not modelled. */
export function unmodelled(
  role: UnmodelledResource["role"],
  apiVersion: string,
  kind: string,
  id: string,
  content: Readonly<Record<string, unknown>>,
): UnmodelledResource {
  const own = meta(kind, id, { apiVersion });
  return { kind: "unmodelled", role, meta: own, content, positionOf: () => own.at };
}
