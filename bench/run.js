/**
 * The benchmark of the whole tool, process by process, on synthetic clusters: beside the time that
 * parsing the same files takes, and beside what other tools took on the same clusters.
 *
 * Usage: node bench/run.js [RUNS]     (default 3 runs of each; the median counts)
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { measure, median } from "./measure.js";

const here = dirname(fileURLToPath(import.meta.url));
const tool = join(here, "..", "bin", "netqed.js");
const shared = process.env.NETQED_SHARED ?? join(here, "..", "..", "shared");
const generator = join(shared, "bench", "gen.py");
const runs = Number(process.argv[2] ?? 3);

/**
 * Workloads, namespaces and deployments a namespace, and what others took for all pairs (seconds).
 * netpol-analyzer e54a334 `list`, network-config-analyzer 1b9bb91, cyclonus 12f646f (one port), measured
 * on one machine of two cores.
 */
const SIZES = [
  { workloads: 103, namespaces: 10, deployments: 10, npa: 0.29, nca: 2.9, cyclonus: 0.26 },
  { workloads: 503, namespaces: 25, deployments: 20, npa: 6.5, nca: 50, cyclonus: 5.3 },
  {
    workloads: 1003,
    namespaces: 50,
    deployments: 20,
    npa: 25,
    nca: undefined,
    cyclonus: undefined,
  },
  {
    workloads: 2003,
    namespaces: 100,
    deployments: 20,
    npa: 111,
    nca: undefined,
    cyclonus: undefined,
  },
];
const VERIFIED_WORKLOADS_MAX = 503;

/** `runs` measurements of `netqed ARGS` or another script: the medians. */
async function timed(script, args, cwd) {
  const results = [];
  for (let run = 0; run < runs; run += 1) {
    results.push(await measure(process.execPath, [script, ...args], cwd));
  }
  return {
    seconds: median(results.map((r) => r.seconds)),
    peakMb: median(results.map((r) => r.peakMb)),
    exitCode: results.at(-1)?.exitCode,
  };
}

function cell(value, digits = 2) {
  return value === undefined ? "–" : value.toFixed(digits);
}

async function row(size, folder) {
  const path = join(folder, String(size.workloads));
  mkdirSync(path);
  execFileSync("python3", [generator, path, String(size.namespaces), String(size.deployments)]);
  const parse = await timed(join(here, "parse-only.js"), [path], here);
  const graph = await timed(tool, ["graph", path, "-o", "json"], here);
  const reach = await timed(
    tool,
    ["reach", "team-000/backend-001", "team-000/db-004", "5432", "-f", path],
    here,
  );
  const verify =
    size.workloads > VERIFIED_WORKLOADS_MAX ? undefined : await timed(tool, ["verify", path], here);
  console.log(
    `| ${String(size.workloads)} | ${cell(parse.seconds)} | ${cell(graph.seconds)} | ${cell(graph.seconds / parse.seconds)} | ${cell(graph.peakMb, 0)} | ${cell(reach.seconds)} | ${cell(verify?.seconds)} | ${verify === undefined ? "–" : String(verify.exitCode)} | ${cell(size.npa)} | ${cell(size.nca)} | ${cell(size.cyclonus)} |`,
  );
}

if (!existsSync(generator)) {
  console.log(`bench: no generator at ${generator}; nothing was measured`);
} else {
  const folder = mkdtempSync(join(tmpdir(), "netqed-bench-"));
  try {
    console.log(
      "| workloads | parse s | graph s | graph / parse | graph peak MB | reach s | verify s | verify exit | netpol-analyzer s | network-config-analyzer s | cyclonus s |",
    );
    console.log("|---|---|---|---|---|---|---|---|---|---|---|");
    for (const size of SIZES) await row(size, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
