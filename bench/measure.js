/**
 * Runs one command as a whole process and measures it: wall time and peak resident memory.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const POLL_MS = 10;
const KIB_PER_MB = 1024;

/** Peak resident memory of process `pid` in MB so far; undefined where the system does not say. */
function peakMb(pid) {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"));
    return match === null ? undefined : Number(match[1]) / KIB_PER_MB;
  } catch {
    return undefined;
  }
}

/**
 * One run of `command` with `args` in `cwd`: seconds from start to end, peak memory in MB (sampled every
 * 10 ms), exit code. Its output is read and thrown away.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<{ seconds: number, peakMb: number, exitCode: number | null, bytes: number }>}
 */
export function measure(command, args, cwd) {
  return new Promise((resolve) => {
    const start = process.hrtime.bigint();
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    let [peak, bytes] = [0, 0];
    child.stdout.on("data", (chunk) => {
      bytes += chunk.length;
    });
    const timer = setInterval(() => {
      peak = Math.max(peak, peakMb(child.pid) ?? 0);
    }, POLL_MS);
    child.on("close", (exitCode) => {
      clearInterval(timer);
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      resolve({ seconds, peakMb: peak, exitCode, bytes });
    });
  });
}

/** The middle of `values`. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
