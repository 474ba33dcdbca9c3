/**
 * Services as destination translation, at every place where packets enter a node. Also where frontends
 * that are not modelled end a packet: before egress policy is asked, since it would be asked about the
 * translated destination.
 */
import { type Address, type AddressSet, addressSets } from "../../models/base/address.ts";
import { portSets } from "../../models/base/interval-set.ts";
import type { Protocol } from "../../models/base/family.ts";
import type { Hook } from "../../models/network/fib.ts";
import { once } from "../base/memo.ts";
import { inherent } from "./because.ts";
import type { HookRule } from "./bounds.ts";
import { endpointsOf } from "./endpoints.ts";
import { frontendRules, frontendsBehind, loopbackRules } from "./frontends.ts";
import type { Ground, Place } from "./ground.ts";
import { hostPortRules } from "./host-ports.ts";
import type { Entry } from "./proxy-clients.ts";
import {
  type Frontend,
  type ProxyRules,
  calledNumber,
  hasSeveral,
  isEverywhereTheSame,
  loopbackFrontends,
  nodeFrontends,
  proxyRules,
  virtualFrontends,
} from "./proxy-rules.ts";

/** The hooks of services: before egress policy and after it. A hook without rules is left out. */
export interface ServiceHooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** The hooks of services for what enters a node by one kind of way; without its node ports if so asked. */
export type ServiceProxy = (
  place: Place,
  entry: Entry,
  without?: "without node ports",
) => ServiceHooks;

const OTHERWISE = "no service has this address and port";

/** A frontend with its rules. */
interface Published {
  readonly frontend: Frontend;
  readonly made: ProxyRules;
}

/**
 * The hooks of all services and frontends. What is the same on every node is one table for the whole
 * network, met before that of the node, wherever that makes no difference.
 *
 * @source https://kubernetes.io/docs/reference/networking/virtual-ips/ (v1.34; S4.1, S4.2, S4.10, S4.12)
 */
export function serviceProxy(ground: Ground): ServiceProxy {
  const virtual = ground.cluster.services.flatMap(virtualFrontends);
  const unmodelled = frontendRules(ground);
  const commonTables = new Map<string, CommonTables>();
  const targets = once(() => targetsOf(ground, virtual));
  const known = new Map<string, ServiceHooks>();
  const inside = (place: Place, entry: Entry, isWhole: boolean): ServiceHooks => {
    const all = [...virtual, ...(isWhole ? nodeFrontends(ground, place) : [])];
    const shares = all.filter((f) => isEverywhereTheSame(ground, f));
    const own = all.filter((f) => !isEverywhereTheSame(ground, f));
    const key = clientKey(ground, place, entry, targets);
    const common = commonTablesOf(commonTables, key, ground, place, entry, shares, unmodelled);
    if (own.length === 0) return common.alone;
    const publish = (frontend: Frontend): Published => ({
      frontend,
      made: proxyRules(ground, place, entry, frontend),
    });
    const ownRules = own.map(publish);
    const split = !interplay(common.shared, ownRules, unmodelled);
    const first = split ? [common.shared, ownRules] : [all.map(publish)];
    const published = first.flat();
    const tables = first.map((list) => list.flatMap(({ made }) => made.rules));
    const last = tables.length - 1;
    return {
      before: tables.flatMap((rules, i) =>
        i === 0 && split
          ? common.hook
          : hook("dnat", i === last ? [...rules, ...unmodelled] : rules, OTHERWISE),
      ),
      after: lateHooks(ground, published),
    };
  };
  const arriving = (place: Place, entry: Entry): ServiceHooks => {
    // What a node lets pass without refusing it may be published at the address of a pod.
    const owned = ({ kind, address }: Frontend): boolean =>
      addressSets.contains(place.own, address) ||
      (kind !== "cluster" && addressSets.contains(place.podAddresses, address));
    const reached = [...virtual, ...nodeFrontends(ground, place)].filter(
      (f) => owned(f) || (entry === "outside" && f.kind !== "cluster"),
    );
    const published = reached.map((frontend) => ({
      frontend,
      made: proxyRules(ground, place, entry, frontend),
    }));
    return {
      before: hook(
        "dnat",
        [...martianRules(ground, place), ...published.flatMap(({ made }) => made.rules)],
        OTHERWISE,
      ),
      after: lateHooks(ground, published),
    };
  };
  return (place, entry, without) => {
    const key = `${entry} ${place.node.name} ${without ?? ""}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const isFirst = entry === "pods" || entry === "host";
    const services = isFirst ? inside(place, entry, without === undefined) : arriving(place, entry);
    const mapped = without === undefined ? hostPortRules(ground, place) : [];
    const made = withHostPorts(services, ground, mapped);
    // Loopback comes last: what it leads to is translated no more.
    const own = entry === "host" ? joined(made, atLoopback(ground, place)) : made;
    known.set(key, own);
    return own;
  };
}

/**
 * A node takes no IPv4 packet from elsewhere that has the node's own address as its source. Such packets
 * come back from nodes that translate without masquerading, so only where something is published.
 *
 * @source https://docs.kernel.org/networking/ip-sysctl.html (accept_local: off unless it is set)
 */
function martianRules({ cluster }: Ground, place: Place): readonly HookRule[] {
  const isPublishing = cluster.services.some(
    ({ ports, externalAddresses = [], balancer }) =>
      ports.some((port) => port.nodePort !== undefined) ||
      externalAddresses.length > 0 ||
      (balancer?.addresses ?? []).length > 0,
  );
  const sources = addressSets.onlyFamily(place.own, "IPv4");
  if (!isPublishing || addressSets.isEmpty(sources)) return [];
  const because = inherent(
    `${place.node.name} takes no packet from elsewhere that has its own address as the source`,
  );
  return [{ match: { sources }, action: { kind: "discard", reason: "filtered" }, because }];
}

/** What a node's own processes meet at loopback. */
function atLoopback(ground: Ground, place: Place): ServiceHooks {
  const published = loopbackFrontends(ground, place).map((frontend) => ({
    frontend,
    made: proxyRules(ground, place, "host", frontend),
  }));
  const rules = published.flatMap(({ made }) => made.rules);
  return {
    before: hook("dnat", [...rules, ...loopbackRules(ground)], OTHERWISE),
    after: lateHooks(ground, published),
  };
}

function joined(first: ServiceHooks, second: ServiceHooks): ServiceHooks {
  return {
    before: [...first.before, ...second.before],
    after: [...first.after, ...second.after],
  };
}

/** Host ports are looked at last. They share nothing with services, so that a table of their own will do. */
function withHostPorts(
  services: ServiceHooks,
  ground: Ground,
  rules: readonly HookRule[],
): ServiceHooks {
  if (rules.length === 0) return services;
  return {
    before: [...services.before, ...hook("dnat", rules, "no host port")],
    after: [
      ...services.after,
      ...hook("frontend", frontendsBehind(ground, rules), "not a frontend that is not modelled"),
    ],
  };
}

/** What is the same on every node, for one way of entering and one manner of taking sources for pods. */
interface CommonTables {
  readonly shared: readonly Published[];
  readonly hook: readonly Hook[];
  /** The hooks where there is nothing else. */
  readonly alone: ServiceHooks;
}

function commonTablesOf(
  known: Map<string, CommonTables>,
  key: string,
  ground: Ground,
  place: Place,
  entry: Entry,
  shares: readonly Frontend[],
  unmodelled: readonly HookRule[],
): CommonTables {
  const before = known.get(key);
  if (before !== undefined) return before;
  const shared = shares.map((frontend) => ({
    frontend,
    made: proxyRules(ground, place, entry, frontend),
  }));
  const rules = shared.flatMap(({ made }) => made.rules);
  const made: CommonTables = {
    shared,
    hook: hook("dnat", rules, OTHERWISE),
    alone: {
      before: hook("dnat", [...rules, ...unmodelled], OTHERWISE),
      after: lateHooks(ground, shared),
    },
  };
  known.set(key, made);
  return made;
}

/**
 * Equal only for nodes and ways of entering at which all frontends that are the same everywhere treat every
 * client alike. Which clients there are differs from node to node only where their addresses are unusual; and
 * a node's own packets need no masquerade, like those of pods, unless it has several addresses.
 */
function clientKey(ground: Ground, place: Place, entry: Entry, targets: () => AddressSet): string {
  const { masqueradeAll, detectLocalMode } = ground.profile;
  const isChoosing = entry === "host" && hasSeveral(place);
  // Its own addresses decide where it is led back to itself.
  if (isChoosing && !addressSets.isEmpty(addressSets.intersect(place.own, targets()))) {
    return `${entry} ${place.node.name}`;
  }
  // What it has towards pods is taken for a pod's.
  const chooser = addressSets.isEmpty(place.inner) ? "chooses" : "chooses as a pod";
  const way = isChoosing ? `${entry} that ${chooser}` : masqueradeAll ? entry : "";
  if (detectLocalMode !== "ClusterCIDR") return way;
  const blocks = addressSets.ofPrefixes(ground.cluster.podCidrs);
  const isApart = (set: AddressSet): boolean =>
    addressSets.isEmpty(addressSets.intersect(set, blocks));
  const isWithin = (set: AddressSet): boolean =>
    addressSets.isEmpty(addressSets.subtract(set, blocks));
  const isUsual =
    entry === "pods" ? isWithin(place.podAddresses) : isApart(place.known) && isWithin(place.inner);
  return isUsual ? way : `${entry} ${place.node.name}`;
}

/** The addresses to which those of `frontends` lead that are the same on every node. */
function targetsOf(ground: Ground, frontends: readonly Frontend[]): AddressSet {
  return addressSets.ofAddresses(
    frontends
      .filter((frontend) => isEverywhereTheSame(ground, frontend))
      .flatMap(({ service, port, address }) =>
        endpointsOf(ground, service, port, address.family).map((endpoint) => endpoint.address),
      ),
  );
}

function lateHooks(ground: Ground, published: readonly Published[]): readonly Hook[] {
  const rules = published.flatMap(({ made }) => made.rules);
  const late = published.flatMap(({ made }) => made.late);
  return [
    ...hook("reject", late, "not a service port without endpoints"),
    ...hook("frontend", frontendsBehind(ground, rules), "not a frontend that is not modelled"),
  ];
}

/**
 * Whether it makes a difference that a packet meets the `shared` rules first and then those of the node:
 * they take the same address and port, or one leads to what another takes.
 */
function interplay(
  shared: readonly Published[],
  own: readonly Published[],
  unmodelled: readonly HookRule[],
): boolean {
  const key = (address: Address, protocol: Protocol, port: number): string =>
    `${address.family} ${String(address.bits)} ${protocol} ${String(port)}`;
  const taken = new Set(
    own.map(({ frontend: f }) => key(f.address, f.port.protocol, calledNumber(f))),
  );
  const isUnmodelled = (address: Address, protocol: Protocol, port: number): boolean =>
    unmodelled.some(
      ({ match }) =>
        match.protocols?.includes(protocol) === true &&
        match.destinations !== undefined &&
        addressSets.contains(match.destinations, address) &&
        match.destinationPorts !== undefined &&
        portSets.contains(match.destinationPorts, port),
    );
  return shared.some(({ frontend: { address, port }, made }) => {
    if (made.late.length > 0 || taken.has(key(address, port.protocol, port.port))) return true;
    return made.rules.some(
      ({ action }) =>
        action.kind === "translate" &&
        action.rewrites.some(
          ({ destination, destinationPort = 0 }) =>
            destination !== undefined &&
            (taken.has(key(destination, port.protocol, destinationPort)) ||
              isUnmodelled(destination, port.protocol, destinationPort)),
        ),
    );
  });
}

function hook(stage: string, rules: readonly HookRule[], otherwise: string): readonly Hook[] {
  if (rules.length === 0) return [];
  const pass = { action: { kind: "pass" }, because: inherent(otherwise) } as const;
  return [{ stage, rules, otherwise: pass }];
}
