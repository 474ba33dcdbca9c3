/**
 * What the JSON reports share. Keys are written in the order of their published schema; bytes depend on
 * nothing but the answer.
 */
import type { Address } from "../../models/base/address.ts";
import type { Origin } from "../../models/base/origin.ts";
import type { FibAction, HookAction } from "../../models/network/action.ts";
import type { Header } from "../../models/network/packet.ts";
import { type Choices, type Hop, type Trace, chosen } from "../../models/network/trace.ts";
import { compareDiagnostics, type Diagnostic } from "../base/diagnostic.ts";
import { formatAddress } from "../base/ip.ts";
import { isWritten } from "./code-frame.ts";
import { printableJson } from "./printable.ts";
import type { ProfileSetting, RunContext } from "./run-context.ts";

/** JSON data. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A JSON object; members that are undefined are left out. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** The version of every JSON report. It changes when a reader of the old ones would misread the new. */
export const SCHEMA_VERSION = 1;

/** `value` as a JSON text with a final line feed. */
export function jsonText(value: Json): string {
  return `${printableJson(JSON.stringify(value, null, 2))}\n`;
}

/** `{ file, line, column }`. */
export function placeJson(origin: Origin): JsonObject {
  return { file: origin.file, line: origin.line, column: origin.column };
}

/** A diagnostic. */
export function diagnosticJson(diagnostic: Diagnostic): JsonObject {
  const { code, severity, message, at, related = [], hint } = diagnostic;
  return {
    code,
    severity,
    message,
    ...placeJson(at),
    ...(related.length === 0
      ? {}
      : { related: related.map((r) => ({ message: r.message, ...placeJson(r.at) })) }),
    hint,
  };
}

/** A setting with its source. */
export function settingJson({ name, value, from, at }: ProfileSetting): JsonObject {
  return { name, value, from, ...(at === undefined ? {} : placeJson(at)) };
}

/** The members that end every report: the profile, assumptions, then diagnostics by place. */
export function contextJson(context: RunContext): JsonObject {
  return {
    profile: context.profile.map(settingJson),
    assumptions: context.assumptions.map(({ text }) => text),
    diagnostics: context.diagnostics.toSorted(compareDiagnostics).map(diagnosticJson),
  };
}

/** What was read. */
export function inputJson({ input }: RunContext): JsonObject {
  return {
    files: input.files,
    objects: input.objects,
    counts: Object.fromEntries(input.counts.map(({ what, count }) => [what, count])),
    ignoredKinds: Object.fromEntries(input.ignoredKinds.map(({ kind, count }) => [kind, count])),
    skippedDocuments: input.skippedDocuments,
    ignoredFiles: input.ignoredFiles,
  };
}

/** The members of a header; addresses as text. */
export function headerJson(header: Header): JsonObject {
  const address = (bits: bigint): string => formatAddress({ family: header.family, bits });
  return {
    protocol: header.protocol,
    source: address(header.source),
    sourcePort: header.sourcePort,
    destination: address(header.destination),
    destinationPort: header.destinationPort,
  };
}

/** An address as text. */
export function addressJson(address: Address): string {
  return formatAddress(address);
}

/** The hops of `trace`; `before` and `after` hold only what a hop changes. */
export function traceJson(trace: Trace): readonly JsonObject[] {
  return trace.hops.map((hop) => hopJson(hop, trace.choices));
}

function hopJson(hop: Hop, choices: Choices): JsonObject {
  const { at, stage, action, because, before, after } = hop;
  const [rule] = because.origins.filter(isWritten);
  const [changedBefore, changedAfter] = changes(before, after);
  return {
    at,
    stage,
    action: action.kind,
    ...actionJson(action, choices),
    text: because.text,
    object: because.object,
    ...(rule === undefined ? {} : { rule: placeJson(rule) }),
    before: changedBefore,
    after: changedAfter,
  };
}

/** What there is to say of an action beside its kind; of a choice what was chosen. */
function actionJson(action: FibAction | HookAction, choices: Choices): JsonObject {
  switch (action.kind) {
    case "pass":
      return {};
    case "translate": {
      const marks = chosen(choices, action.choice, action.rewrites)?.marks;
      return marks === true ? { marks } : {};
    }
    case "discard":
      return { reason: action.reason };
    case "forward":
      return { via: action.via };
    case "multipath":
      return { via: chosen(choices, action.choice, action.vias), among: action.vias };
    case "deliver":
      return { to: action.to };
  }
}

function changes(before: Header, after: Header): readonly [JsonObject, JsonObject] {
  const a = headerJson(before);
  const b = headerJson(after);
  const keys = Object.keys(a).filter((key) => a[key] !== b[key]);
  const pick = (from: JsonObject): JsonObject =>
    Object.fromEntries(keys.map((key) => [key, from[key]]));
  return [pick(a), pick(b)];
}
