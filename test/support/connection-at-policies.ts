/**
 * Connections at which the policies of a cluster decide: at the edges of the ports and peers of one rule,
 * to or from a pod that its policy isolates.
 */
import fc from "fast-check";
import { type Address, addressSets } from "../../models/base/address.ts";
import type { Connection, EndpointId } from "../../models/base/connection.ts";
import { FAMILIES, HIGHEST_PORT, LOWEST_PORT, type Protocol } from "../../models/base/family.ts";
import { type Cluster, OUTSIDE, type Pod, podEndpoint } from "../../models/kubernetes/cluster.ts";
import { addressesOf, endOf } from "../../models/kubernetes/ends.ts";
import type { Direction, PolicyPort, PolicyRule } from "../../models/kubernetes/policy.ts";
import { selects } from "../../models/kubernetes/selector.ts";
import { connectionNear, edgeAddresses, endpointsOfCluster } from "./cluster-connection-near.ts";

/** A rule of a policy, and a pod that the policy isolates in the rule's direction. */
export interface RuleAtPod {
  readonly direction: Direction;
  readonly rule: PolicyRule;
  readonly pod: Pod;
}

/** Every rule of `cluster` that says something about a pod, with that pod. */
export function rulesAtPods(cluster: Cluster): readonly RuleAtPod[] {
  return cluster.policies.flatMap((policy) =>
    cluster.pods
      .filter(
        (pod) => pod.namespace === policy.namespace && selects(policy.podSelector, pod.labels),
      )
      .flatMap((pod) =>
        policy.isolates.flatMap((direction) =>
          policy[direction].map((rule) => ({ direction, rule, pod })),
        ),
      ),
  );
}

/** A protocol and port at an edge of what `rule` opens. */
export function portAt(
  cluster: Cluster,
  rule: PolicyRule,
): fc.Arbitrary<{ readonly protocol: Protocol; readonly port: number }> {
  const anyProtocol = fc.constantFrom<Protocol>("TCP", "UDP", "SCTP");
  const ports = rule.ports === "any" ? [] : rule.ports;
  if (ports.length === 0) return fc.record({ protocol: anyProtocol, port: fc.constant(80) });
  return fc.constantFrom(...ports).chain((item) =>
    fc.record({
      protocol: fc.oneof({ weight: 4, arbitrary: fc.constant(item.protocol) }, anyProtocol),
      port: fc.constantFrom(...edgesOf(cluster, item)),
    }),
  );
}

function edgesOf(cluster: Cluster, { port, endPort }: PolicyPort): readonly number[] {
  const declared = cluster.pods.flatMap((pod) => pod.containers.flatMap((c) => c.ports));
  const ends =
    typeof port === "number"
      ? [port, endPort ?? port]
      : declared.filter((p) => p.name === port).map((p) => p.number);
  const edges = ends.flatMap((end) => [end, end, end - 1, end + 1]);
  const valid = edges.filter((p) => p >= LOWEST_PORT && p <= HIGHEST_PORT);
  return valid.length === 0 ? [80] : valid;
}

/** A connection at an edge of a rule, or, where no rule says anything, any near `cluster`. */
export function connectionAtPolicies(cluster: Cluster): fc.Arbitrary<Connection> {
  const places = rulesAtPods(cluster).filter(({ pod }) => !pod.hostNetwork);
  if (places.length === 0) return connectionNear(cluster);
  const everyone = endpointsOfCluster(cluster);
  return fc
    .tuple(fc.constantFrom(...places), fc.constantFrom(...everyone), fc.nat(), fc.nat())
    .chain(([{ direction, rule, pod }, other, which, edge]) =>
      portAt(cluster, rule).map(({ protocol, port }) => {
        const [from, to] =
          direction === "ingress" ? [other, podEndpoint(pod)] : [podEndpoint(pod), other];
        return connection(cluster, from, to, protocol, port, which, edge);
      }),
    )
    .chain((found) => (found === undefined ? connectionNear(cluster) : fc.constant(found)));
}

function connection(
  cluster: Cluster,
  from: EndpointId,
  to: EndpointId,
  protocol: Protocol,
  port: number,
  which: number,
  edge: number,
): Connection | undefined {
  const pairs = FAMILIES.flatMap((family) => {
    const source = addressOf(cluster, from, family, edge);
    const destination = addressOf(cluster, to, family, edge);
    return source === undefined || destination === undefined ? [] : [{ source, destination }];
  });
  const pair = pairs[which % pairs.length];
  if (pair === undefined) return undefined;
  return {
    from,
    family: pair.source.family,
    protocol,
    source: pair.source.bits,
    sourcePort: 40_000,
    destination: pair.destination.bits,
    destinationPort: port,
  };
}

/** The address of `end`; of several (the outside) one at the edge of something that is mentioned. */
function addressOf(
  cluster: Cluster,
  end: EndpointId,
  family: Address["family"],
  edge: number,
): Address | undefined {
  const own = addressesOf(cluster, endOf(cluster, end));
  if (end !== OUTSIDE) return own[family].map(([bits]) => ({ family, bits }))[0];
  const found = edgeAddresses(cluster, family).filter((a) => addressSets.contains(own, a));
  return found[edge % found.length];
}
