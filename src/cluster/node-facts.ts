/**
 * Which nodes there are: those of the input, those that its pods mention, and assumed ones.
 */
import type { Address } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { compareText } from "../base/diagnostic.ts";
import { formatAddress } from "../base/ip.ts";
import type { Located } from "../manifest/resources.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import { HOSTNAME, hostPortsOf, type NodeDraft } from "./place-pods.ts";
import type { PodDraft } from "./pod-draft.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { counted, enumerate, type Sink } from "./sink.ts";
import { usable } from "./usable-address.ts";

/** The nodes of the cluster, and where the input says that pods are. */
export interface NodeFacts {
  /** Sorted by name. */
  readonly nodes: readonly NodeDraft[];
  /** The addresses that the input states for each node, in its order of preference. */
  readonly statedAddresses: ReadonlyMap<string, readonly Address[]>;
  /** The node that the input states for a pod. */
  readonly nodeOf: (draft: PodDraft) => string | undefined;
}

/**
 * The nodes: every Node; every node that a pod names or whose address a live pod gives; and, when there
 * is no Node, as many more as `settings` say, or as the pods need but at least two.
 */
export function findNodes(
  index: ResourceIndex,
  drafts: readonly PodDraft[],
  families: readonly Family[],
  settings: ClusterSettings,
  sink: Sink,
): NodeFacts {
  const addresses = new Map<string, Address[]>();
  const nodes = new Map<string, NodeDraft>();
  for (const resource of index.nodes) {
    const { name } = resource.meta;
    const labels = new Map([...resource.meta.labels].map(([key, label]) => [key, label.value]));
    nodes.set(name, { name, labels: wellKnownLabels(name, labels), resource });
    const usableOnes = resource.addresses.filter((a) => usable(a, `Node ${name}`, sink));
    addresses.set(
      name,
      usableOnes.map((a) => a.value),
    );
  }
  const nodeOf = mentionedNodes(drafts, nodes, addresses, sink);
  const mentioned = [...nodes.keys()].filter((name) => nodes.get(name)?.resource === undefined);
  if (mentioned.length > 0) {
    sink.assumptions.push({
      text: `${counted(mentioned.length, "node")} that pods mention and no Node defines: ${enumerate(mentioned.sort(compareText))}.`,
      from: "input",
    });
  }
  if (index.nodes.length === 0) assumeNodes(nodes, drafts, families, settings, sink);
  return {
    nodes: [...nodes.values()].sort((a, b) => compareText(a.name, b.name)),
    statedAddresses: addresses,
    nodeOf,
  };
}

/** @source https://kubernetes.io/docs/reference/node/node-labels/ (v1.34) */
function wellKnownLabels(
  name: string,
  labels: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const preset: readonly [string, string][] = [
    [HOSTNAME, name],
    ["kubernetes.io/os", "linux"],
    ["beta.kubernetes.io/os", "linux"],
  ];
  return new Map([...preset, ...labels]);
}

/** Adds the nodes that drafts mention, by name or by address, and says which pod is where. */
function mentionedNodes(
  drafts: readonly PodDraft[],
  nodes: Map<string, NodeDraft>,
  addresses: Map<string, Address[]>,
  sink: Sink,
): (draft: PodDraft) => string | undefined {
  const add = (name: string): void => {
    if (!nodes.has(name)) nodes.set(name, { name, labels: wellKnownLabels(name, new Map()) });
  };
  const learn = (name: string, stated: readonly Located<Address>[], what: string): void => {
    const known = addresses.get(name) ?? [];
    // What a Node says about itself counts; pods fill in what is missing.
    if (nodes.get(name)?.resource !== undefined && known.length > 0) return;
    for (const address of stated) {
      const isNew = !known.some((a) => a.family === address.value.family);
      if (isNew && usable(address, what, sink)) known.push(address.value);
    }
    addresses.set(name, known);
  };
  const noneGiven = nodes.size === 0;
  for (const draft of drafts) {
    // Without any Node, a selector that asks for a host says that there is one.
    const host = noneGiven ? draft.spec.nodeSelector?.get(HOSTNAME)?.value : undefined;
    if (host !== undefined) add(host);
    const name = draft.spec.nodeName?.value;
    if (name === undefined) continue;
    add(name);
    learn(name, hostAddressesOf(draft), `node ${name}`);
  }
  const byAddress = new Map(
    [...addresses].flatMap(([name, own]) => own.map((a) => [formatAddress(a), name] as const)),
  );
  for (const draft of drafts) {
    const [first, ...others] = hostAddressesOf(draft);
    if (draft.spec.nodeName !== undefined || first === undefined) continue;
    const text = formatAddress(first.value);
    const name = byAddress.get(text) ?? `node-${text.replaceAll(":", "-")}`;
    if (!nodes.has(name)) {
      add(name);
      learn(name, [first, ...others], `node ${name}`);
      for (const a of addresses.get(name) ?? []) byAddress.set(formatAddress(a), name);
    }
  }
  return (draft) => {
    const [first] = hostAddressesOf(draft);
    const byHost = first === undefined ? undefined : byAddress.get(formatAddress(first.value));
    return draft.spec.nodeName?.value ?? byHost;
  };
}

/** The addresses that a live pod gives away of its node: a host-network pod's own are the node's. */
function hostAddressesOf(draft: PodDraft): readonly Located<Address>[] {
  if (draft.hostAddresses.length > 0) return draft.hostAddresses;
  return draft.hostNetwork ? draft.addresses : [];
}

function assumeNodes(
  nodes: Map<string, NodeDraft>,
  drafts: readonly PodDraft[],
  families: readonly Family[],
  settings: ClusterSettings,
  sink: Sink,
): void {
  const wanted =
    settings.nodes.value === "auto"
      ? nodesNeeded(drafts, families, settings)
      : settings.nodes.value;
  const added: string[] = [];
  for (let number = 1; nodes.size < wanted; number++) {
    const name = `node-${String(number)}`;
    if (nodes.has(name)) continue;
    nodes.set(name, { name, labels: wellKnownLabels(name, new Map()) });
    added.push(name);
  }
  if (added.length === 0) return;
  sink.assumptions.push({
    text: `No Node is given: ${counted(added.length, "node")} assumed, ${enumerate(added)}.`,
    from: settings.nodes.from,
    ...(settings.nodes.at === undefined ? {} : { at: settings.nodes.at }),
  });
}

/** At least two; enough that each node's block holds its pods and that no two pods share a host port. */
function nodesNeeded(
  drafts: readonly PodDraft[],
  families: readonly Family[],
  settings: ClusterSettings,
): number {
  const own = drafts.filter((d) => !d.hostNetwork && d.addresses.length === 0);
  const daemons = own.filter((d) => d.onEachNode).length;
  const blockBits = families.includes("IPv4") ? 32 - settings.nodePrefixLengths.value.IPv4 : 64;
  // The first address of a block is its own, the second its gateway's, the last its broadcast.
  const room = 2 ** Math.min(blockBits, 30) - 3 - daemons;
  const forAddresses = room > 0 ? Math.ceil((own.length - daemons) / room) : 2;
  const users = new Map<string, number>();
  for (const draft of drafts.filter((d) => !d.onEachNode)) {
    for (const port of new Set(hostPortsOf(draft.spec)))
      users.set(port, (users.get(port) ?? 0) + 1);
  }
  const forHostPorts = Math.max(0, ...users.values());
  return Math.max(
    2,
    Math.min(Math.max(forAddresses, forHostPorts), CLUSTER_LIMITS.assumedNodesMax),
  );
}
