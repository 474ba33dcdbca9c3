/**
 * Addresses for the nodes and pods that have none stated.
 */
import {
  type Address,
  compareAddresses,
  type Prefix,
  prefixOf,
  sameAddress,
} from "../../models/base/address.ts";
import { addressWidthBits, type Family } from "../../models/base/family.ts";
import type { Node } from "../../models/kubernetes/cluster.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { formatAddress } from "../base/ip.ts";
import type { AddressBlocks } from "./address-blocks.ts";
import type { AddressFacts } from "./address-facts.ts";
import { allocator, sliceAllocator, type TakenAddresses } from "./allocator.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { NodeDraft, PlacedPod } from "./place-pods.ts";
import { usable } from "./usable-address.ts";
import type { Sink } from "./sink.ts";

/** What addresses are assigned from, and what is known before. */
export interface Addressing {
  readonly families: readonly Family[];
  readonly blocks: AddressBlocks["blocks"];
  readonly facts: AddressFacts;
  readonly settings: ClusterSettings;
  readonly taken: TakenAddresses;
}

/** The nodes with their addresses; `assumed` names those that have an assumed one. */
export interface AddressedNodes {
  readonly nodes: readonly Node[];
  readonly assumed: ReadonlySet<string>;
  /** Stated addresses that something else has as well: beyond the first ones, they are no node's. */
  readonly contested: ReadonlyMap<string, readonly Address[]>;
  /** Whether the node block of every node is its own part of the pod blocks. */
  readonly complete: boolean;
}

/**
 * The nodes of `facts` with their stated addresses, the first of each family first; a node without any gets
 * one of each family of the cluster. A node without stated pod blocks gets a part of the cluster's.
 */
export function addressNodes(facts: NodeFacts, addressing: Addressing): AddressedNodes {
  const { families, blocks, settings, taken } = addressing;
  const nextAddress = new Map(
    families.map((family) => [
      family,
      allocator(
        blocks.node.assignable.filter((b) => b.family === family),
        taken,
      ),
    ]),
  );
  const nextBlock = new Map(
    families.map((family) => {
      const own = blocks.pod.assignable.filter((b) => b.family === family);
      const length = settings.nodePrefixLengths.value[family];
      return [family, sliceAllocator(own, length, avoidedBlocks(addressing))];
    }),
  );
  const assumed = new Set<string>();
  const contested = new Map<string, readonly Address[]>();
  const isFree = freeAddresses(facts, addressing);
  let complete = true;
  const assigned = (name: string): readonly Address[] => {
    assumed.add(name);
    const found = families.map((family) => nextAddress.get(family)?.());
    const present = found.filter((address) => address !== undefined);
    if (present.length < families.length) complete = false;
    return present;
  };
  const nodes = facts.nodes.map((draft): Node => {
    const stated = facts.statedAddresses.get(draft.name) ?? [];
    const first = firstOfEachFamily(stated);
    const rest = stated.filter((address) => !first.includes(address));
    const shared = rest.filter((address) => !isFree(address));
    if (shared.length > 0) contested.set(draft.name, shared);
    const addresses = first.length > 0 ? first : assigned(draft.name);
    const statedCidrs = (draft.resource?.podCidrs ?? []).map((cidr) => cidr.value);
    const podCidrs =
      statedCidrs.length > 0
        ? statedCidrs
        : [...nextBlock.values()].map((next) => next()).filter((block) => block !== undefined);
    return nodeOf(draft, addresses, rest.filter(isFree), podCidrs);
  });
  return { nodes, assumed, contested, complete };
}

/** Whether one node alone states an address, and neither a pod nor a service has it. */
function freeAddresses(facts: NodeFacts, addressing: Addressing): (address: Address) => boolean {
  const { pod, service } = addressing.facts.addresses;
  const users = new Map<string, number>();
  const stated = [...facts.statedAddresses.values()].flatMap((own) => [
    ...new Set(own.map(formatAddress)),
  ]);
  for (const text of [...stated, ...[...pod, ...service].map(formatAddress)]) {
    users.set(text, (users.get(text) ?? 0) + 1);
  }
  return (address) => users.get(formatAddress(address)) === 1;
}

function nodeOf(
  draft: NodeDraft,
  addresses: readonly Address[],
  further: readonly Address[],
  podCidrs: readonly Prefix[],
): Node {
  return {
    name: draft.name,
    labels: draft.labels,
    addresses: addresses.toSorted(compareAddresses),
    ...(further.length === 0 ? {} : { further: distinctAddresses(further) }),
    podCidrs,
    ...(draft.resource === undefined ? {} : { origin: draft.resource.meta.at }),
  };
}

function distinctAddresses(addresses: readonly Address[]): readonly Address[] {
  return addresses
    .filter((a, i) => addresses.findIndex((b) => sameAddress(a, b)) === i)
    .toSorted(compareAddresses);
}

function avoidedBlocks(addressing: Addressing): readonly Prefix[] {
  const { facts } = addressing;
  const single = (a: Address): Prefix => prefixOf(a, addressWidthBits(a.family));
  return [...facts.nodePodCidrs, ...facts.addresses.pod.map(single)];
}

function firstOfEachFamily(addresses: readonly Address[]): readonly Address[] {
  return addresses.filter((a, i) => addresses.findIndex((b) => b.family === a.family) === i);
}

/** The pods' addresses; `exhausted`: families of which some pod got none. */
export interface AddressedPods {
  readonly addressesOf: ReadonlyMap<PlacedPod, readonly Address[]>;
  readonly exhausted: ReadonlySet<Family>;
}

/**
 * The addresses of `pods`: a host-network pod has its node's; the stated ones, one of each family; else
 * one of each family from the node's block, or from all pod blocks when that is used up.
 */
export function addressPods(
  pods: readonly PlacedPod[],
  nodes: readonly Node[],
  addressing: Addressing,
  sink: Sink,
): AddressedPods {
  const { families, blocks, taken } = addressing;
  const nodeByName = new Map(nodes.map((node) => [node.name, node]));
  const pools = new Map<string, () => Address | undefined>();
  const poolOf = (key: string, source: () => readonly Prefix[]): (() => Address | undefined) => {
    const pool = pools.get(key) ?? allocator(source(), taken);
    pools.set(key, pool);
    return pool;
  };
  const exhausted = new Set<Family>();
  const assign = (node: string, family: Family): Address | undefined => {
    const ofFamily = (list: readonly Prefix[]): readonly Prefix[] =>
      list.filter((prefix) => prefix.family === family);
    const own = poolOf(`${family} ${node}`, () => ofFamily(nodeByName.get(node)?.podCidrs ?? []));
    const shared = poolOf(family, () =>
      ofFamily([...blocks.pod.assignable, ...blocks.pod.widened]),
    );
    const address = own() ?? shared();
    if (address === undefined) exhausted.add(family);
    return address;
  };
  const addressesOf = new Map<PlacedPod, readonly Address[]>();
  for (const pod of pods) {
    const { draft, node } = pod;
    if (draft.hostNetwork) {
      addressesOf.set(pod, nodeByName.get(node)?.addresses ?? []);
      continue;
    }
    const stated = draft.addresses
      .filter((a) => usable(a, `pod ${draft.namespace}/${pod.name}`, sink))
      .map((a) => a.value);
    const addresses =
      stated.length > 0 ? firstOfEachFamily(stated) : families.map((f) => assign(node, f));
    addressesOf.set(
      pod,
      addresses.filter((address) => address !== undefined).toSorted(compareAddresses),
    );
  }
  return { addressesOf, exhausted };
}
