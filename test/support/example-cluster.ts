/**
 * The cluster that the unit examples of the documentation's rules are about, and questions to it.
 *
 * Two nodes, n1 and n2; `shop/web` and `ops/agent` on n1, `shop/api` on n2, `ops/exporter` on the network
 * of n1. Namespaces have a label `team` with their own name. Everything can reach everything: each example
 * adds the policies or services that it is about.
 */
import { addressSets } from "../../models/base/address.ts";
import { type Outcome, outcomeKey } from "../../models/base/connection.ts";
import type { Protocol } from "../../models/base/family.ts";
import { admits } from "../../models/kubernetes/admits.ts";
import type { Cluster, Pod, Service } from "../../models/kubernetes/cluster.ts";
import { addressesOf, endOf } from "../../models/kubernetes/ends.ts";
import type {
  Direction,
  NetworkPolicy,
  Peer,
  PolicyPort,
  PolicyRule,
} from "../../models/kubernetes/policy.ts";
import { DEFAULT_PROFILE, type Profile } from "../../models/kubernetes/profile.ts";
import type { LabelSelector, SelectorExpression } from "../../models/kubernetes/selector.ts";
import { formatAddress } from "../../src/base/ip.ts";
import { SOMEWHERE, address, pod, prefix, service, smallCluster } from "./small-cluster.ts";

/** Addresses of the example cluster, so that examples read like sentences. */
export const WEB = "10.244.0.10";
export const API = "10.244.1.10";
export const AGENT = "10.244.0.20";
export const NODE1 = "172.18.0.2";
export const NODE2 = "172.18.0.3";
export const INTERNET = "203.0.113.9";

const IPV6: Readonly<Record<string, string>> = {
  [WEB]: "fd00:244::10",
  [API]: "fd00:244:0:1::10",
  [AGENT]: "fd00:244::20",
  [NODE1]: "fd00:18::2",
  [NODE2]: "fd00:18::3",
};

/** The IPv6 address that goes with an IPv4 address of the example cluster. */
export function v6(text: string): string {
  const found = IPV6[text];
  if (found === undefined) throw new Error(`${text} has no partner`);
  return found;
}

const both = (text: string): readonly string[] => [text, v6(text)];

/** The pods of the example cluster. */
export const PODS: readonly Pod[] = [
  pod("ops/agent", both(AGENT), { labels: { app: "agent" } }),
  pod("ops/exporter", both(NODE1), {
    labels: { app: "exporter" },
    hostNetwork: true,
    ports: { metrics: 9100 },
  }),
  {
    ...pod("shop/api", both(API), { labels: { app: "api" }, ports: { http: 8080, metrics: 9090 } }),
    node: "n2",
  },
  pod("shop/web", both(WEB), { labels: { app: "web" }, ports: { http: 80 } }),
];

/** The example cluster with further parts, or other ones in their place. */
export function exampleCluster(parts: Partial<Cluster> = {}): Cluster {
  const base = smallCluster(PODS, [], { ops: { team: "ops" }, shop: { team: "shop" } });
  const node = (name: string, text: string) => ({
    name,
    labels: new Map<string, string>(),
    addresses: both(text).map(address),
    podCidrs: [],
  });
  return {
    ...base,
    nodes: [node("n1", NODE1), node("n2", NODE2)],
    podCidrs: [prefix("10.244.0.0/16"), prefix("fd00:244::/48")],
    serviceCidrs: [prefix("10.96.0.0/12"), prefix("fd00:96::/112")],
    ...parts,
  };
}

/** The example pod with `id`, changed. */
export function changed(id: string, parts: Partial<Pod>): readonly Pod[] {
  return PODS.map((p) => (`${p.namespace}/${p.name}` === id ? { ...p, ...parts } : p));
}

/** A service that selects `app: NAME` of its namespace: `port` leads to `target`. */
export function example(
  id: string,
  addresses: readonly string[],
  port: number,
  target: number | string,
  parts: Partial<Service> = {},
): Service {
  const base = service(id, addresses, { main: port });
  return { ...base, ports: base.ports.map((p) => ({ ...p, target })), ...parts };
}

/** A selector of equalities and expressions. */
export function selector(
  labels: Readonly<Record<string, string>> = {},
  ...matchExpressions: readonly SelectorExpression[]
): LabelSelector {
  return { matchLabels: new Map(Object.entries(labels)), matchExpressions };
}

/** A policy of `namespace` that selects `app: NAME`, or every pod when `app` is "*". */
export function policy(
  namespace: string,
  app: string,
  isolates: readonly Direction[],
  rules: Partial<Record<Direction, readonly PolicyRule[]>> = {},
): NetworkPolicy {
  return {
    namespace,
    name: `${app}-${isolates.join("-")}`,
    podSelector: app === "*" ? selector() : selector({ app }),
    isolates,
    ingress: rules.ingress ?? [],
    egress: rules.egress ?? [],
    origin: SOMEWHERE,
    isolationOrigin: { ingress: SOMEWHERE, egress: SOMEWHERE },
  };
}

/** A rule with these peers and ports. */
export function rule(
  peers: readonly Peer[] | "any" = "any",
  ports: readonly PolicyPort[] | "any" = "any",
): PolicyRule {
  return { peers, ports, origin: SOMEWHERE };
}

/** A label peer. */
export function pods(podSelector?: LabelSelector, namespaceSelector?: LabelSelector): Peer {
  return {
    kind: "pods",
    ...(podSelector === undefined ? {} : { podSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    origin: SOMEWHERE,
  };
}

/** An ipBlock with exceptions. */
export function block(cidr: string, ...except: readonly string[]): Peer {
  return { kind: "ipBlock", cidr: prefix(cidr), except: except.map(prefix), origin: SOMEWHERE };
}

/** Ports of one protocol: all of them, one, a range, or a name. */
export function ports(protocol: Protocol, port?: number | string, endPort?: number): PolicyPort {
  return {
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(endPort === undefined ? {} : { endPort }),
    origin: SOMEWHERE,
  };
}

/** How a question differs from: TCP, the default profile, the sender's first address of the family. */
export interface Question {
  readonly protocol?: Protocol;
  readonly profile?: Partial<Profile>;
  readonly source?: string;
}

/** The outcomes of a connection of `from` to `to` and `port`. */
export function ask(
  cluster: Cluster,
  from: string,
  to: string,
  port: number,
  { protocol = "TCP", profile, source }: Question = {},
): readonly Outcome[] {
  const destination = address(to);
  const { family } = destination;
  const own = addressesOf(cluster, endOf(cluster, from))[family][0]?.[0];
  const bits = source === undefined ? (own ?? 0n) : address(source).bits;
  return admits(
    cluster,
    { ...DEFAULT_PROFILE, ...profile },
    {
      from,
      family,
      protocol,
      source: bits,
      sourcePort: 40_000,
      destination: destination.bits,
      destinationPort: port,
    },
  );
}

/** As `ask`, each outcome in words: fate, receiver, candidate, and the source where one is seen. */
export function told(...question: Parameters<typeof ask>): readonly string[] {
  return ask(...question).map(({ fate, to, candidate, port, sourceSeen }) => {
    const at = `${formatAddress(candidate)} ${String(port)}`;
    const seen = sourceSeen === undefined ? "" : ` from ${formatAddress(sourceSeen)}`;
    return fate === "delivered" ? `${to ?? "?"} at ${at}${seen}` : `${fate} at ${at}`;
  });
}

/** As `ask`, when there is one outcome: its fate. */
export function fate(...question: Parameters<typeof ask>): string {
  const [only, ...more] = ask(...question);
  if (only === undefined || more.length > 0) throw new Error("expected exactly one outcome");
  return only.fate;
}

/** A frontend that is not modelled, at one TCP port of `addresses`. */
export function frontend(addresses: readonly string[], port: number): Cluster["frontends"][number] {
  return {
    addresses: addressSets.ofAddresses(addresses.map(address)),
    protocol: "TCP",
    ports: [[port, port]],
    code: "NQ2001",
    text: "a frontend",
    origin: SOMEWHERE,
  };
}

/** The outcome in canonical text, for comparing two questions. */
export function keysOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map(outcomeKey).sort();
}
