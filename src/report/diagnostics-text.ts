/**
 * Diagnostics as text: errors with the user's own lines, the rest on a line each.
 */
import { compareDiagnostics, type Diagnostic, type Severity } from "../base/diagnostic.ts";
import { codeFrame, isWritten, placeOf, type Sources } from "./code-frame.ts";
import { groupBy } from "../base/group-by.ts";
import { as, BLANK, type Line, type Role } from "./line.ts";

/** How many warnings or notes of one code are shown unless all are asked for. */
const PER_CODE_MAX = 5;

const ROLE: Readonly<Record<Severity, Role>> = { error: "bad", warning: "doubt", note: "place" };
const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** `diagnostics` sorted by severity and place: every error in a frame, of the others the first of each code. */
export function diagnosticLines(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  all: boolean,
): readonly Line[] {
  const sorted = diagnostics.toSorted(
    (a, b) => ORDER[a.severity] - ORDER[b.severity] || compareDiagnostics(a, b),
  );
  const errors = sorted.filter((d) => d.severity === "error");
  const others = sorted.filter((d) => d.severity !== "error");
  const framed = errors.flatMap((d) => [...errorLines(d, sources), BLANK]);
  const brief = briefLines(others, all);
  return brief.length === 0 ? framed : [...framed, ...brief, BLANK];
}

function errorLines(diagnostic: Diagnostic, sources: Sources): readonly Line[] {
  const { at, hint, related = [] } = diagnostic;
  return [
    heading(diagnostic),
    ...(isWritten(at) ? codeFrame(sources, at) : []),
    ...related.flatMap(({ message, at: where }): readonly Line[] => [
      [" ", as("place", "= "), `${message}: ${placeOf(where)}`],
    ]),
    ...(hint === undefined ? [] : [[as("good", "help"), `: ${hint}`]]),
  ];
}

function heading({ severity, code, message }: Diagnostic): Line {
  return [as(ROLE[severity], `${severity}[${code}]`), as("strong", `: ${message}`)];
}

function briefLines(diagnostics: readonly Diagnostic[], all: boolean): readonly Line[] {
  const byCode = groupBy(diagnostics, (d) => d.code);
  return [...byCode.values()].flatMap((group) => {
    const shown = all ? group : group.slice(0, PER_CODE_MAX);
    const more = group.length - shown.length;
    const [first] = group;
    return [
      ...shown.flatMap(briefLine),
      ...(more === 0 || first === undefined
        ? []
        : [[`  … and ${String(more)} more ${first.code} (show all: --all)`]]),
    ];
  });
}

function briefLine(diagnostic: Diagnostic): readonly Line[] {
  const { severity, code, message, at, hint } = diagnostic;
  const place = isWritten(at) ? ` ${placeOf(at)}` : "";
  return [
    [as(ROLE[severity], `${severity}[${code}]`), `${place}: ${message}`],
    ...(hint === undefined ? [] : [[`  ${hint}`]]),
  ];
}
