/**
 * The command line as a function, for the launcher.
 */
import { processIo } from "./io.ts";
import { runCommandLine } from "./run.ts";

/**
 * Runs the command line `argv` (without the names of node and of the script) and returns the exit code:
 * 0 all proved, 1 something refuted, 2 bad usage or input, 3 something undecided, 70 a fault of netqed.
 * Everything is written when it returns.
 */
export async function main(argv: readonly string[]): Promise<number> {
  let close = (): Promise<void> => Promise.resolve();
  try {
    return await runCommandLine(argv, processIo(), async () => {
      const { createAnalysis } = await import("./create-analysis.ts");
      const analysis = createAnalysis();
      close = analysis.close;
      return analysis;
    });
  } finally {
    await close();
  }
}
