/**
 * Files → resources. Every file is read to its end whatever is wrong in another; what the API server
 * would refuse is reported and left out.
 */
import type { Origin } from "../../models/base/origin.ts";
import { type Checked, compareDiagnostics, type Diagnostic } from "../base/diagnostic.ts";
import {
  asMap,
  type Cursor,
  field,
  type MapCursor,
  originOf,
  report,
  type Scope,
} from "./cursor.ts";
import { decodeObject, SUPPORTED_KINDS, supportedKind } from "./decode/decode-object.ts";
import type { NameSuffix } from "./decode/meta.ts";
import { type Decoded, withoutDuplicates } from "./duplicates.ts";
import type { LocatedNode, MapNode } from "./node.ts";
import type { ReadDocument } from "./read-document.ts";
import { readDocuments } from "./read-text.ts";
import type { Manifests } from "./resources.ts";

/** A file's name and text; `named` when the user gave it explicitly (standard input included). */
export interface ManifestFile {
  readonly name: string;
  readonly text: string;
  readonly named: boolean;
}

/** What reading gathers. */
interface Gathering {
  readonly decoded: Decoded[];
  readonly diagnostics: Diagnostic[];
  readonly skipped: Origin[];
  readonly shownAs: Map<string, string>;
  readonly suffix: NameSuffix;
}

/**
 * The resources of `files`, in their order, each object once. `value` is always present. Diagnostics are
 * sorted; any error among them means that something was left out (exit code 2). Files called netqed.yaml
 * and intent files are left alone. Pure. @cost about that of parsing the YAML
 */
export function readManifests(files: readonly ManifestFile[]): Checked<Manifests> {
  const gathering: Gathering = {
    decoded: [],
    diagnostics: [],
    skipped: [],
    shownAs: new Map(),
    suffix: nameSuffixes(),
  };
  for (const file of files) readFile(gathering, file);
  const { resources, diagnostics } = withoutDuplicates(gathering.decoded);
  return {
    value: {
      resources,
      filesRead: files.length,
      skipped: gathering.skipped,
      shownAs: gathering.shownAs,
    },
    diagnostics: [...gathering.diagnostics, ...diagnostics].sort(compareDiagnostics),
  };
}

/**
 * Stands in for the five letters that the API server draws for generateName, without vowels and digits
 * that look like letters. Counts up, so that the same input gives the same names.
 *
 * @source https://kubernetes.io/docs/reference/using-api/api-concepts/#generated-values (v1.34)
 */
function nameSuffixes(): NameSuffix {
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  let next = 0;
  return () => {
    let rest = next;
    next += 1;
    return Array.from({ length: 5 }, () => {
      const letter = letters.charAt(rest % letters.length);
      rest = Math.floor(rest / letters.length);
      return letter;
    })
      .reverse()
      .join("");
  };
}

function readFile(gathering: Gathering, file: ManifestFile): void {
  const { value: documents = [], diagnostics } = readDocuments(file.name, file.text);
  const isConfiguration = /(^|\/)\.?netqed\.ya?ml$/.test(file.name);
  if (isConfiguration && !file.named) return;
  const found: Diagnostic[] = [...diagnostics];
  const own: Gathering = { ...gathering, diagnostics: found };
  for (const document of documents) {
    found.push(...document.diagnostics);
    if (document.file !== file.name) gathering.shownAs.set(document.file, file.name);
    const { root } = document;
    if (root !== undefined) readDocument(own, document, root, file.named);
  }
  gathering.diagnostics.push(...oncePerFile(found));
  if (file.named && documents.length === 0 && diagnostics.length === 0) {
    const at: Origin = { file: file.name, line: 1, column: 1, path: "" };
    const message = "expected a manifest, found nothing at all";
    gathering.diagnostics.push({ code: "NQ1007", severity: "error", message, at });
  }
}

/** A word that readers disagree on is mostly written everywhere alike: its first place stands for all. */
function oncePerFile(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, message }) => {
    if (code !== "NQ1013") return true;
    const what = message.slice(message.indexOf(": ") + 2);
    const first = !seen.has(what);
    seen.add(what);
    return first;
  });
}

function readDocument(
  gathering: Gathering,
  document: ReadDocument,
  root: LocatedNode,
  named: boolean,
): void {
  const scope: Scope = { document, diagnostics: gathering.diagnostics };
  const cursor: Cursor = { scope, node: root, path: "", keyOffset: root.offset };
  if (root.kind !== "map") {
    setAside(gathering, cursor, named, root.kind === "list" ? "a list" : "a single value");
    return;
  }
  const object: MapCursor = { ...cursor, node: root };
  if (isIntentFile(root)) {
    if (named) setAside(gathering, cursor, named, "an intent file", "pass it with --intent");
    return;
  }
  if (root.entries.has("$patch")) {
    setAside(
      gathering,
      cursor,
      named,
      "a patch for kustomize",
      "render it: kubectl kustomize DIR | netqed verify -",
    );
    return;
  }
  readObject(gathering, object, undefined, named);
}

/** Intent files say `version`, and `properties` or `define`, and have no kind. */
function isIntentFile({ entries }: MapNode): boolean {
  const speaks = entries.has("properties") || entries.has("define");
  return entries.has("version") && speaks && !entries.has("kind") && !entries.has("apiVersion");
}

/** Skips a document that is no manifest, which is an error where the file was named. */
function setAside(
  gathering: Gathering,
  cursor: Cursor,
  named: boolean,
  found: string,
  hint?: string,
): void {
  gathering.skipped.push(originOf(cursor));
  if (named) {
    report(cursor, "NQ1007", `expected a manifest with apiVersion and kind, found ${found}`, {
      hint,
    });
  }
}

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Reads an object, or the items of a list; `inherited` is what an item of a typed list takes over. */
function readObject(
  gathering: Gathering,
  object: MapCursor,
  inherited: Identity | undefined,
  named: boolean,
): void {
  const apiVersion = textOf(object, "apiVersion") ?? inherited?.apiVersion;
  const kind = textOf(object, "kind") ?? inherited?.kind;
  if (apiVersion === undefined || kind === undefined) {
    reportHalfManifest(gathering, object, apiVersion, kind, named);
    return;
  }
  const items = field(object, "items");
  if (kind.endsWith("List") && (items?.node.kind === "list" || isKnownList(kind))) {
    readItems(gathering, object, { apiVersion, kind }, items);
    return;
  }
  const resource = decodeObject(object, { apiVersion, kind }, gathering.suffix);
  if (resource !== undefined) gathering.decoded.push({ resource, node: object.node });
}

function isKnownList(kind: string): boolean {
  return kind === "List" || supportedKind(kind.slice(0, -"List".length)) !== undefined;
}

function textOf(object: MapCursor, key: string): string | undefined {
  const node = field(object, key)?.node;
  return node?.kind === "scalar" && typeof node.value === "string" && node.value !== ""
    ? node.value
    : undefined;
}

/** A typed list hands its version and kind to items that lack them (S2.8). */
function readItems(
  gathering: Gathering,
  list: MapCursor,
  { apiVersion, kind }: Identity,
  items: Cursor | undefined,
): void {
  if (items === undefined) return;
  const { node } = items;
  if (node.kind !== "list") {
    report(items, "NQ1020", "expected a list of objects");
    return;
  }
  const element = kind === "List" ? undefined : { apiVersion, kind: kind.slice(0, -"List".length) };
  node.items.forEach((item, index) => {
    const path = `${items.path}[${String(index)}]`;
    const cursor = { scope: list.scope, node: item, path, keyOffset: item.offset };
    const object = asMap(cursor);
    if (object !== undefined) readObject(gathering, object, element, true);
  });
}

/**
 * Without apiVersion or kind a document is skipped, or an error where its file was named. What looks
 * like a manifest all the same is an error anywhere: it was meant to count.
 */
function reportHalfManifest(
  gathering: Gathering,
  object: MapCursor,
  apiVersion: string | undefined,
  kind: string | undefined,
  named: boolean,
): void {
  const { entries } = object.node;
  const versions = new Set(Object.values(SUPPORTED_KINDS).map((k) => k.apiVersion));
  const missesVersion =
    kind !== undefined &&
    (supportedKind(kind) !== undefined || isKnownList(kind) || entries.has("metadata"));
  const missesKind =
    apiVersion !== undefined &&
    versions.has(apiVersion) &&
    ["metadata", "spec", "items"].some((key) => entries.has(key));
  if ((apiVersion === undefined && missesVersion) || missesKind) {
    const missing = missesVersion ? "apiVersion" : "kind";
    report(
      object,
      "NQ1021",
      `the field ${missing} is required; without it the API server refuses the object`,
    );
    return;
  }
  setAside(gathering, object, named, describeShape(object));
}

function describeShape(object: MapCursor): string {
  const keys = [...object.node.entries.keys()].slice(0, 4).join(", ");
  return keys === "" ? "an empty map" : `a map with ${keys}`;
}
