/**
 * Generated unknowns of a given cluster.
 */
import fc from "fast-check";
import { addressSets } from "../../models/base/address.ts";
import {
  type Cluster,
  type Node,
  innerAddressesOf,
  podId,
} from "../../models/kubernetes/cluster.ts";
import type { Footprint, FootprintEffect, Unknowns } from "../../models/kubernetes/unknowns.ts";
import { originOf } from "./cluster-vocabulary.ts";

function subset(items: readonly string[]): fc.Arbitrary<ReadonlySet<string>> {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(new Set<string>()) },
    { weight: 1, arbitrary: fc.subarray([...items]).map((chosen) => new Set(chosen)) },
  );
}

function footprintArbitrary(pods: readonly string[]): fc.Arbitrary<Footprint> {
  const effect = fc.constantFrom<FootprintEffect>("any", "narrow");
  const directions = fc.record({ ingress: effect, egress: effect }, { requiredKeys: [] });
  return fc
    .record({ chosen: fc.subarray([...pods], { minLength: 1 }), effect: directions, id: fc.nat(9) })
    .map(({ chosen, effect: found, id }) => {
      const object = `alpha/AdminNetworkPolicy/f${String(id)}`;
      return {
        code: "NQ2001",
        object,
        origin: originOf(object),
        pods: new Set(chosen),
        effect: found,
      };
    });
}

/** The nodes whose addresses towards pods could be assumed: those are in the node's block, and no host port's. */
export function assumableSides(cluster: Cluster): ReadonlySet<string> {
  const isAssumable = (node: Node): boolean => {
    const block = addressSets.ofPrefixes(node.podCidrs);
    return innerAddressesOf(node).every((address) => addressSets.contains(block, address));
  };
  return new Set(
    unnamedNodes(cluster)
      .filter(isAssumable)
      .map((node) => node.name),
  );
}

/** The nodes of which no host port names an address: nobody knows one that is assumed. */
function unnamedNodes(cluster: Cluster): readonly Node[] {
  return cluster.nodes.filter(
    ({ name }) =>
      !cluster.pods.some(
        (pod) => pod.node === name && pod.hostPorts?.some(({ address }) => address !== undefined),
      ),
  );
}

/**
 * What could be open about `cluster`: addresses and placements of pods with a network of their own,
 * addresses of nodes, labels of namespaces of which only the name is known, and footprints.
 */
export function unknownsArbitrary(cluster: Cluster): fc.Arbitrary<Unknowns> {
  const own = cluster.pods.filter((pod) => !pod.hostNetwork).map(podId);
  const all = cluster.pods.map(podId);
  // Host ports are known only of pods whose node is.
  const movable = cluster.pods.filter(({ hostPorts }) => hostPorts === undefined).map(podId);
  const nodes = unnamedNodes(cluster);
  const nameless = cluster.namespaces.filter((n) => n.labels.size === 1).map((n) => n.name);
  return fc.record({
    podAddresses: subset(own),
    nodeAddresses: subset(nodes.map((node) => node.name)),
    innerAddresses: subset([...assumableSides(cluster)]),
    placements: subset(movable),
    namespaceLabels: subset(nameless),
    footprints:
      all.length === 0
        ? fc.constant([])
        : fc.oneof(
            { weight: 2, arbitrary: fc.constant<readonly Footprint[]>([]) },
            { weight: 1, arbitrary: fc.array(footprintArbitrary(all), { maxLength: 2 }) },
          ),
  });
}
