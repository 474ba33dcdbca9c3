/**
 * The invariants of `models/kubernetes/cluster.ts` and what the API server would refuse, as a check of
 * generated clusters.
 */
import {
  type Address,
  LOOPBACK,
  type Prefix,
  addressSets,
  prefixContains,
  prefixOf,
} from "../../models/base/address.ts";
import {
  type Cluster,
  innerAddressesOf,
  knownAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import type { Peer, PolicyPort } from "../../models/kubernetes/policy.ts";

/** What is wrong with `cluster`, in words; empty iff it keeps every invariant. */
export function clusterFaults(cluster: Cluster): readonly string[] {
  return [
    ...orderFaults(cluster),
    ...addressFaults(cluster),
    ...podFaults(cluster),
    ...serviceFaults(cluster),
    ...policyFaults(cluster),
    ...frontendFaults(cluster),
  ];
}

const keyOf = (a: Address): string => `${a.family} ${a.bits.toString(16)}`;
const unique = (keys: readonly string[]): boolean => new Set(keys).size === keys.length;
const ordered = (keys: readonly string[]): boolean =>
  keys.every((key, i) => i === 0 || (keys[i - 1] ?? "") < key);
const first = (p: Prefix): Address => ({ family: p.family, bits: p.bits });
const inAny = (prefixes: readonly Prefix[], a: Address): boolean =>
  prefixes.some((p) => prefixContains(p, a));

/** The texts of the claims that are true: `[whether it is wrong, what is wrong]`. */
function wrong(...claims: readonly (readonly [boolean, string])[]): readonly string[] {
  return claims.flatMap(([found, text]) => (found ? [text] : []));
}

function orderFaults({ namespaces, nodes, pods, services, policies }: Cluster): readonly string[] {
  const objects = [pods, services, policies].flatMap((items) =>
    wrong(
      [!ordered(items.map((p) => `${p.namespace}/${p.name}`)), "objects are not sorted"],
      [
        !items.every((p) => namespaces.some((n) => n.name === p.namespace)),
        "a namespace is missing",
      ],
    ),
  );
  return [
    ...objects,
    ...wrong(
      [!ordered(namespaces.map((n) => n.name)), "namespaces are not sorted"],
      [!ordered(nodes.map((n) => n.name)), "nodes are not sorted"],
      [
        namespaces.some((n) => n.labels.get("kubernetes.io/metadata.name") !== n.name),
        "a namespace lacks its name",
      ],
    ),
  ];
}

function addressFaults(cluster: Cluster): readonly string[] {
  const { nodes, pods, services } = cluster;
  const owners = [...pods.filter((p) => !p.hostNetwork), ...nodes, ...services];
  const blocks = [...cluster.podCidrs, ...cluster.serviceCidrs];
  return wrong(
    [
      !unique([
        ...owners.flatMap((o) => o.addresses.map(keyOf)),
        ...nodes.flatMap(({ further = [], ...node }) =>
          [...further, ...innerAddressesOf(node)].map(keyOf),
        ),
      ]),
      "two owners share an address",
    ],
    [owners.some((o) => !unique(o.addresses.map((a) => a.family))), "two addresses of one family"],
    [nodes.some((n) => n.addresses.length === 0), "a node has no address"],
    [
      nodes.some((n) => knownAddressesOf(n).some((a) => inAny(blocks, a))),
      "a node's address is a pod's or a service's",
    ],
    [
      nodes.some((n) => n.podCidrs.some((c) => !inAny(cluster.podCidrs, first(c)))),
      "a node's block is outside",
    ],
    [cluster.podCidrs.some((p) => inAny(cluster.serviceCidrs, first(p))), "the blocks overlap"],
  );
}

function podFaults({ nodes, pods }: Cluster): readonly string[] {
  return pods.flatMap((pod) => {
    const node = nodes.find((n) => n.name === pod.node);
    const stray = pod.addresses.some((a) => !inAny(node?.podCidrs ?? [], a));
    return wrong(
      [node === undefined, "a pod is nowhere"],
      [pod.addresses.length === 0, "a pod has no address"],
      [!pod.hostNetwork && stray, "a pod's address is not its node's to give"],
      [
        pod.hostNetwork && pod.addresses.map(keyOf).join() !== node?.addresses.map(keyOf).join(),
        "host network without the node's addresses",
      ],
    );
  });
}

function serviceFaults(cluster: Cluster): readonly string[] {
  return cluster.services.flatMap((service) => {
    const endpoints = service.slices.flatMap((s) =>
      s.endpoints.map((e) => ({ family: s.family, address: e.address })),
    );
    return wrong(
      [service.ports.length === 0, "a service without ports"],
      [
        !unique(service.ports.map((p) => `${p.protocol} ${String(p.port)}`)),
        "a service has a port twice",
      ],
      [!unique(service.ports.map((p) => p.name ?? "")), "several ports and one has no name"],
      [
        service.addresses.some((a) => !inAny(cluster.serviceCidrs, a)),
        "a service's address is outside its blocks",
      ],
      [endpoints.some((e) => e.family !== e.address.family), "a slice of two families"],
      [endpoints.some((e) => addressSets.contains(LOOPBACK, e.address)), "a slice names loopback"],
      [
        endpoints.some((e) => inAny(cluster.serviceCidrs, e.address)),
        "a slice names a service's address",
      ],
    );
  });
}

function policyFaults({ policies }: Cluster): readonly string[] {
  const rules = policies.flatMap((p) => [...p.ingress, ...p.egress]);
  return [
    ...wrong(
      [policies.some((p) => p.isolates.length === 0), "a policy isolates nothing"],
      [
        rules.some((r) => r.peers.length === 0 || r.ports.length === 0),
        "an empty list is not written as any",
      ],
    ),
    ...rules.flatMap((r) => (r.peers === "any" ? [] : r.peers)).flatMap(peerFaults),
    ...rules.flatMap((r) => (r.ports === "any" ? [] : r.ports)).flatMap(portFaults),
  ];
}

function peerFaults(peer: Peer): readonly string[] {
  if (peer.kind === "pods") {
    const empty = peer.podSelector === undefined && peer.namespaceSelector === undefined;
    return wrong([empty, "a peer without selectors"]);
  }
  const canonical = (p: Prefix): boolean => prefixOf(first(p), p.length).bits === p.bits;
  return wrong(
    [![peer.cidr, ...peer.except].every(canonical), "host bits are set"],
    [
      !peer.except.every((e) => e.length > peer.cidr.length && inAny([peer.cidr], first(e))),
      "an exception is not strictly inside its block",
    ],
  );
}

function portFaults({ port, endPort }: PolicyPort): readonly string[] {
  const forwards = endPort === undefined || (typeof port === "number" && port <= endPort);
  return wrong([!forwards, "a range ends before it begins"]);
}

function frontendFaults({ frontends }: Cluster): readonly string[] {
  return wrong(
    [
      frontends.some((f) => addressSets.isEmpty(f.addresses) || f.ports.length === 0),
      "an empty frontend",
    ],
    [
      frontends.some((f) => !addressSets.isEmpty(addressSets.intersect(f.addresses, LOOPBACK))),
      "a loopback frontend",
    ],
  );
}
