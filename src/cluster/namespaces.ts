/**
 * The namespaces of a cluster: defined ones, built-in ones, and those that objects merely mention.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Namespace } from "../../models/kubernetes/cluster.ts";
import {
  type LabelSelector,
  NAMESPACE_NAME_LABEL,
  aboutNameOnly,
} from "../../models/kubernetes/selector.ts";
import type { ClusterSettings, NamespaceSetting } from "../base/cluster-settings.ts";
import { compareText } from "../base/diagnostic.ts";
import type { NamespaceResource, ObjectMeta } from "../manifest/resources.ts";
import type { ResourceIndex } from "./resource-index.ts";
import { compareOrigins, enumerate, namespaceOf, type Sink } from "./sink.ts";

/**
 * The namespaces that every cluster starts with.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces (v1.34; S2.10)
 */
const BUILT_IN: readonly string[] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** All namespaces, sorted by name, and those of which only the name is known. */
export interface Namespaces {
  readonly namespaces: readonly Namespace[];
  readonly unknownLabels: ReadonlySet<string>;
}

/**
 * Every namespace that is defined, built in, mentioned by an object or by `settings`. The labels of one
 * that nothing describes are unknown, but for the automatic one; that is a warning, for a built-in one
 * a note where a policy asks for such labels.
 */
export function buildNamespaces(
  index: ResourceIndex,
  settings: ClusterSettings,
  sink: Sink,
): Namespaces {
  const defined = new Map(index.namespaces.map((n) => [n.meta.name, n]));
  const mentions = mentionedAt(index);
  const names = new Set([
    ...BUILT_IN,
    ...defined.keys(),
    ...settings.namespaces.keys(),
    ...mentions.keys(),
  ]);
  const unknownLabels = new Set<string>();
  const namespaces = [...names].sort(compareText).map((name): Namespace => {
    const resource = defined.get(name);
    const setting = settings.namespaces.get(name);
    if (resource === undefined && setting === undefined) unknownLabels.add(name);
    const labels = new Map([
      ...(setting?.labels ?? []),
      ...statedLabels(resource),
      [NAMESPACE_NAME_LABEL, name],
    ]);
    if (resource !== undefined) checkLabels(resource, setting, sink);
    return resource === undefined ? { name, labels } : { name, labels, origin: resource.meta.at };
  });
  reportUnknown(index, unknownLabels, mentions, sink);
  return { namespaces, unknownLabels };
}

function statedLabels(resource: NamespaceResource | undefined): readonly [string, string][] {
  return [...(resource?.meta.labels ?? [])].map(([key, label]) => [key, label.value]);
}

/** Where each namespace is mentioned first, in file order. */
function mentionedAt(index: ResourceIndex): ReadonlyMap<string, Origin> {
  const mentions = new Map<string, Origin>();
  const lists = [index.pods, index.workloads, index.services, index.endpoints, index.policies];
  const metas: readonly ObjectMeta[] = lists.flatMap((list) =>
    list.map((resource: { readonly meta: ObjectMeta }) => resource.meta),
  );
  for (const meta of metas) {
    const at = meta.namespace?.at ?? meta.at;
    const name = namespaceOf(meta);
    const known = mentions.get(name);
    if (known === undefined || compareOrigins(at, known) < 0) mentions.set(name, at);
  }
  return mentions;
}

/** The wrong value of the automatic label has been reported by reading. */
function checkLabels(
  resource: NamespaceResource,
  setting: NamespaceSetting | undefined,
  sink: Sink,
): void {
  const { name, labels } = resource.meta;
  for (const [key, value] of setting?.labels ?? []) {
    const stated = labels.get(key);
    if (setting === undefined || stated === undefined || stated.value === value) continue;
    sink.diagnostics.push({
      code: "NQ2004",
      severity: "warning",
      message: `netqed.yaml gives namespace ${name} the label ${key}="${value}", but the manifest says "${stated.value}"; the manifest counts`,
      at: setting.at,
      related: [{ message: "the manifest", at: stated.at }],
    });
  }
}

function reportUnknown(
  index: ResourceIndex,
  unknown: ReadonlySet<string>,
  mentions: ReadonlyMap<string, Origin>,
  sink: Sink,
): void {
  const asked = index.policies.some((policy) =>
    [...(policy.ingress?.rules ?? []), ...(policy.egress?.rules ?? [])].some((rule) =>
      rule.peers.some((peer) => peer.kind === "pods" && asksForMore(peer.namespaceSelector)),
    ),
  );
  const affected: string[] = [];
  for (const name of [...unknown].sort(compareText)) {
    const at = mentions.get(name);
    const builtIn = BUILT_IN.includes(name);
    if (at === undefined || (builtIn && !asked)) continue;
    affected.push(name);
    sink.diagnostics.push({
      code: "NQ2002",
      severity: builtIn ? "note" : "warning",
      message: `no Namespace ${name} is given: of its labels only ${NAMESPACE_NAME_LABEL}="${name}" is known, and an answer that depends on another one is undecided`,
      at,
      hint: `add the Namespace to the input, or give its labels in netqed.yaml: namespaces: { ${name}: { labels: {} } }`,
    });
  }
  if (affected.length > 0) {
    sink.assumptions.push({
      text: `Of the labels of ${affected.length === 1 ? "namespace" : "namespaces"} ${enumerate(affected)} only ${NAMESPACE_NAME_LABEL} is known.`,
      from: "default",
    });
  }
}

/** Whether `selector` reads a label that is not known of every namespace. */
export function asksForMore(selector: LabelSelector | undefined): boolean {
  return selector !== undefined && aboutNameOnly(selector) !== selector;
}
