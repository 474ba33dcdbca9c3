/**
 * How the built tool is run on outside ground truth.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { corpus } from "../support/shared.ts";

/** The root of the repository. */
export const ROOT: string = join(import.meta.dirname, "..", "..");

/** Tells what a suite found, whether it passes or not. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (corpus("") === undefined) {
  say(
    "there are no corpora beside the repository, and NETQED_SHARED names none: suites are skipped",
  );
}

/** What a run of the tool printed and how it ended. */
export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built tool with `args` in `cwd`, at most `timeoutMs` long. */
export function netqed(args: readonly string[], cwd: string, timeoutMs = 120_000): Promise<Run> {
  const tool = join(ROOT, "bin", "netqed.js");
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [tool, ...args],
      { cwd, timeout: timeoutMs, maxBuffer: 1 << 30 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}

/** The part of the contract of `graph -o json` that the suites read. */
export interface GraphJson {
  readonly endpoints: readonly {
    readonly id: string;
    readonly kind: string;
    readonly podNames?: readonly string[];
    readonly ranges?: readonly string[];
  }[];
  readonly connections: readonly {
    readonly from: string;
    readonly to: string;
    readonly allowed: readonly Row[];
  }[];
  readonly undecided: readonly {
    readonly from: string;
    readonly to: string;
    readonly rows: readonly Row[];
    readonly because: readonly string[];
  }[];
  readonly diagnostics: readonly DiagnosticJson[];
}

/** A diagnostic in JSON reports. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What every report of one input holds; `refused` where nothing was analysed. */
export interface RefusedJson {
  readonly folder?: string;
  readonly refused?: true;
  readonly diagnostics: readonly DiagnosticJson[];
}

/** The reports of `--each`. */
export interface EachJson<Report extends RefusedJson = RefusedJson> {
  readonly inputs: readonly Report[];
}

/** Ports of one protocol. */
export interface Row {
  readonly families?: readonly string[];
  readonly protocol: string;
  readonly ports: readonly (readonly [number, number])[];
}

/** What became of a `graph` of one input. */
export interface GraphRun {
  readonly run: Run;
  /** Absent iff the input was refused. */
  readonly graph?: GraphJson;
  /** The errors for which it was refused. */
  readonly errors: readonly DiagnosticJson[];
}

/**
 * Runs `graph` on `paths` and reads its answer. @throws when it printed neither a graph nor a refusal, or
 * when its exit code says something else than what it printed
 */
export async function graph(
  paths: readonly string[],
  cwd: string,
  flags: readonly string[] = [],
): Promise<GraphRun> {
  const run = await netqed(["graph", ...paths, ...flags, "-o", "json"], cwd);
  const { exitCode, stdout, stderr } = run;
  const wrong = (what: string): Error =>
    new Error(`${what} for ${paths.join(" ")} in ${cwd}: exit ${String(exitCode)}\n${stderr}`);
  let answer: GraphJson & { readonly refused?: true };
  try {
    // The contract is checked against its schema in test/cli; here it is trusted.
    answer = JSON.parse(stdout) as typeof answer;
  } catch {
    throw wrong("no JSON");
  }
  const errors = answer.diagnostics.filter(({ severity }) => severity === "error");
  if (answer.refused === true) {
    if (exitCode !== 2 || errors.length === 0) throw wrong("a refusal with the wrong exit code");
    return { run, errors };
  }
  if (exitCode !== (answer.undecided.length === 0 ? 0 : 3)) throw wrong("the wrong exit code");
  return { run, graph: answer, errors: [] };
}

/** Applies `work` to `items`, two at a time, keeping their order. */
export async function mapPaired<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const pending = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of pending) results[index] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
