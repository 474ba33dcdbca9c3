/**
 * The worker thread: receives batches, has Z3 answer them, and reports each answer. Only the compiled
 * program starts it (solver.ts says when).
 */
import { parentPort } from "node:worker_threads";
import type { Batch, WireReport } from "./solver-wire.ts";
import { loadZ3 } from "./solver-z3.ts";

const port = parentPort;
if (port === null) throw new Error("solver-worker is not a program: start it as a worker");
const report = (said: WireReport): void => port.postMessage(said);

try {
  const z3 = await loadZ3();
  // Only solver.ts sends messages to this thread, and only batches. An error in here ends the thread,
  // which solver.ts notices.
  port.on("message", (batch: Batch) => {
    z3.answer(batch, (index, answer) => report({ kind: "answer", index, answer }));
  });
  report({ kind: "ready", version: z3.version });
} catch (error) {
  report({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
}
