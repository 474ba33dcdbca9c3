/**
 * Ingress and IngressClass (networking.k8s.io/v1).
 *
 * @source https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ (v1.34; section 8a)
 * @source https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/networking/validation/validation.go (ValidateIngress, ValidateIngressClass; S8.1-S8.9)
 */
import type { Address } from "../../../models/base/address.ts";
import type { PathType } from "../../../models/kubernetes/ingress.ts";
import { parseLenientAddress } from "../../base/ip.ts";
import {
  type Cursor,
  field,
  filledAt,
  mapAt,
  type MapCursor,
  mapsAt,
  originOf,
  report,
  reportPlaceholder,
  textAt,
  textsAt,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type {
  IngressClassResource,
  IngressPathSpec,
  IngressResource,
  IngressRuleSpec,
  Located,
  ObjectMeta,
} from "../resources.ts";
import { addressAt, allowFields, oneOf, reportMissing } from "./fields.ts";
import { backendAt } from "./ingress-backend.ts";
import { hasNameForm, isDnsSubdomain, NAME_FORMS } from "./names.ts";

const TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_FIELDS = new Set(["defaultBackend", "ingressClassName", "rules", "tls"]);
const RULE_FIELDS = new Set(["host", "http"]);
const PATH_FIELDS = new Set(["backend", "path", "pathType"]);
const TLS_FIELDS = new Set(["hosts", "secretName"]);
const CLASS_TOP_FIELDS = new Set(["apiVersion", "kind", "metadata", "spec"]);
const CLASS_FIELDS = new Set(["controller", "parameters"]);
const PATH_TYPES: readonly PathType[] = ["Exact", "Prefix", "ImplementationSpecific"];
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";

/** The Ingress that `object` is. An unknown field of a rule is an error: without it the rule has more. */
export function decodeIngress(object: MapCursor, meta: ObjectMeta): IngressResource | undefined {
  allowFields(object, TOP_FIELDS, "warning");
  const spec = mapAt(object, "spec");
  if (field(object, "spec") === undefined) reportMissing(object, "spec");
  if (spec === undefined) return undefined;
  allowFields(spec, SPEC_FIELDS, "warning");
  const className = decodeClassName(spec, meta);
  const defaultBackend = backendAt(spec, "defaultBackend");
  const rules = mapsAt(spec, "rules") ?? [];
  if (rules.length === 0 && field(spec, "defaultBackend") === undefined) {
    reportMissing(spec, "rules", " unless there is a defaultBackend");
  }
  return {
    kind: "Ingress",
    meta,
    ...(className === undefined ? {} : { className }),
    ...(defaultBackend === undefined ? {} : { defaultBackend }),
    rules: rules.map(decodeRule),
    tls: (mapsAt(spec, "tls") ?? []).map(decodeTls),
    addresses: decodeAddresses(object),
  };
}

/** The API server refuses a class and another one in the annotation that was there before classes. */
function decodeClassName(spec: MapCursor, meta: ObjectMeta): Located<string> | undefined {
  const name = filledAt(spec, "ingressClassName");
  const cursor = field(spec, "ingressClassName");
  if (name === undefined || cursor === undefined) return undefined;
  if (!isDnsSubdomain(name.value) && !reportPlaceholder(cursor, name.value)) {
    const form = NAME_FORMS["DNS subdomain"];
    report(cursor, "NQ1025", `expected a name of ${form}; found ${quote(name.value)}`);
  }
  const annotation = meta.annotations.get(CLASS_ANNOTATION);
  if (annotation !== undefined && annotation.value !== name.value) {
    report(
      cursor,
      "NQ1030",
      `the annotation ${CLASS_ANNOTATION} must say the same where both are set; found ${quote(name.value)} and ${quote(annotation.value)}`,
      { related: [{ message: "the annotation", at: annotation.at }] },
    );
  }
  return name;
}

function decodeRule(rule: MapCursor): IngressRuleSpec {
  allowFields(rule, RULE_FIELDS, "error");
  const host = filledAt(rule, "host");
  const cursor = field(rule, "host");
  if (host !== undefined && cursor !== undefined) checkHost(cursor, host.value);
  const http = mapAt(rule, "http");
  const paths = http === undefined ? undefined : decodePaths(http);
  return {
    ...(host === undefined ? {} : { host }),
    ...(paths === undefined ? {} : { paths }),
    at: originOf(rule),
  };
}

/** A DNS name, or one whose first label is a star (S8.4). */
function checkHost(cursor: Cursor, host: string): void {
  if (parseLenientAddress(host) !== undefined) {
    report(cursor, "NQ1025", `expected a DNS name, found the address ${quote(host)}`);
    return;
  }
  const name = host.startsWith("*.") ? host.slice(2) : host;
  if (isDnsSubdomain(name) || reportPlaceholder(cursor, host)) return;
  const hint = /:\d+$/.test(host) ? "a host has no port: leave it out" : undefined;
  report(
    cursor,
    "NQ1025",
    `expected a DNS name in lower case, perhaps with *. before it; found ${quote(host)}`,
    { hint },
  );
}

function decodePaths(http: MapCursor): readonly IngressPathSpec[] {
  allowFields(http, new Set(["paths"]), "error");
  const items = mapsAt(http, "paths");
  if (items === undefined || items.length === 0) {
    const list = field(http, "paths");
    if (list === undefined) reportMissing(http, "paths");
    else if (list.node.kind === "list") {
      report(list, "NQ1021", "http needs at least one path; found none");
    }
  }
  return (items ?? []).flatMap((item) => decodePath(item) ?? []);
}

function decodePath(item: MapCursor): IngressPathSpec | undefined {
  allowFields(item, PATH_FIELDS, "error");
  const type = oneOf(item, "pathType", filledAt(item, "pathType"), PATH_TYPES);
  if (field(item, "pathType") === undefined) {
    reportMissing(item, "pathType", `: expected one of ${PATH_TYPES.join(", ")}`);
  }
  const path = textAt(item, "path")?.value ?? "";
  if (type !== undefined) checkPath(item, type.value, path);
  const backend = backendAt(item, "backend");
  if (field(item, "backend") === undefined) reportMissing(item, "backend");
  if (type === undefined || backend === undefined) return undefined;
  return { type: type.value, path, backend, at: originOf(item) };
}

/** What no path may hold, since readers disagree on what it means (S8.6). */
const FORBIDDEN = ["//", "/./", "/../", "%2f", "%2F"];
const FORBIDDEN_ENDS = ["/..", "/."];

function checkPath(item: MapCursor, type: PathType, path: string): void {
  const cursor = field(item, "path") ?? item;
  if (type === "ImplementationSpecific" && path === "") return;
  if (!path.startsWith("/")) {
    if (reportPlaceholder(cursor, path)) return;
    const found = path === "" ? "none" : quote(path);
    report(
      cursor,
      "NQ1042",
      `a path of type ${type} must be absolute: expected / first, found ${found}`,
    );
    return;
  }
  if (type === "ImplementationSpecific") return;
  const inside = FORBIDDEN.find((part) => path.includes(part));
  const end = FORBIDDEN_ENDS.find((part) => path.endsWith(part));
  const part = inside ?? end;
  if (part === undefined) return;
  report(
    cursor,
    "NQ1042",
    `a path of type ${type} must not hold ${quote(part)}; found ${quote(path)}`,
  );
}

function decodeTls(entry: MapCursor): IngressResource["tls"][number] {
  allowFields(entry, TLS_FIELDS, "warning");
  const hosts = textsAt(entry, "hosts", checkHost);
  const secretName = filledAt(entry, "secretName");
  const cursor = field(entry, "secretName");
  if (secretName !== undefined && cursor !== undefined) {
    const fits = hasNameForm(secretName.value, "DNS subdomain");
    if (!fits && !reportPlaceholder(cursor, secretName.value)) {
      const form = NAME_FORMS["DNS subdomain"];
      report(cursor, "NQ1025", `expected a name of ${form}; found ${quote(secretName.value)}`);
    }
  }
  return { hosts, ...(secretName === undefined ? {} : { secretName }), at: originOf(entry) };
}

function decodeAddresses(object: MapCursor): readonly Located<Address>[] {
  const status = mapAt(object, "status");
  const balancer = status && mapAt(status, "loadBalancer");
  const entries = (balancer && mapsAt(balancer, "ingress")) ?? [];
  return entries.flatMap((entry) => addressAt(entry, "ip") ?? []);
}

/** The class that `object` is. */
export function decodeIngressClass(
  object: MapCursor,
  meta: ObjectMeta,
): IngressClassResource | undefined {
  allowFields(object, CLASS_TOP_FIELDS, "warning");
  const spec = mapAt(object, "spec");
  if (spec === undefined) {
    if (field(object, "spec") === undefined) reportMissing(object, "spec.controller");
    return undefined;
  }
  allowFields(spec, CLASS_FIELDS, "warning");
  const controller = filledAt(spec, "controller");
  const cursor = field(spec, "controller");
  if (controller === undefined || cursor === undefined) {
    if (cursor === undefined || cursor.node.kind === "scalar") reportMissing(spec, "controller");
    return undefined;
  }
  const slash = controller.value.indexOf("/");
  const isPath = slash > 0 && isDnsSubdomain(controller.value.slice(0, slash));
  if ((!isPath || controller.value.length > 250) && !reportPlaceholder(cursor, controller.value)) {
    report(
      cursor,
      "NQ1025",
      `expected a controller such as example.com/name, of at most 250 characters; found ${quote(controller.value)}`,
    );
  }
  return { kind: "IngressClass", meta, controller };
}
