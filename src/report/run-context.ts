/**
 * What every report tells beside its answer: what was read, what is assumed, what was remarked on.
 */
import type { Origin } from "../../models/base/origin.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import type { Sources } from "./code-frame.ts";
import { as, type Line } from "./line.ts";

/** What was read. */
export interface InputSummary {
  readonly files: number;
  readonly objects: number;
  /** Counts for people, such as `6 namespaces`; in the order in which they are shown. */
  readonly counts: readonly { readonly what: string; readonly count: number }[];
  /** Kinds that have no say in the network, by name. */
  readonly ignoredKinds: readonly { readonly kind: string; readonly count: number }[];
  /** Documents without apiVersion and kind. */
  readonly skippedDocuments: number;
  /** Files that the user asked to leave out. */
  readonly ignoredFiles: number;
}

/** A fact that no manifest states. */
export interface AssumedFact {
  readonly text: string;
  readonly at?: Origin;
}

/** A setting in force. */
export interface ProfileSetting {
  /** As in netqed.yaml: `profile.overlay`. */
  readonly name: string;
  readonly value:
    | string
    | number
    | boolean
    | readonly string[]
    | Readonly<Record<string, string | number>>;
  readonly from: "default" | "config" | "preset" | "input";
  /** The line that sets it; absent for a default. */
  readonly at?: Origin;
  /** Whether the value is another than the default. */
  readonly differs: boolean;
}

/** What every report tells. */
export interface RunContext {
  /** The folder that this is about, when every folder is an input of its own. */
  readonly folder?: string;
  readonly input: InputSummary;
  /** What changes every answer, for the first lines: that no policy is enforced. */
  readonly notice?: string;
  /** Every setting of the profile, in the order of the documentation. */
  readonly profile: readonly ProfileSetting[];
  readonly assumptions: readonly AssumedFact[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
}

/** `read 41 objects from 17 files: 6 namespaces, … (2 kinds ignored: ConfigMap 5, Secret 2)`. */
export function inputLine(input: InputSummary): Line {
  const counts = input.counts.filter(({ count }) => count > 0);
  const told = counts.map(({ what, count }) => plural(count, what));
  const leftOut = [
    ...(input.ignoredKinds.length === 0
      ? []
      : [
          `${plural(input.ignoredKinds.length, "kind")} ignored: ${input.ignoredKinds
            .map(({ kind, count }) => `${kind} ${String(count)}`)
            .join(", ")}`,
        ]),
    ...(input.skippedDocuments === 0
      ? []
      : [`${plural(input.skippedDocuments, "document")} without apiVersion and kind skipped`]),
    ...(input.ignoredFiles === 0 ? [] : [`${plural(input.ignoredFiles, "file")} left out`]),
  ];
  return [
    `read ${plural(input.objects, "object")} from ${plural(input.files, "file")}`,
    told.length === 0 ? "" : `: ${told.join(", ")}`,
    leftOut.length === 0 ? "" : ` (${leftOut.join("; ")})`,
  ];
}

/** The line of `notice`, if there is one. */
export function noticeLines({ notice }: RunContext): readonly Line[] {
  return notice === undefined ? [] : [[as("bad", notice)]];
}

/** One line for each assumption. */
export function assumptionLines(assumptions: readonly AssumedFact[]): readonly Line[] {
  return assumptions.map(({ text }) => [as("faint", "assumed   "), text]);
}

/** `1 file`, `2 files`, `3 policies`, `4 ingresses`. */
export function plural(count: number, noun: string): string {
  const many = /[^aeiou]y$/.test(noun)
    ? `${noun.slice(0, -1)}ies`
    : `${noun}${noun.endsWith("s") ? "es" : "s"}`;
  return `${String(count)} ${count === 1 ? noun : many}`;
}
