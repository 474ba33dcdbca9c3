/**
 * The command line in given surroundings: arguments in, exit code out. The only place where exceptions are
 * caught.
 */
import { readFileSync } from "node:fs";
import { InternalError } from "../base/assert.ts";
import { diagnosticLines } from "../report/diagnostics-text.ts";
import type { Line } from "../report/line.ts";
import type { Analysis } from "./analysis.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { tell } from "./output.ts";
import { startOf, UsageError } from "./problem.ts";

/**
 * Runs the command line `argv` (without the names of node and of the script) and returns the exit code. The
 * analyses are asked for when a command needs them. Everything is written when it returns.
 */
export async function runCommandLine(
  argv: readonly string[],
  io: Io,
  analysis: () => Promise<Analysis>,
): Promise<ExitCode> {
  try {
    if (argv.length === 0) {
      const { overview } = await import("./commands/overview.ts");
      return await overview(io, await analysis());
    }
    const { runProgram } = await import("./program.ts");
    return await runProgram(argv, { io, analysis, version: ownVersion() });
  } catch (error) {
    if (error instanceof UsageError) {
      await tell(io, diagnosticLines(error.diagnostics, new Map(), true), undefined);
      return EXIT.unusable;
    }
    await tell(io, faultLines(error), undefined);
    return EXIT.internal;
  }
}

/** The version in package.json, which lies two folders above the bundle and above the sources alike. */
function ownVersion(): string {
  try {
    const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    const { version }: { version?: unknown } = JSON.parse(text) as object;
    if (typeof version === "string") return version;
  } catch {
    // Somebody took the program out of its package: it works all the same.
  }
  return "unknown";
}

/** A fault of the program, with what helps to find it. */
function faultLines(error: unknown): readonly Line[] {
  const kind = error instanceof InternalError ? "" : "unexpected ";
  const message = error instanceof Error ? error.message : String(error);
  const at = startOf("");
  const text = `${kind}${message}`;
  const stack = error instanceof Error ? (error.stack ?? "").split("\n").slice(1) : [];
  return [
    ...diagnosticLines(
      [
        {
          code: "NQ9000",
          severity: "error",
          message: text,
          at,
          hint: "this is a fault of netqed: please report it with the input that caused it",
        },
      ],
      new Map(),
      true,
    ),
    ...stack.map((line): Line => [line]),
  ];
}
