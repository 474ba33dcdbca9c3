/**
 * What a folder of manifests says, read without any of netqed: kinds, names, labels and selectors as they
 * are written. Only for what can be told by looking; where it cannot, the answer errs on the side that
 * makes a check weaker, never wrong.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { manifestFiles } from "../support/shared.ts";

/** An object as it is written. */
export interface RawObject {
  readonly file: string;
  /** Absent: the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly content: unknown;
}

export const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  "Pod",
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "CronJob",
  "ReplicationController",
]);

/** Groups whose objects decide about connections although netqed does not model them. */
const POLICY_GROUPS =
  /(^|\.)(policy\.networking\.k8s\.io|cilium\.io|projectcalico\.org|antrea\.(io|tanzu\.vmware\.com)|k8s\.ovn\.org|network\.openshift\.io|security\.istio\.io|policy\.linkerd\.io|linkerd\.io|kuma\.io|consul\.hashicorp\.com|networking\.k8s\.aws|vpcresources\.k8s\.aws|kubeovn\.io|crd\.nsx\.vmware\.com)$/;

/** Whether `object` may decide about connections in a way that netqed does not model. */
export function isUnmodelledPolicy({ group, kind }: RawObject): boolean {
  return POLICY_GROUPS.test(group) || kind === "FQDNNetworkPolicy";
}

export function isNetworkPolicy({ group, kind }: RawObject): boolean {
  return group === "networking.k8s.io" && kind === "NetworkPolicy";
}

/** The files with manifests that lie in `folder` itself, with their paths. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name))
    .filter((entry) => !RENDERED.has(entry.name))
    .map((entry) => join(folder, entry.name));
}

/** The files by which a folder is an input of another program; without them its parts are read. */
export const RENDERED: ReadonlySet<string> = new Set([
  "kustomization.yaml",
  "kustomization.yml",
  "Chart.yaml",
]);

/** How many documents with a kind the files under `folder` hold, whether YAML or not. */
export function documentsUnder(folder: string): number {
  return manifestFiles(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .flatMap((text) => text.split(/^---.*$/m))
    .filter((document) => /^["']?kind["']?\s*:|^\s*"kind"\s*:/m.test(document)).length;
}

/** Text that documents hold if they are workloads, policies of any kind, services, namespaces or lists. */
const OF_INTEREST = new RegExp(
  `kind["']?\\s*:\\s*["']?(${[...WORKLOAD_KINDS].join("|")}|Service|Namespace|\\w*Policy|\\w*List)\\b|${POLICY_GROUPS.source.replace("(^|\\.)", "").replace("$", "")}/`,
);

/** The objects of the readable documents of `file`; items of lists stand for the list. */
export function objectsOf(file: string): readonly RawObject[] {
  const text = readFileSync(file, "utf8");
  // The rest, definitions of kinds for example, is long and says nothing that is asked here.
  const documents = text.split(/^---.*$/m).filter((document) => OF_INTEREST.test(document));
  return documents.flatMap((document) => {
    const options = { merge: true, uniqueKeys: false, logLevel: "silent" } as const;
    const parsed = parseAllDocuments(document, options);
    return [...parsed].flatMap((each) =>
      each.errors.length > 0 ? [] : objects(file, each.toJS({ maxAliasCount: -1 })),
    );
  });
}

function objects(file: string, content: unknown): readonly RawObject[] {
  const kind = text(content, "kind");
  const version = text(content, "apiVersion");
  if (kind === undefined || version === undefined) return [];
  if (kind.endsWith("List") && at(content, "items") !== undefined) {
    return list(content, "items").flatMap((item) => objects(file, item));
  }
  const group = version.includes("/") ? (version.split("/")[0] ?? "") : "";
  const name = text(content, "metadata", "name") ?? "";
  return [{ file, group, kind, name, namespace: text(content, "metadata", "namespace"), content }];
}

/** The namespace that kubectl gives to what states none. */
function namespaceOf({ namespace }: RawObject): string {
  return namespace ?? "default";
}

/** How many different objects of those `wanted` there are. */
export function distinct(
  found: readonly RawObject[],
  wanted: (object: RawObject) => boolean,
): number {
  const keyOf = (object: RawObject): string =>
    `${object.group} ${object.kind} ${namespaceOf(object)} ${object.name}`;
  return new Set(found.filter(wanted).map(keyOf)).size;
}

/** Whether the pods that `workload` makes are on the network of their node. */
export function usesHostNetwork(workload: RawObject): boolean {
  return at(podTemplate(workload), "spec", "hostNetwork") === true;
}

/** Labels of the pods that `workload` makes. */
function podLabels(workload: RawObject): unknown {
  return at(podTemplate(workload), "metadata", "labels");
}

function podTemplate({ kind, content }: RawObject): unknown {
  if (kind === "Pod") return content;
  const job = kind === "CronJob" ? ["jobTemplate", "spec"] : [];
  return at(content, "spec", ...job, "template");
}

/**
 * Whether `policy` may say something about the pods of `workload`. Namespaces are taken into account, and
 * selectors where they are but a map of labels; everything else may select.
 */
export function mayTouch(policy: RawObject, workload: RawObject): boolean {
  const { namespace, content } = policy;
  const isMeshWide = namespace === "istio-system";
  if (namespace !== undefined && !isMeshWide && namespace !== namespaceOf(workload)) return false;
  const spec = at(content, "spec");
  const selector = policy.group.endsWith("cilium.io")
    ? at(spec, "endpointSelector")
    : policy.group === "security.istio.io"
      ? at(spec, "selector")
      : undefined;
  if (selector === undefined || at(selector, "matchExpressions") !== undefined) return true;
  const labels = podLabels(workload);
  return Object.entries(record(at(selector, "matchLabels"))).every(([written, value]) => {
    const key = written.replace(/^(k8s|any)[:.]/, "");
    return key.startsWith("io.") || at(labels, key) === value;
  });
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => record(inner)[key], value);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // Any object that is no list can be read like a map.
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function text(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

function list(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
