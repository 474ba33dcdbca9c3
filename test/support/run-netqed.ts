/**
 * Runs the compiled command line as users do: as a process.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./temporary-folder.ts";

/** The launcher. */
export const LAUNCHER = fileURLToPath(new URL("../../bin/netqed.js", import.meta.url));
const COMPILED = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** @throws when the command line is not compiled */
export function demandBuild(): void {
  if (!existsSync(COMPILED))
    throw new Error("these tests run the compiled tool: npm run build first");
}

/** What a process printed, standard error after standard output, and how it ended. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Runs `netqed` with `args` in `cwd`, with `input` on standard input. Colours are off. */
export function runNetqed(cwd: string, args: readonly string[], input = ""): Ran {
  const { stdout, stderr, status } = spawnSync(process.execPath, [LAUNCHER, ...args], {
    cwd,
    input,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "" },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { out: stdout, err: stderr, code: status ?? -1 };
}

/** Runs `command` in a shell that knows the program `netqed`, after a command that ended with `status`. */
export function runShell(cwd: string, command: string, status = 0): Ran {
  const result = spawnSync("sh", ["-c", `(exit ${String(status)}); ${command}`], {
    cwd,
    encoding: "utf8",
    env: {
      ...process.env,
      NO_COLOR: "1",
      FORCE_COLOR: "",
      PATH: `${shimFolder()}:${process.env["PATH"] ?? ""}`,
    },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { out: result.stdout, err: result.stderr, code: result.status ?? -1 };
}

let shims: string | undefined;

/** A folder with a program `netqed` in it. */
function shimFolder(): string {
  if (shims === undefined) {
    shims = temporaryFolder("test");
    const shim = join(shims, "netqed");
    writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${LAUNCHER}" "$@"\n`);
    chmodSync(shim, 0o755);
  }
  return shims;
}
