/**
 * What the readers of installation documents share: facts, remarks, and typed access to values.
 */
import type { Prefix } from "../../models/base/address.ts";
import type { Family } from "../../models/base/family.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { KubeProxyMode, Profile } from "../../models/kubernetes/profile.ts";
import type { InstallationDoubt } from "../base/cluster-settings.ts";
import { parsePrefix } from "../base/ip.ts";
import type { DocumentPath } from "../manifest/located-document.ts";
import type { InstallationDocument } from "../manifest/resources.ts";
import { isMap, kindOfValue } from "./reading.ts";

/** A value that an object states, for a key of the profile. */
export type Fact = { readonly at: Origin } & (
  | { readonly key: "podCIDRs" | "serviceCIDRs"; readonly value: readonly Prefix[] }
  | { readonly key: "nonMasqueradeCIDRs"; readonly value: readonly Prefix[] }
  | { readonly key: "ipFamilies"; readonly value: readonly Family[] }
  | { readonly key: "kubeProxyMode" | "clusterDomain"; readonly value: string }
  | { readonly key: "detectLocalMode"; readonly value: Profile["detectLocalMode"] }
  | { readonly key: "overlay"; readonly value: Profile["overlay"] }
  | { readonly key: "networkPolicy"; readonly value: Profile["networkPolicy"] }
  | { readonly key: "ipBlocks"; readonly value: Profile["ipBlocks"] }
  | { readonly key: "nodePortAddresses"; readonly value: Profile["nodePortAddresses"] }
  | {
      readonly key:
        | "localhostNodePorts"
        | "masqueradeAll"
        | "masqueradeOutside"
        | "masqueradeToNodes";
      readonly value: boolean;
    }
);

/** A key of the profile that objects can state. */
export type FactKey = Fact["key"];

/** Something that is stated and that answers do not follow. */
export interface Remark {
  readonly text: string;
  readonly at: Origin;
  readonly severity: "error" | "warning" | "note";
  readonly hint?: string;
  /** `namespace/Kind/name` of the object that states it. */
  readonly object: string;
  /** What it does to answers, unless netqed.yaml decides; after "so". */
  readonly consequence?: string;
  /** The answers that it leaves open. */
  readonly doubt?: InstallationDoubt["kind"];
}

/** What a document says. */
export interface Facts {
  readonly facts: readonly Fact[];
  readonly remarks: readonly Remark[];
}

/** A document that is being read. */
export interface Reading {
  readonly document: InstallationDocument;
  /** The mode of kube-proxy that netqed.yaml sets, which says what of its configuration counts. */
  readonly mode?: KubeProxyMode;
  readonly facts: Fact[];
  readonly remarks: Remark[];
}

/** Where the value at `path` is, or its nearest ancestor. */
export function placeOf({ document }: Reading, path: DocumentPath): Origin {
  return document.document.positionOf(path);
}

/** The value at `path`; undefined where it is absent or null. What is no map on the way is a remark. */
export function valueAt(reading: Reading, path: DocumentPath): unknown {
  let value: unknown = reading.document.document.content;
  for (const [i, step] of path.entries()) {
    if (!isMap(value)) {
      if ((value !== undefined && value !== null) || i === 0) {
        unreadable(reading, path.slice(0, i), "a map", value);
      }
      return undefined;
    }
    value = Object.hasOwn(value, String(step)) ? value[String(step)] : undefined;
  }
  return value ?? undefined;
}

/** The text at `path` that is not empty; a value of another type is a remark. */
export function textAt(reading: Reading, path: DocumentPath): string | undefined {
  const value = valueAt(reading, path);
  if (typeof value === "string") return value === "" ? undefined : value;
  if (value !== undefined) unreadable(reading, path, "a text", value);
  return undefined;
}

/** The truth value at `path`; a value of another type is a remark. */
export function flagAt(reading: Reading, path: DocumentPath): boolean | undefined {
  const value = valueAt(reading, path);
  if (typeof value === "boolean") return value;
  if (value !== undefined) unreadable(reading, path, "true or false", value);
  return undefined;
}

/** The blocks that the text at `path` lists, empty where it is absent; undefined, with a remark, if unreadable. */
export function blocksAt(
  reading: Reading,
  path: DocumentPath,
  separator: RegExp = /,/,
): readonly Prefix[] | undefined {
  const text = textAt(reading, path);
  if (text === undefined) return [];
  const parts = text.split(separator).map((part) => part.trim());
  const value = prefixesOf(parts.filter((part) => part !== ""));
  if (value === undefined) unreadable(reading, path, "CIDR blocks such as 10.0.0.0/16", text);
  return value;
}

/** The blocks that `texts` write, without their host bits; undefined where one is none, or there is none. */
export function prefixesOf(texts: readonly unknown[]): readonly Prefix[] | undefined {
  const parsed = texts.map((text) => (typeof text === "string" ? parsePrefix(text) : undefined));
  const found = parsed.flatMap((one) => (one === undefined ? [] : one.prefix));
  return found.length === texts.length && found.length > 0 ? found : undefined;
}

/** Records that the value at `path` is not what its component takes, once. */
export function unreadable(
  reading: Reading,
  path: DocumentPath,
  expected: string,
  found: unknown,
): void {
  const name = path.length === 0 ? "the document" : path.join(".");
  const text = `${name} must be ${expected}; found ${kindOfValue(found)}, which is left out`;
  if (reading.remarks.some((other) => other.text === text)) return;
  warn(reading, path, text);
}

/** Records a warning about the value at `path`. */
export function warn(
  reading: Reading,
  path: DocumentPath,
  text: string,
  more: Partial<Pick<Remark, "doubt" | "severity" | "hint" | "consequence">> = {},
): void {
  const { object } = reading.document;
  const at = placeOf(reading, path);
  reading.remarks.push({ text, at, severity: "warning", object, ...more });
}
