/**
 * Pods → nodes: as stated, else spread.
 */
import type { ContainerPortSpec, NodeResource, PodSpec } from "../manifest/resources.ts";
import { protocolOf, type PodDraft } from "./pod-draft.ts";
import { counted, type Sink } from "./sink.ts";

/** A node that pods can be put on, before it has addresses. */
export interface NodeDraft {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Absent when nothing in the input defines the node. */
  readonly resource?: NodeResource;
}

/** A pod with its node. */
export interface PlacedPod {
  readonly draft: PodDraft;
  readonly name: string;
  readonly node: string;
  /** Whether the input leaves no other node for it. */
  readonly certain: boolean;
}

/** Where the scheduler could put a pod. */
interface Candidates {
  readonly nodes: readonly NodeDraft[];
  /** Whether all of these, and no others, are known to be possible. */
  readonly certain: boolean;
}

/**
 * A node for each of `drafts`: the stated one, or the next in turn that the pod's nodeSelector and the
 * nodes' taints admit and whose host ports are free. Pods of a DaemonSet come out once for each node.
 * `drafts` are in the order in which they are spread, `nodes` is not empty.
 *
 * @source https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ (v1.34; S1.7, S2.6)
 */
export function placePods(
  drafts: readonly PodDraft[],
  nodes: readonly NodeDraft[],
  statedNodeOf: (draft: PodDraft) => string | undefined,
  sink: Sink,
): readonly PlacedPod[] {
  const candidatesOf = candidateFinder(nodes, sink);
  const hostPorts = hostPortBook();
  const placed: PlacedPod[] = [];
  const open: PodDraft[] = [];
  for (const draft of drafts) {
    const stated = statedNodeOf(draft);
    if (stated !== undefined) {
      placed.push({ draft, name: draft.name, node: stated, certain: true });
      hostPorts.take(draft, stated);
    } else if (draft.onEachNode) {
      placed.push(...placeOnEach(draft, candidatesOf(draft)));
    } else {
      open.push(draft);
    }
  }
  for (const pod of placed) if (pod.draft.onEachNode) hostPorts.take(pod.draft, pod.node);
  const crowded = new Map<PodSpec, PodDraft>();
  open.forEach((draft, turn) => {
    const candidates = candidatesOf(draft);
    const { node, free } = nextFree(draft, candidates.nodes, turn, hostPorts.isFree);
    if (!free) crowded.set(draft.spec, draft);
    hostPorts.take(draft, node);
    const certain = candidates.certain && candidates.nodes.length === 1;
    placed.push({ draft, name: draft.name, node, certain });
  });
  for (const draft of crowded.values()) reportCrowded(draft, nodes.length, sink);
  return distinctNames(placed);
}

function placeOnEach(draft: PodDraft, candidates: Candidates): readonly PlacedPod[] {
  return candidates.nodes.map((node) => ({
    draft,
    name: `${draft.name}-${node.name}`,
    node: node.name,
    certain: candidates.certain,
  }));
}

/** The next of `nodes` in turn whose host ports are free for `draft`, or the one whose turn it is. */
function nextFree(
  draft: PodDraft,
  nodes: readonly NodeDraft[],
  turn: number,
  isFree: (draft: PodDraft, node: string) => boolean,
): { readonly node: string; readonly free: boolean } {
  const inTurn = nodes[turn % nodes.length]?.name ?? "";
  for (let i = 0; i < nodes.length; i++) {
    const name = nodes[(turn + i) % nodes.length]?.name ?? inTurn;
    if (isFree(draft, name)) return { node: name, free: true };
  }
  return { node: inTurn, free: false };
}

/** Names of pods that nothing states can meet a stated one: those give way. */
function distinctNames(placed: readonly PlacedPod[]): readonly PlacedPod[] {
  const taken = new Set(
    placed.filter((p) => !p.draft.onEachNode).map((p) => `${p.draft.namespace}/${p.name}`),
  );
  return placed.map((pod) => {
    if (!pod.draft.onEachNode) return pod;
    let { name } = pod;
    while (taken.has(`${pod.draft.namespace}/${name}`)) name = `${name}-daemonset`;
    taken.add(`${pod.draft.namespace}/${name}`);
    return name === pod.name ? pod : { ...pod, name };
  });
}

/**
 * The ports of a node that pods with `spec` occupy, as `protocol/port`: host ports, and every port of a
 * host-network pod.
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports (v1.34; S1.7, S1.8)
 */
export function hostPortsOf(spec: PodSpec): readonly string[] {
  const onHost = spec.hostNetwork?.value ?? false;
  const number = (port: ContainerPortSpec): number | undefined =>
    onHost ? port.containerPort.value : port.hostPort?.value;
  return spec.containers
    .filter((container) => !container.init || container.restartPolicy === "Always")
    .flatMap((container) => container.ports)
    .flatMap((port) => {
      const host = number(port);
      const taken = host !== undefined && host > 0;
      return taken ? [`${protocolOf(port.protocol)}/${String(host)}`] : [];
    });
}

interface HostPortBook {
  readonly isFree: (draft: PodDraft, node: string) => boolean;
  readonly take: (draft: PodDraft, node: string) => void;
}

function hostPortBook(): HostPortBook {
  const taken = new Set<string>();
  const ports = new Map<PodSpec, readonly string[]>();
  const portsOf = (draft: PodDraft): readonly string[] => {
    const known = ports.get(draft.spec) ?? hostPortsOf(draft.spec);
    ports.set(draft.spec, known);
    return known;
  };
  return {
    isFree: (draft, node) => portsOf(draft).every((port) => !taken.has(`${node} ${port}`)),
    take: (draft, node) => {
      for (const port of portsOf(draft)) taken.add(`${node} ${port}`);
    },
  };
}

/** Finds the candidates of a draft; those of one spec are found, and complained about, once. */
function candidateFinder(nodes: readonly NodeDraft[], sink: Sink): (draft: PodDraft) => Candidates {
  const found = new Map<PodSpec, Candidates>();
  return (draft) => {
    const known = found.get(draft.spec) ?? candidatesFor(draft, nodes, sink);
    found.set(draft.spec, known);
    return known;
  };
}

function candidatesFor(draft: PodDraft, nodes: readonly NodeDraft[], sink: Sink): Candidates {
  const selector = [...(draft.spec.nodeSelector ?? [])];
  const matching = nodes.filter((node) =>
    selector.every(([key, value]) => mayHave(node, key, value.value)),
  );
  if (matching.length === 0) {
    reportNoNode(draft, sink);
    return { nodes, certain: false };
  }
  // Tolerations and affinity are not read: with them any of the matching nodes is possible.
  if (draft.spec.constrained) return { nodes: matching, certain: matching.length === 1 };
  const untainted = matching.filter((node) => !repels(node));
  if (untainted.length === 0) return { nodes: matching, certain: false };
  const known = selector.every(([key, value]) =>
    nodes.every((node) => isKnown(node, key, value.value)),
  );
  return { nodes: untainted, certain: known };
}

/** @source https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ (v1.34; S2.6) */
function repels(node: NodeDraft): boolean {
  return (node.resource?.taints ?? []).some(
    (taint) => taint.effect === "NoSchedule" || taint.effect === "NoExecute",
  );
}

/**
 * The label in which the kubelet writes the host's name.
 *
 * @source https://kubernetes.io/docs/reference/node/node-labels/ (v1.34)
 */
export const HOSTNAME = "kubernetes.io/hostname";

/**
 * Labels that the kubelet sets whatever the manifest says.
 *
 * @source https://kubernetes.io/docs/reference/node/node-labels/ (v1.34)
 */
const KUBELET_LABELS: readonly string[] = ["kubernetes.io/arch", "beta.kubernetes.io/arch"];

/** Whether `node` can have the label: it has it, or nothing says which value it has. */
function mayHave(node: NodeDraft, key: string, value: string): boolean {
  return isKnown(node, key, value) ? node.labels.get(key) === value : true;
}

/** Whether it is known if `node` has the label: of an assumed node, what it is called and that it has it. */
function isKnown(node: NodeDraft, key: string, value: string): boolean {
  if (node.resource === undefined) return key === HOSTNAME || node.labels.get(key) === value;
  return node.labels.has(key) || !KUBELET_LABELS.includes(key);
}

function reportNoNode(draft: PodDraft, sink: Sink): void {
  const entries = [...(draft.spec.nodeSelector ?? [])];
  const wanted = entries.map(([key, value]) => `${key}=${value.value}`).join(", ");
  const { namespace, kind, name } = draft.workload;
  sink.diagnostics.push({
    code: "NQ2020",
    severity: "warning",
    message: `no node of the input has the labels that ${namespace}/${kind}/${name} asks for (${wanted}): its pods could not run; they are spread over all nodes`,
    at: entries[0]?.[1].at ?? draft.spec.at,
    hint: "add the labels to a Node of the input, or leave the Nodes out to have them assumed",
  });
}

function reportCrowded(draft: PodDraft, nodes: number, sink: Sink): void {
  const { namespace, kind, name } = draft.workload;
  const ports = hostPortsOf(draft.spec).join(", ");
  sink.diagnostics.push({
    code: "NQ2021",
    severity: "warning",
    message: `pods of ${namespace}/${kind}/${name} cannot all be scheduled: each takes ${ports} of its node, and not enough of the ${counted(nodes, "node")} have that free`,
    at: draft.spec.at,
    hint: "lower the replicas, drop the host port, or give more nodes",
  });
}
