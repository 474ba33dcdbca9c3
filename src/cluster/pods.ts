/**
 * The nodes and pods of a cluster, placed and addressed; and which of their facts are assumed.
 */
import { type Address, prefixContains, sameAddress } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import { type Node, type Pod, type PodId, podId } from "../../models/kubernetes/cluster.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import { type AddressBlocks, chooseBlocks } from "./address-blocks.ts";
import { addressFacts, clusterFamilies, type Role } from "./address-facts.ts";
import { allocator, takenAddresses, type TakenAddresses } from "./allocator.ts";
import { addressNodes, addressPods } from "./assign-addresses.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import { expandWorkloads } from "./expand-workloads.ts";
import { readLivePods } from "./live-pods.ts";
import { findNodes } from "./node-facts.ts";
import { type PlacedPod, placePods } from "./place-pods.ts";
import type { PodDraft } from "./pod-draft.ts";
import { withSideAddresses } from "./side-addresses.ts";
import type { ResourceIndex } from "./resource-index.ts";
import {
  noteAssumptions,
  noteExternalAddresses,
  reportFull,
  reportNoBlock,
  reportTooMany,
} from "./population-notes.ts";
import { compareNamed, type Sink } from "./sink.ts";

/** Nodes and pods, and what services need to have addresses beside them. */
export interface Population {
  readonly nodes: readonly Node[];
  /** Sorted by namespace and name. */
  readonly pods: readonly Pod[];
  /** The draft behind each pod. */
  readonly draftOf: ReadonlyMap<PodId, PodDraft>;
  readonly podAddresses: ReadonlySet<PodId>;
  readonly nodeAddresses: ReadonlySet<string>;
  /** Nodes whose addresses towards pods are assumed. */
  readonly innerAddresses: ReadonlySet<string>;
  readonly placements: ReadonlySet<PodId>;
  /** Stated addresses of nodes that something else has as well. */
  readonly contestedNodeAddresses: ReadonlyMap<string, readonly Address[]>;
  readonly families: readonly Family[];
  readonly blocks: AddressBlocks["blocks"];
  readonly taken: TakenAddresses;
}

/** The nodes and pods; undefined, with an error, when there are too many or no room for them. */
export function buildPods(
  index: ResourceIndex,
  settings: ClusterSettings,
  sink: Sink,
): Population | undefined {
  const live = readLivePods(index, sink);
  const drafts = [...live.drafts, ...expandWorkloads(index, live, sink)].sort(compareNamed);
  if (drafts.length > CLUSTER_LIMITS.podsMax) {
    reportTooMany(drafts, sink);
    return undefined;
  }
  const families = clusterFamilies(index, drafts, settings);
  const nodeFacts = findNodes(index, drafts, families, settings, sink);
  const placed = [...placePods(drafts, nodeFacts.nodes, nodeFacts.nodeOf, sink)].sort((a, b) =>
    compareNamed(idOf(a), idOf(b)),
  );
  const stated = [...nodeFacts.statedAddresses.values()].flat();
  const facts = addressFacts(index, drafts, stated);
  const needs: Readonly<Record<Role, boolean>> = {
    pod: drafts.some((d) => !d.hostNetwork && d.addresses.length === 0),
    service: index.services.some((s) => !s.headless && s.clusterIPs.length < 2),
    node: nodeFacts.nodes.some((n) => (nodeFacts.statedAddresses.get(n.name) ?? []).length === 0),
  };
  const { blocks, conflicts } = chooseBlocks(facts, families, needs, settings);
  for (const { role, family } of conflicts) reportNoBlock(role, family, index, sink);
  if (conflicts.length > 0) return undefined;
  const taken = takenAddresses([...Object.values(facts.addresses).flat(), ...facts.others]);
  const addressing = { families, blocks, facts, settings, taken };
  const addressedNodes = addressNodes(nodeFacts, addressing);
  const statedBlocks = nodeFacts.nodes.filter(({ resource }) => resource?.podCidrs.length);
  const sided = withSideAddresses(
    addressedNodes.nodes,
    settings,
    taken,
    new Set(statedBlocks.map(({ name }) => name)),
    families,
    sharedPool(blocks, taken),
  );
  const { addressesOf, exhausted } = addressPods(placed, sided.nodes, addressing, sink);
  if (!addressedNodes.complete) reportFull("node", blocks.node, index, settings, sink);
  const isFull = exhausted.size > 0 || !sided.complete;
  if (isFull) reportFull("pod", blocks.pod, index, settings, sink);
  if (!addressedNodes.complete || isFull) return undefined;
  const pods = placed.map((pod) => finishPod(pod, addressesOf.get(pod) ?? []));
  const only = sided.nodes.length === 1;
  const population: Population = {
    nodes: sided.nodes,
    pods,
    draftOf: new Map(placed.map((pod) => [podId(idOf(pod)), pod.draft])),
    podAddresses: idsOf(placed, (p) => !p.draft.hostNetwork && p.draft.addresses.length === 0),
    nodeAddresses: addressedNodes.assumed,
    innerAddresses: sided.assumed,
    placements: idsOf(placed, (p) => !p.certain && !only),
    contestedNodeAddresses: addressedNodes.contested,
    families,
    blocks,
    taken,
  };
  checkHostNetwork(placed, addressesOf, sink);
  checkStatedBlocks(placed, index, settings, sink);
  noteAssumptions(population, settings, sink);
  noteExternalAddresses(index, sink);
  return population;
}

/** Addresses of the blocks of pods, whichever node's they are. */
function sharedPool(
  blocks: AddressBlocks["blocks"],
  taken: TakenAddresses,
): (family: Family) => Address | undefined {
  const pools = new Map<Family, () => Address | undefined>();
  return (family) => {
    const own = [...blocks.pod.assignable, ...blocks.pod.widened].filter(
      (block) => block.family === family,
    );
    const pool = pools.get(family) ?? allocator(own, taken);
    pools.set(family, pool);
    return pool();
  };
}

function idOf(pod: PlacedPod): { readonly namespace: string; readonly name: string } {
  return { namespace: pod.draft.namespace, name: pod.name };
}

function idsOf(
  placed: readonly PlacedPod[],
  holds: (pod: PlacedPod) => boolean,
): ReadonlySet<PodId> {
  return new Set(placed.filter(holds).map((pod) => podId(idOf(pod))));
}

function finishPod(pod: PlacedPod, addresses: readonly Address[]): Pod {
  const { draft } = pod;
  return {
    namespace: draft.namespace,
    name: pod.name,
    workload: draft.workload,
    labels: draft.labels,
    node: pod.node,
    hostNetwork: draft.hostNetwork,
    addresses,
    containers: draft.containers,
    ready: draft.ready,
    terminating: draft.terminating,
    ...(draft.names === undefined ? {} : { names: draft.names }),
    origin: draft.origin,
  };
}

/** A live host-network pod shows its node's address: another one means that the input is stale. */
function checkHostNetwork(
  placed: readonly PlacedPod[],
  addressesOf: ReadonlyMap<PlacedPod, readonly Address[]>,
  sink: Sink,
): void {
  for (const pod of placed) {
    if (!pod.draft.hostNetwork) continue;
    const own = addressesOf.get(pod) ?? [];
    const strange = pod.draft.addresses.find((a) => !own.some((b) => sameAddress(a.value, b)));
    if (strange === undefined) continue;
    sink.diagnostics.push({
      code: "NQ2026",
      severity: "warning",
      message: `host-network pod ${podId(idOf(pod))} must have an address of its node ${pod.node} (${own.map(formatAddress).join(", ")}); found ${formatAddress(strange.value)}, which is not used`,
      at: strange.at,
    });
  }
}

/** Live pods and blocks of nodes outside of what the user has set. */
function checkStatedBlocks(
  placed: readonly PlacedPod[],
  index: ResourceIndex,
  settings: ClusterSettings,
  sink: Sink,
): void {
  const setting = settings.podCidrs;
  if (setting.from !== "config") return;
  const within = (a: Address, length = Number.POSITIVE_INFINITY): boolean =>
    setting.value.some((block) => block.length <= length && prefixContains(block, a));
  const report = (what: string, found: string, at: Origin): void => {
    sink.diagnostics.push({
      code: "NQ2023",
      severity: "warning",
      message: `${what} should be in the pod CIDRs that netqed.yaml sets (${setting.value.map(formatPrefix).join(", ")}); found ${found}`,
      at,
      ...(setting.at === undefined ? {} : { related: [{ message: "set here", at: setting.at }] }),
    });
  };
  for (const pod of placed.filter((p) => !p.draft.hostNetwork)) {
    const stray = pod.draft.addresses.find((a) => !within(a.value));
    if (stray === undefined) continue;
    report(`the address of pod ${podId(idOf(pod))}`, formatAddress(stray.value), stray.at);
  }
  for (const node of index.nodes) {
    const stray = node.podCidrs.find((c) => !within(c.value, c.value.length));
    if (stray === undefined) continue;
    report(`the pod CIDR of Node ${node.meta.name}`, formatPrefix(stray.value), stray.at);
  }
}
