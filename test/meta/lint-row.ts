/**
 * A row of the table of rules: what is wrong, an input that breaks it, and how that is told.
 */

/** A rule, what says that it is broken, and an input that breaks it. */
export interface LintRow {
  readonly group: string;
  readonly rule: string;
  readonly told: Told;
}

/** How a broken rule is told. */
export type Told =
  | {
      readonly kind: "diagnostic";
      readonly code: string;
      readonly severity: "error" | "warning" | "note";
      /** What the message or the hint says. */
      readonly says: string;
      /** Objects, or the text of a file. */
      readonly input: readonly object[] | string;
    }
  | { readonly kind: "property"; readonly id: string }
  | { readonly kind: "untold"; readonly why: string };

type Severity = "error" | "warning" | "note";

export function told(
  code: string,
  severity: Severity,
  says: string,
  ...input: readonly object[] | readonly [string]
): Told {
  const [first] = input;
  const text = typeof first === "string" ? first : undefined;
  const objects = input.filter((one) => typeof one === "object");
  return { kind: "diagnostic", code, severity, says, input: text ?? objects };
}

export function group(name: string, rows: Readonly<Record<string, Told>>): readonly LintRow[] {
  return Object.entries(rows).map(([rule, told]) => ({ group: name, rule, told }));
}
