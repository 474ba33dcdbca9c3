/**
 * What building nodes and pods has to say: assumptions, and why there is no cluster.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { Address } from "../../models/base/address.ts";
import {
  type Node,
  type Pod,
  type PodId,
  innerAddressesOf,
} from "../../models/kubernetes/cluster.ts";
import type { ClusterSettings } from "../base/cluster-settings.ts";
import { compareText } from "../base/diagnostic.ts";
import { formatAddress, formatPrefix } from "../base/ip.ts";
import type { Setting } from "../base/setting.ts";
import type { AddressBlocks, RoleBlocks } from "./address-blocks.ts";
import type { Role } from "./address-facts.ts";
import type { Assumption } from "./cluster-input.ts";
import { CLUSTER_LIMITS } from "./cluster-limits.ts";
import type { PodDraft } from "./pod-draft.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { counted, enumerate, type Sink } from "./sink.ts";

/** The key of netqed.yaml that sets the blocks of each role. */
const BLOCK_KEYS: Readonly<Record<Role, string>> = {
  pod: "podCIDRs",
  service: "serviceCIDRs",
  node: "nodeCIDRs",
};

/** More pods than are built: at the largest workload. */
export function reportTooMany(drafts: readonly PodDraft[], sink: Sink): void {
  const first = drafts[0];
  if (first === undefined) return;
  sink.diagnostics.push({
    code: "NQ2013",
    severity: "error",
    message: `a cluster of at most ${String(CLUSTER_LIMITS.podsMax)} pods can be answered for; the input describes ${String(drafts.length)}`,
    at: first.origin,
    hint: "give the parts of the cluster one at a time",
  });
}

/** No default block is free beside what the input states. */
export function reportNoBlock(role: Role, family: Family, index: ResourceIndex, sink: Sink): void {
  sink.diagnostics.push({
    code: "NQ2025",
    severity: "error",
    message: `no default ${family} block is free for ${role} addresses beside the addresses that the input states`,
    at: firstOrigin(index),
    hint: `set profile.${BLOCK_KEYS[role]} in netqed.yaml`,
  });
}

/** The blocks of `role` have no free address left. */
export function reportFull(
  role: Role,
  blocks: RoleBlocks,
  index: ResourceIndex,
  settings: ClusterSettings,
  sink: Sink,
): void {
  const setting: Readonly<Record<Role, Setting<readonly Prefix[]>>> = {
    pod: settings.podCidrs,
    service: settings.serviceCidrs,
    node: settings.nodeCidrs,
  };
  sink.diagnostics.push({
    code: "NQ2024",
    severity: "error",
    message: `the ${role} CIDRs must hold an address for each ${role}; ${blocks.assignable.map(formatPrefix).join(", ")} ${blocks.assignable.length === 1 ? "is" : "are"} too small`,
    at: setting[role].at ?? firstOrigin(index),
    hint: `set wider profile.${BLOCK_KEYS[role]} in netqed.yaml`,
  });
}

/** The earliest object, for what concerns the input as a whole. */
function firstOrigin(index: ResourceIndex): Origin {
  const lists = [index.pods, index.workloads, index.services, index.nodes, index.policies];
  const metas = lists.flatMap((list) => list.map((r: { readonly meta: { at: Origin } }) => r.meta));
  return metas[0]?.at ?? { file: "netqed.yaml", line: 1, column: 1, path: "" };
}

/** What is assumed of a population. */
interface Assumed {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pick<Pod, "hostNetwork">[];
  readonly podAddresses: ReadonlySet<PodId>;
  readonly nodeAddresses: ReadonlySet<string>;
  readonly placements: ReadonlySet<PodId>;
  readonly families: readonly Family[];
  readonly blocks: AddressBlocks["blocks"];
}

/** Adds the assumptions about families, places and addresses. */
export function noteAssumptions(assumed: Assumed, settings: ClusterSettings, sink: Sink): void {
  const { blocks, families } = assumed;
  const add = (text: string, setting?: Setting<unknown>): void => {
    sink.assumptions.push(assumption(text, setting));
  };
  add(`Pods and services have ${families.join(" and ")} addresses.`, settings.ipFamilies);
  if (assumed.placements.size > 0) {
    add(
      `${counted(assumed.placements.size, "pod")} spread over the ${counted(assumed.nodes.length, "node")}.`,
    );
  }
  if (assumed.podAddresses.size > 0) {
    const lengths = families.map(
      (family) => `/${String(settings.nodePrefixLengths.value[family])}`,
    );
    const whence = enumerate(blocks.pod.assignable.map(formatPrefix), 4);
    const text = `${counted(assumed.podAddresses.size, "pod")} have addresses out of ${whence}, where each node has a ${lengths.join(" and a ")}.`;
    add(assumed.podAddresses.size === 1 ? text.replace("have", "has") : text, settings.podCidrs);
  } else if (assumed.pods.length > 0) {
    add(`Pod addresses are in ${blockTexts(blocks.pod)}.`, settings.podCidrs);
  }
  if (assumed.podAddresses.size > 0 && blocks.pod.widened.length > 0) {
    add(
      `${enumerate(blocks.pod.widened.map(formatPrefix), 4)} also hold pod addresses, as stated ones do.`,
    );
  }
  if (assumed.nodeAddresses.size > 0) {
    const texts = assumed.nodes
      .filter((node) => assumed.nodeAddresses.has(node.name))
      .map((node) => `${node.name} ${node.addresses.map(formatAddress).join(" ")}`);
    const whence = blocks.node.assignable.map(formatPrefix).join(", ");
    add(`Node addresses are out of ${whence}: ${enumerate(texts)}.`, settings.nodeCidrs);
  }
  noteSides(assumed.nodes, settings, sink);
  const isSided = assumed.nodes.some((node) => innerAddressesOf(node).length > 0);
  if (isSided && assumed.pods.some(({ hostNetwork }) => hostNetwork)) {
    add(
      "The graph shows host-network pods as they call from the address by which their node is known; `reach` takes the one that the node has on the side of the other pod.",
    );
  }
}

/**
 * An external address may be one that somebody before the node translates. It is taken for the node's own.
 *
 * @source https://kubernetes.io/docs/reference/node/node-status/#addresses (v1.34: ExternalIP is available from outside)
 */
export function noteExternalAddresses(index: ResourceIndex, sink: Sink): void {
  const texts = index.nodes.flatMap(({ meta, addresses }) =>
    addresses
      .filter(({ type }) => type === "ExternalIP")
      .map(({ value }) => `${meta.name} ${formatAddress(value)}`),
  );
  if (texts.length === 0) return;
  sink.assumptions.push({
    text: `Nodes have their external addresses at interfaces of their own: ${enumerate(texts.sort(compareText))}.`,
    from: "default",
  });
}

/** Says which addresses nodes have towards pods, where they have some. */
function noteSides(nodes: readonly Node[], settings: ClusterSettings, sink: Sink): void {
  const say = (
    what: string,
    of: (node: Node) => readonly Address[],
    setting: Setting<unknown>,
  ): void => {
    const texts = nodes
      .filter((node) => of(node).length > 0)
      .map((node) => `${node.name} ${of(node).map(formatAddress).join(" ")}`);
    if (texts.length > 0)
      sink.assumptions.push(assumption(`${what}: ${enumerate(texts)}.`, setting));
  };
  say("Bridges of nodes have addresses", ({ bridge = [] }) => bridge, settings.dataplane);
  say("Ends of the overlay have addresses", ({ tunnel = [] }) => tunnel, settings.overlay);
}

/** The blocks of a role as a text. */
export function blockTexts(blocks: RoleBlocks): string {
  return enumerate([...blocks.assignable, ...blocks.widened].map(formatPrefix), 4);
}

/** An assumption with the source of the setting behind it. */
export function assumption(text: string, setting?: Setting<unknown>): Assumption {
  const at = setting?.at;
  return { text, from: setting?.from ?? "default", ...(at === undefined ? {} : { at }) };
}
