/**
 * Laws of the bounds. What the least network delivers, the assumed one does; what that delivers, the most
 * does. Every cluster that the input could as well describe lies between them, for connections that are
 * named by their ends: two pods, a node and a pod, a pod and a service. (A port of a node's address that
 * some host-network pod declares is that pod's wherever it runs: it is asked by the pod's name.)
 */
import fc from "fast-check";
import { type Address, addressSets } from "../../../models/base/address.ts";
import { type Connection, outcomeKey } from "../../../models/base/connection.ts";
import { FAMILIES, type Family, type Protocol } from "../../../models/base/family.ts";
import {
  type Cluster,
  OUTSIDE,
  type Pod,
  nodeEndpoint,
  podEndpoint,
  podId,
  ownAddressesOf,
} from "../../../models/kubernetes/cluster.ts";
import { outsideAddresses } from "../../../models/kubernetes/ends.ts";
import type { Profile } from "../../../models/kubernetes/profile.ts";
import { NO_UNKNOWNS, type Unknowns } from "../../../models/kubernetes/unknowns.ts";
import { outcomes } from "../../../models/network/connection.ts";
import { type Network, sends } from "../../../models/network/network.ts";
import { faults } from "../../../models/network/well-formed.ts";
import { compile } from "../../../src/compile/compile.ts";
import { clusterArbitrary } from "../../support/cluster-arbitrary.ts";
import { SMALL_CLUSTERS } from "../../support/cluster-settings.ts";
import { connectionNear, edgePorts } from "../../support/cluster-connection-near.ts";
import { connectionAtPolicies, portAt, rulesAtPods } from "../../support/connection-at-policies.ts";
import { profileArbitrary } from "../../support/cluster-profile-arbitrary.ts";
import { assumableSides, unknownsArbitrary } from "../../support/cluster-unknowns-arbitrary.ts";
import { concretisationArbitrary } from "../../support/concretisation.ts";
import { describable } from "../../support/describable.ts";
import type { LawOptions } from "../../support/mutate.ts";

/** @throws when a law of the bounds has a counterexample */
export function check(options: LawOptions): void {
  fc.assert(
    fc.property(cases, ({ nestedCase, betweenCase }) => {
      nested(nestedCase);
      between(betweenCase);
    }),
    options,
  );
  const fewer = { ...options, numRuns: Math.ceil(options.numRuns / 4) };
  fc.assert(fc.property(settledCases, settled), fewer);
}

const anyProfile: fc.Arbitrary<Profile> = fc
  .tuple(profileArbitrary(), fc.constantFrom<Profile["hostNetworkPods"]>("ignored", "undecided"))
  .map(([profile, hostNetworkPods]) => ({ ...profile, hostNetworkPods }));

interface Open {
  readonly cluster: Cluster;
  readonly profile: Profile;
  readonly unknowns: Unknowns;
}

function openArbitrary(
  clusters: fc.Arbitrary<Cluster>,
  profiles: fc.Arbitrary<Profile>,
): fc.Arbitrary<Open> {
  return fc
    .tuple(clusters, profiles)
    .chain(([cluster, profile]) =>
      fc
        .oneof(unknownsArbitrary(cluster), fc.constant(everythingOpen(cluster)))
        .map((unknowns) => ({ cluster: describable(cluster, unknowns), profile, unknowns })),
    );
}

/** What bare manifests leave open. */
function everythingOpen(cluster: Cluster): Unknowns {
  const ownNetwork = cluster.pods.filter((pod) => !pod.hostNetwork);
  const undefinedOnes = cluster.namespaces.filter((n) => n.origin === undefined);
  return {
    podAddresses: new Set(ownNetwork.map(podId)),
    nodeAddresses: new Set(cluster.nodes.map((node) => node.name)),
    innerAddresses: assumableSides(cluster),
    placements: new Set(cluster.pods.map(podId)),
    namespaceLabels: new Set(undefinedOnes.map((namespace) => namespace.name)),
    footprints: [],
  };
}

const nestedCases = openArbitrary(clusterArbitrary(), anyProfile).chain((open) =>
  fc
    .array(fc.oneof(connectionNear(open.cluster), connectionAtPolicies(open.cluster)), {
      minLength: 1,
      maxLength: 8,
      size: "max",
    })
    .map((connections) => ({ ...open, connections })),
);

/** Least within assumed within most, and all three are networks. */
function nested({
  cluster,
  profile,
  unknowns,
  connections,
}: Open & { readonly connections: readonly Connection[] }): void {
  const [least, assumed, most] = (["least", "assumed", "most"] as const).map((bound) => {
    const network = compile(cluster, profile, unknowns, bound);
    must(faults(network).length === 0, `${bound} is no network`);
    return network;
  });
  if (least === undefined || assumed === undefined || most === undefined) return;
  for (const connection of connections) {
    const [low, middle, high] = [least, assumed, most].map((n) => deliveries(n, connection));
    must(isWithin(low, middle), `least within assumed: ${JSON.stringify(low)}`);
    must(isWithin(middle, high), `assumed within most: ${JSON.stringify(middle)}`);
  }
}

function deliveries(network: Network, { from, ...header }: Connection): ReadonlySet<string> {
  const senders = [...network.processes.values()].filter(
    (process) => process.endpoint === from && sends(process, header),
  );
  return new Set(
    senders.flatMap((process) =>
      outcomes(network, { from: process.id, header })
        .filter((outcome) => outcome.fate === "delivered")
        .map((outcome) => `${process.id} ${outcomeKey(outcome)}`),
    ),
  );
}

/** A connection that is named by its ends. */
interface Named {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Slices and frontends name addresses, and not whom they mean: this law leaves them out. */
const namedClusters = clusterArbitrary({
  ...SMALL_CLUSTERS,
  servicesMax: 1,
  policiesMax: 4,
  frontendsMax: 0,
}).map(
  (cluster): Cluster => ({
    ...cluster,
    services: cluster.services.map((service) => ({ ...service, slices: [] })),
  }),
);

const betweenCases = openArbitrary(namedClusters, profileArbitrary()).chain((open) =>
  concretisationArbitrary(open.cluster, open.unknowns).chain((other) =>
    fc
      .array(namedArbitrary(open.cluster), { minLength: 1, maxLength: 16, size: "max" })
      .map((connections) => ({ ...open, other, connections })),
  ),
);

function namedArbitrary(cluster: Cluster): fc.Arbitrary<Named> {
  const pods = cluster.pods.map(podEndpoint);
  const nodes = cluster.nodes.map(nodeEndpoint);
  const services = cluster.services.flatMap((service) =>
    service.ports.map(({ protocol, port }) => ({
      to: `svc:${service.namespace}/${service.name}`,
      protocol,
      port,
    })),
  );
  const declared = cluster.pods.flatMap((pod) =>
    pod.containers.flatMap((c) =>
      c.ports.map(({ protocol, number }) => ({ to: podEndpoint(pod), protocol, port: number })),
    ),
  );
  const anything = fc.record({
    to: fc.constantFrom(...pods, ...nodes, OUTSIDE),
    protocol: fc.constantFrom<Protocol>("TCP", "TCP", "UDP", "SCTP"),
    port: fc.constantFrom(...edgePorts(cluster)),
  });
  const offered = [...services, ...services, ...declared];
  const target = offered.length === 0 ? anything : fc.oneof(anything, fc.constantFrom(...offered));
  const everyone = fc.constantFrom(...pods, ...nodes, OUTSIDE);
  const any = fc
    .tuple(everyone, target)
    .map(([from, { to, protocol, port }]) => ({ from, to, protocol, port }));
  const places = rulesAtPods(cluster);
  if (places.length === 0) return any;
  const judged = fc
    .tuple(
      fc.constantFrom(...places),
      fc.oneof(everyone, { weight: 2, arbitrary: fc.constantFrom(...pods) }),
    )
    .chain(([{ direction, rule, pod }, other]) => {
      const own = podEndpoint(pod);
      const ends = direction === "ingress" ? { from: other, to: own } : { from: own, to: other };
      return portAt(cluster, rule).map((port) => ({ ...ends, ...port }));
    });
  return fc.oneof(any, { weight: 3, arbitrary: judged });
}

/** What another cluster, as likely as the assumed one, delivers lies between least and most. */
function between({
  cluster,
  profile,
  unknowns,
  other,
  connections,
}: Open & { readonly other: Cluster; readonly connections: readonly Named[] }): void {
  const least = compile(cluster, profile, unknowns, "least");
  const most = compile(cluster, profile, unknowns, "most");
  const real = compile(other, profile);
  const outside = addressSets.intersect(outsideAddresses(cluster), outsideAddresses(other));
  for (const named of connections.filter((n) => isTellable(cluster, n))) {
    for (const family of FAMILIES) {
      const here = reached(least, cluster, named, family, outside);
      const there = reached(real, other, named, family, outside);
      const perhaps = reached(most, cluster, named, family, outside);
      if (here === undefined || there === undefined || perhaps === undefined) continue;
      const what = `${named.from} to ${named.to} ${named.protocol} ${String(named.port)} ${family}`;
      must(isWithin(here, there), `${what}: certain, but not so in another cluster`);
      must(isWithin(there, perhaps), `${what}: impossible, but so in another cluster`);
    }
  }
}

/**
 * Whether who listens at the called end is the same wherever host-network pods run: no two of them declare
 * the port, and of a node no port is asked that some of them declares.
 */
function isTellable(cluster: Cluster, { to, protocol, port }: Named): boolean {
  const claimants = cluster.pods.filter((pod) => pod.hostNetwork && declares(pod, protocol, port));
  if (to.startsWith("node:")) return claimants.length === 0;
  return claimants.length <= 1;
}

function declares(pod: Pod, protocol: Protocol, port: number): boolean {
  return pod.containers.some((container) =>
    container.ports.some((p) => p.protocol === protocol && p.number === port),
  );
}

/**
 * Whom `named` reaches in `network`, the network of `cluster`, of those that the law speaks about; undefined
 * where an end has no address of `family` (that of a host-network pod depends on its node).
 */
function reached(
  network: Network,
  cluster: Cluster,
  named: Named,
  family: Family,
  outside: ReturnType<typeof outsideAddresses>,
): ReadonlySet<string> | undefined {
  const { from, to, protocol, port } = named;
  const source = addressOfEnd(cluster, from, family, outside, 0);
  const destination = addressOfEnd(cluster, to, family, outside, 1);
  const process = [...network.processes.values()].find((p) => p.endpoint === from);
  if (source === undefined || destination === undefined || process === undefined) {
    return undefined;
  }
  const header = {
    family,
    protocol,
    source: source.bits,
    sourcePort: 40_000,
    destination: destination.bits,
    destinationPort: port,
  };
  const receivers = outcomes(network, { from: process.id, header })
    .filter((outcome) => outcome.fate === "delivered")
    .map((outcome) => outcome.to ?? "");
  const ownNetwork = new Set(cluster.pods.filter((p) => !p.hostNetwork).map(podEndpoint));
  return new Set(receivers.filter((r) => (to.startsWith("svc:") ? ownNetwork.has(r) : r === to)));
}

function addressOfEnd(
  cluster: Cluster,
  end: string,
  family: Family,
  outside: ReturnType<typeof outsideAddresses>,
  which: number,
): Address | undefined {
  if (end === OUTSIDE) {
    const interval = outside[family].at(which);
    return interval === undefined ? undefined : { family, bits: interval[0] };
  }
  const owners = [
    ...cluster.pods.map((pod) => ({ id: podEndpoint(pod), addresses: pod.addresses })),
    ...cluster.nodes.map((node) => ({ id: nodeEndpoint(node), addresses: ownAddressesOf(node) })),
    ...cluster.services.map((s) => ({
      id: `svc:${s.namespace}/${s.name}`,
      addresses: s.addresses,
    })),
  ];
  return owners.find((o) => o.id === end)?.addresses.find((a) => a.family === family);
}

const cases = fc.record({ nestedCase: nestedCases, betweenCase: betweenCases });

const settledCases = openArbitrary(clusterArbitrary(), profileArbitrary());

/** Where nothing is open, or no policy reads what is open, the three networks are the same. */
function settled({ cluster, profile, unknowns }: Open): void {
  const same = (c: Cluster, u: Unknowns): boolean => {
    const assumed = textOf(compile(c, profile));
    return (["least", "most"] as const).every(
      (bound) => textOf(compile(c, profile, u, bound)) === assumed,
    );
  };
  must(same(cluster, NO_UNKNOWNS), "nothing is open, but the networks differ");
  // Where only some nodes have an address of a family, the gateway reads on which node a pod is.
  const families = cluster.nodes.map(({ addresses }) => addresses.map((a) => a.family).join());
  const placements = new Set(families).size > 1 ? new Set<string>() : unknowns.placements;
  must(
    same({ ...cluster, policies: [] }, { ...unknowns, placements, footprints: [] }),
    "no policy reads what is open, but the networks differ",
  );
}

function textOf(network: Network): string {
  return JSON.stringify(network, (_key, value: unknown) =>
    typeof value === "bigint" ? `${String(value)}n` : value instanceof Map ? [...value] : value,
  );
}

function isWithin(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  return a !== undefined && b !== undefined && [...a].every((member) => b.has(member));
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
