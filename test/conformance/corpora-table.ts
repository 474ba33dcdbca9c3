/**
 * The table of what real-world corpora gave.
 */
import type { SetResult, VerifyJson } from "./corpora-runs.ts";
import type { DiagnosticJson, GraphJson } from "./shared.ts";

const HEADINGS: readonly string[] = [
  "set",
  "documents",
  "workloads",
  "policies",
  "exit codes as a whole: graph, verify, overview",
  "folders answered",
  "folders refused",
  "exit codes by folder: graph, verify",
  "pairs decided",
  "pairs undecided",
  "properties proved",
  "refuted",
  "undecided",
  "diagnostics by folder",
  "seconds",
];

/** A Markdown table of `results` with a line of sums. */
export function corporaTable(results: readonly SetResult[]): string {
  const rows = results.map(rowOf);
  const isSummed = (column: number): boolean =>
    rows.every((row) => typeof row[column] === "number");
  const sums = HEADINGS.map((_, column) =>
    column === 0 ? "all" : isSummed(column) ? rows.reduce((n, r) => n + Number(r[column]), 0) : "",
  );
  return [HEADINGS, HEADINGS.map(() => "---"), ...rows, sums]
    .map((cells) => `| ${cells.map(cellText).join(" | ")} |`)
    .join("\n");
}

type Cell = string | number;

function cellText(cell: Cell): string {
  return typeof cell === "number" && !Number.isInteger(cell) ? cell.toFixed(1) : String(cell);
}

function rowOf(result: SetResult): readonly Cell[] {
  const { graphs, verified } = result;
  const refused = graphs.filter((answer) => answer.refused === true).length;
  const pairs = graphs.flatMap((answer) => ("connections" in answer ? [pairsOf(answer)] : []));
  const outcomes = verified.flatMap((answer) => ("properties" in answer ? answer.properties : []));
  const count = (wanted: string): number => outcomes.filter((p) => p.outcome === wanted).length;
  return [
    result.set.name,
    result.documents,
    result.workloads,
    result.policies,
    result.wholeExits.join(" "),
    graphs.length - refused,
    refused,
    result.eachExits.join(" "),
    pairs.reduce((sum, [all, open]) => sum + all - open, 0),
    pairs.reduce((sum, [, open]) => sum + open, 0),
    count("proved"),
    count("refuted"),
    count("undecided"),
    codesText(
      verified.flatMap((answer: VerifyJson | (typeof verified)[number]) => answer.diagnostics),
    ),
    result.seconds,
  ];
}

/** Ordered pairs of different endpoints that are not both outside, and how many of them are undecided. */
function pairsOf({ endpoints, undecided }: GraphJson): readonly [number, number] {
  const outside = endpoints.filter(({ kind }) => kind === "external").length;
  const inside = endpoints.length - outside;
  return [inside * (inside - 1 + 2 * outside), undecided.length];
}

function codesText(diagnostics: readonly DiagnosticJson[]): string {
  const counts = new Map<string, number>();
  for (const { code, severity } of diagnostics) {
    const key = severity === "error" ? `**${code}**` : code;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, n]) => `${code} ${String(n)}`)
    .join(", ");
}
