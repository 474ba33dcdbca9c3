/**
 * `metadata`: name, namespace, labels, owner.
 */
import {
  booleanAt,
  type Cursor,
  field,
  filledAt,
  mapAt,
  type MapCursor,
  mapsAt,
  originOf,
  report,
  reportPlaceholder,
  textMapAt,
} from "../cursor.ts";
import { quote } from "../node.ts";
import type { Located, ObjectMeta } from "../resources.ts";
import { allowFields, labelsAt, reportMissing } from "./fields.ts";
import {
  hasNameForm,
  isDnsLabel,
  isLabelKey,
  LABEL_KEY_FORM,
  NAME_FORMS,
  type NameForm,
} from "./names.ts";

/** What a kind asks of its metadata. */
export interface MetaRules {
  readonly namespaced: boolean;
  readonly name: NameForm;
  readonly nameLengthMax?: number;
}

const META_FIELDS = new Set([
  "name",
  "generateName",
  "namespace",
  "labels",
  "annotations",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "ownerReferences",
  "finalizers",
  "managedFields",
  "selfLink",
]);

/** Makes up the part of a name that the API server would draw by chance; a new one at each call. */
export type NameSuffix = () => string;

/** The metadata of `object`, checked as the API server does; undefined when it has no usable name. */
export function decodeMeta(
  object: MapCursor,
  identity: { readonly apiVersion: string; readonly kind: string },
  rules: MetaRules,
  suffix: NameSuffix,
): ObjectMeta | undefined {
  const meta = mapAt(object, "metadata");
  if (meta === undefined) {
    if (field(object, "metadata") === undefined) reportMissing(object, "metadata.name");
    return undefined;
  }
  allowFields(meta, META_FIELDS, "warning");
  const name = decodeName(meta, rules, suffix);
  if (name === undefined) return undefined;
  return assembleMeta(object, meta, identity, name, rules.namespaced);
}

/** The metadata of an object that nothing is asked of: what can be read of it, without a diagnostic. */
export function looseMeta(
  object: MapCursor,
  identity: { readonly apiVersion: string; readonly kind: string },
): ObjectMeta {
  const silent: MapCursor = { ...object, scope: { ...object.scope, diagnostics: [] } };
  const metadata = field(silent, "metadata");
  const meta = metadata?.node.kind === "map" ? mapAt(silent, "metadata") : undefined;
  const name = meta && (filledAt(meta, "name") ?? filledAt(meta, "generateName"));
  const empty: MapCursor = { ...silent, node: { kind: "map", offset: 0, entries: new Map() } };
  return assembleMeta(silent, meta ?? empty, identity, name?.value ?? "", true);
}

function assembleMeta(
  object: MapCursor,
  meta: MapCursor,
  identity: { readonly apiVersion: string; readonly kind: string },
  name: string,
  namespaced: boolean,
): ObjectMeta {
  const namespace = namespaced ? decodeNamespace(meta) : undefined;
  const annotations = textMapAt(meta, "annotations", checkAnnotationKey);
  const uid = filledAt(meta, "uid")?.value;
  const controller = decodeController(meta);
  const deletionTimestamp = filledAt(meta, "deletionTimestamp")?.value;
  return {
    ...identity,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: labelsAt(meta, "labels"),
    annotations: annotations ?? new Map<string, Located<string>>(),
    ...(uid === undefined ? {} : { uid }),
    ...(controller === undefined ? {} : { controller }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    at: originOf(object),
  };
}

/** Annotation keys are label keys, except that their prefix may have capitals. */
function checkAnnotationKey(cursor: Cursor, key: string): void {
  if (isLabelKey(key.toLowerCase())) return;
  const message = `expected an annotation key of ${LABEL_KEY_FORM}; found ${quote(key)}`;
  report(cursor, "NQ1026", message, { atKey: true });
}

function decodeName(meta: MapCursor, rules: MetaRules, suffix: NameSuffix): string | undefined {
  const name = filledAt(meta, "name");
  const prefix = name === undefined ? filledAt(meta, "generateName") : undefined;
  const text = name?.value ?? (prefix === undefined ? undefined : prefix.value + suffix());
  const cursor = field(meta, name === undefined ? "generateName" : "name");
  if (text === undefined || cursor === undefined) {
    const written = field(meta, "name");
    if (written === undefined || (written.node.kind === "scalar" && written.node.value === "")) {
      reportMissing(meta, "name");
    }
    return undefined;
  }
  checkName(cursor, text, rules);
  return text;
}

function checkName(cursor: Cursor, name: string, rules: MetaRules): void {
  const tooLong = rules.nameLengthMax !== undefined && name.length > rules.nameLengthMax;
  if (hasNameForm(name, rules.name) && !tooLong) return;
  if (reportPlaceholder(cursor, name)) return;
  const limit = tooLong ? `at most ${String(rules.nameLengthMax)} characters in all, and ` : "";
  const form = NAME_FORMS[rules.name];
  report(cursor, "NQ1025", `expected a name of ${limit}${form}; found ${quote(name)}`);
}

function decodeNamespace(meta: MapCursor): Located<string> | undefined {
  const namespace = filledAt(meta, "namespace");
  const cursor = field(meta, "namespace");
  if (namespace === undefined || cursor === undefined) return undefined;
  if (!isDnsLabel(namespace.value) && !reportPlaceholder(cursor, namespace.value)) {
    const found = quote(namespace.value);
    const form = NAME_FORMS["DNS label"];
    report(cursor, "NQ1025", `expected a namespace name of ${form}; found ${found}`);
  }
  return namespace;
}

function decodeController(meta: MapCursor): ObjectMeta["controller"] {
  for (const owner of mapsAt(meta, "ownerReferences") ?? []) {
    const kind = filledAt(owner, "kind")?.value;
    const name = filledAt(owner, "name")?.value;
    if (booleanAt(owner, "controller")?.value !== true) continue;
    if (kind === undefined || name === undefined) continue;
    const uid = filledAt(owner, "uid")?.value;
    return uid === undefined ? { kind, name } : { kind, name, uid };
  }
  return undefined;
}
