/**
 * Every diagnostic code with its title and explanation. `netqed explain CODE` and docs/diagnostics.md
 * come from here. NQ1xxx manifest, NQ2xxx cluster, NQ3xxx compile, NQ4xxx intent and configuration,
 * NQ5xxx solver, NQ9xxx internal.
 */
import { CLUSTER_CODES } from "./codes/cluster.ts";
import { COMPILE_CODES } from "./codes/compile.ts";
import { INTENT_CODES } from "./codes/intent.ts";
import { INTERNAL_CODES } from "./codes/internal.ts";
import { MANIFEST_CODES } from "./codes/manifest.ts";
import { SOLVER_CODES } from "./codes/solver.ts";

/** What a code means: a title, and why it matters and how to mend it. */
export interface CodeEntry {
  readonly title: string;
  readonly explanation: string;
}

/** The table of codes. */
export const DIAGNOSTIC_CODES = {
  ...MANIFEST_CODES,
  ...CLUSTER_CODES,
  ...COMPILE_CODES,
  ...INTENT_CODES,
  ...SOLVER_CODES,
  ...INTERNAL_CODES,
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** A code of the table. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;
