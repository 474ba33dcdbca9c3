/**
 * Where outside ground truth is, when it is there, and how the built tool is run on it.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The folder of the corpora; `NETQED_SHARED` names another place for the shared folder. */
export const CORPUS: string = join(
  process.env["NETQED_SHARED"] ?? join(ROOT, "..", "shared"),
  "corpus",
);

/** Whether the corpora are there. When not, suites skip and say so. */
export const CORPUS_PRESENT: boolean = existsSync(CORPUS);

if (!CORPUS_PRESENT) console.warn(`conformance: no corpora at ${CORPUS}; every suite is skipped`);

/** What a run of the tool printed and how it ended. */
export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built tool with `args` in `cwd`, at most `timeoutMs` long. */
function netqed(args: readonly string[], cwd: string, timeoutMs = 120_000): Promise<Run> {
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
  readonly diagnostics: readonly { readonly code: string; readonly severity: string }[];
}

/** Ports of one protocol. */
export interface Row {
  readonly protocol: string;
  readonly ports: readonly (readonly [number, number])[];
}

/** Runs `graph` on `paths` and reads its answer. @throws when it printed no graph */
export async function graph(
  paths: readonly string[],
  cwd: string,
  flags: readonly string[] = [],
): Promise<{ readonly run: Run; readonly graph: GraphJson }> {
  const run = await netqed(["graph", ...paths, ...flags, "-o", "json"], cwd);
  try {
    // The contract is checked against its schema in test/cli; here it is trusted.
    return { run, graph: JSON.parse(run.stdout) as GraphJson };
  } catch {
    throw new Error(`no graph for ${paths.join(" ")}: exit ${String(run.exitCode)}\n${run.stderr}`);
  }
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
