/**
 * One object → one resource: by its apiVersion and kind.
 */
import { nearestName } from "../../base/nearest-name.ts";
import { type MapCursor, report } from "../cursor.ts";
import { groupOf, kindRole } from "../known-kinds.ts";
import { locatedDocument } from "../located-document.ts";
import type { ObjectMeta, Resource } from "../resources.ts";
import { decodeEndpoints, decodeEndpointSlice } from "./endpoints.ts";
import { decodeIngress, decodeIngressClass } from "./ingress.ts";
import { installationOf } from "./installation.ts";
import { decodeMeta, looseMeta, type MetaRules, type NameSuffix } from "./meta.ts";
import { decodeNamespace } from "./namespace.ts";
import { decodeNetworkPolicy } from "./network-policy.ts";
import { decodeNode } from "./node.ts";
import { decodePod } from "./pod.ts";
import { decodeService } from "./service.ts";
import { decodeClaim } from "./volumes.ts";
import { decodeWorkload } from "./workload.ts";

/** A kind that is decoded. */
interface SupportedKind {
  readonly apiVersion: string;
  readonly rules: MetaRules;
  readonly decode: (object: MapCursor, meta: ObjectMeta) => Resource | undefined;
}

const NAMESPACED: MetaRules = { namespaced: true, name: "DNS subdomain" };

/**
 * The kinds that are decoded, with the form of their names.
 *
 * @source https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (v1.34)
 * @source https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#cron-job-limitations (52 characters)
 */
export const SUPPORTED_KINDS: Readonly<Record<string, SupportedKind>> = {
  Namespace: {
    apiVersion: "v1",
    rules: { namespaced: false, name: "DNS label" },
    decode: decodeNamespace,
  },
  Node: {
    apiVersion: "v1",
    rules: { namespaced: false, name: "DNS subdomain" },
    decode: decodeNode,
  },
  Pod: { apiVersion: "v1", rules: NAMESPACED, decode: decodePod },
  Service: {
    apiVersion: "v1",
    rules: { namespaced: true, name: "DNS-1035 label" },
    decode: decodeService,
  },
  Endpoints: { apiVersion: "v1", rules: NAMESPACED, decode: decodeEndpoints },
  EndpointSlice: {
    apiVersion: "discovery.k8s.io/v1",
    rules: NAMESPACED,
    decode: decodeEndpointSlice,
  },
  NetworkPolicy: {
    apiVersion: "networking.k8s.io/v1",
    rules: NAMESPACED,
    decode: decodeNetworkPolicy,
  },
  Ingress: { apiVersion: "networking.k8s.io/v1", rules: NAMESPACED, decode: decodeIngress },
  IngressClass: {
    apiVersion: "networking.k8s.io/v1",
    rules: { namespaced: false, name: "DNS subdomain" },
    decode: decodeIngressClass,
  },
  ReplicationController: {
    apiVersion: "v1",
    rules: NAMESPACED,
    decode: (object, meta) => decodeWorkload(object, meta, "ReplicationController"),
  },
  Deployment: {
    apiVersion: "apps/v1",
    rules: NAMESPACED,
    decode: (object, meta) => decodeWorkload(object, meta, "Deployment"),
  },
  ReplicaSet: {
    apiVersion: "apps/v1",
    rules: NAMESPACED,
    decode: (object, meta) => decodeWorkload(object, meta, "ReplicaSet"),
  },
  StatefulSet: {
    apiVersion: "apps/v1",
    rules: { namespaced: true, name: "DNS label" },
    decode: (object, meta) => decodeWorkload(object, meta, "StatefulSet"),
  },
  DaemonSet: {
    apiVersion: "apps/v1",
    rules: NAMESPACED,
    decode: (object, meta) => decodeWorkload(object, meta, "DaemonSet"),
  },
  Job: {
    apiVersion: "batch/v1",
    rules: NAMESPACED,
    decode: (object, meta) => decodeWorkload(object, meta, "Job"),
  },
  CronJob: {
    apiVersion: "batch/v1",
    rules: { ...NAMESPACED, nameLengthMax: 52 },
    decode: (object, meta) => decodeWorkload(object, meta, "CronJob"),
  },
};

/**
 * The groups that belong to Kubernetes itself and hold a decoded kind now or held one before: a decoded
 * kind under another version of them is served no longer, or never was.
 *
 * @source https://kubernetes.io/docs/reference/using-api/deprecation-guide/ (v1.34)
 */
const OWN_GROUPS = new Set([
  "",
  "apps",
  "batch",
  "discovery.k8s.io",
  "extensions",
  "networking.k8s.io",
]);

/** The release that stopped serving an apiVersion, for the kinds of interest here. */
const REMOVED_IN: Readonly<Record<string, string>> = {
  "extensions/v1beta1": "1.16 (Ingress: 1.22)",
  "apps/v1beta1": "1.16",
  "apps/v1beta2": "1.16",
  "networking.k8s.io/v1beta1": "1.22",
  "batch/v1beta1": "1.25",
  "batch/v2alpha1": "1.21",
  "discovery.k8s.io/v1beta1": "1.25",
};

/** The decoded kind called `kind`. */
export function supportedKind(kind: string): SupportedKind | undefined {
  return Object.hasOwn(SUPPORTED_KINDS, kind) ? SUPPORTED_KINDS[kind] : undefined;
}

/**
 * What `object` contributes. Undefined, with at least one error among the diagnostics, when the API
 * server would refuse it.
 */
export function decodeObject(
  object: MapCursor,
  identity: { readonly apiVersion: string; readonly kind: string },
  suffix: NameSuffix,
): Resource | undefined {
  const { apiVersion, kind } = identity;
  const supported = supportedKind(kind);
  const group = groupOf(apiVersion);
  if (supported?.apiVersion === apiVersion) {
    return decodeSupported(object, identity, supported, suffix);
  }
  const served = supported?.apiVersion;
  if (served !== undefined && served !== apiVersion && OWN_GROUPS.has(group)) {
    return refuseVersion(object, identity, served);
  }
  if (OWN_GROUPS.has(group) && reportMisspeltKind(object, identity)) return undefined;
  return otherResource(object, identity);
}

function decodeSupported(
  object: MapCursor,
  identity: { readonly apiVersion: string; readonly kind: string },
  supported: SupportedKind,
  suffix: NameSuffix,
): Resource | undefined {
  const { diagnostics } = object.scope;
  const before = diagnostics.length;
  const meta = decodeMeta(object, identity, supported.rules, suffix);
  // Without a name nothing can be made of it, but what else is wrong is still worth saying.
  const resource = supported.decode(object, meta ?? looseMeta(object, identity));
  const refused = diagnostics.slice(before).some((d) => d.severity === "error");
  return refused || meta === undefined ? undefined : resource;
}

function refuseVersion(
  object: MapCursor,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  served: string,
): undefined {
  const removed = Object.hasOwn(REMOVED_IN, apiVersion) ? REMOVED_IN[apiVersion] : undefined;
  const why =
    removed === undefined
      ? `the API server serves no ${kind} as ${apiVersion}`
      : `${apiVersion} was removed in Kubernetes ${removed}`;
  const message = `${why}: expected apiVersion ${served}, found ${apiVersion}`;
  report(object, "NQ1010", message, { hint: `write apiVersion: ${served}` });
  return undefined;
}

/** Whether the kind, which the API server does not know, is nearly one that is decoded; reports it. */
function reportMisspeltKind(
  object: MapCursor,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): boolean {
  const sameVersion = Object.entries(SUPPORTED_KINDS).filter(
    ([, k]) => k.apiVersion === apiVersion,
  );
  const near = nearestName(
    kind,
    sameVersion.map(([name]) => name),
  );
  if (near === undefined) return false;
  const message = `the API server knows no kind ${kind} in ${apiVersion}`;
  report(object, "NQ1010", message, { hint: `did you mean ${near}?` });
  return true;
}

function otherResource(
  object: MapCursor,
  identity: { readonly apiVersion: string; readonly kind: string },
): Resource {
  const meta = looseMeta(object, identity);
  if (identity.apiVersion === "v1" && identity.kind === "PersistentVolumeClaim") {
    return decodeClaim(object, meta);
  }
  const role = kindRole(groupOf(identity.apiVersion), identity.kind);
  if (role === undefined || role === "harmless") {
    const installation = installationOf(object, meta);
    return { kind: "ignored", meta, ...(installation.length === 0 ? {} : { installation }) };
  }
  const { content, positionOf } = locatedDocument(object.scope.document, object.node, object.path);
  return { kind: "unmodelled", role, meta, content, positionOf };
}
