/**
 * The ways to Z3: a worker thread, or the thread that asks.
 */
import { Worker } from "node:worker_threads";
import type { Batch, WireReport } from "./solver-wire.ts";

/** A way to Z3 that is open: batches go in, reports come out through the listener. */
export interface Connection {
  readonly send: (batch: Batch) => void;
  /** Whether the process should live on for what this is doing. */
  readonly keepAlive: (wanted: boolean) => void;
  /** Resolves when nothing of it is left. */
  readonly end: () => Promise<void>;
}

/** What a connection tells: a report, or that it broke and will tell nothing more. */
export interface Listener {
  readonly report: (report: WireReport) => void;
  readonly broke: (reason: string) => void;
}

/** Opens a way to Z3. */
export type Connect = (listener: Listener) => Connection;

/**
 * Z3 in a worker thread. Where the program runs from its TypeScript sources (tests do), there is no
 * compiled worker: Node 20 cannot start one from a source file, and a compiled one that lies around may
 * be older than the sources. There, Z3 works in the thread that asks.
 */
export const connectToZ3: Connect = (listener) =>
  import.meta.url.endsWith(".ts") ? connectHere(listener) : connectToWorker(listener);

/**
 * Starts a worker thread. Its own output is kept from users and not read: reading it would keep the
 * process alive.
 */
const connectToWorker: Connect = ({ report, broke }) => {
  const url = new URL("./solver-worker.js", import.meta.url);
  const worker = new Worker(url, { stdout: true, stderr: true, execArgv: [] });
  worker.on("message", report);
  worker.on("error", (error) => broke(`the solver broke: ${error.message}`));
  worker.on("exit", () => broke("the solver ended unexpectedly"));
  return {
    send: (batch) => worker.postMessage(batch),
    keepAlive: (wanted) => (wanted ? worker.ref() : worker.unref()),
    end: async () => {
      await worker.terminate();
    },
  };
};

/** Loads Z3 into this thread. A question blocks it until Z3's own time-out. */
const connectHere: Connect = ({ report, broke }) => {
  const loading = import("./solver-z3.ts").then(({ loadZ3 }) => loadZ3());
  const reasonOf = (error: unknown): string =>
    `the solver broke: ${error instanceof Error ? error.message : String(error)}`;
  loading.then(
    (z3) => report({ kind: "ready", version: z3.version }),
    (error: unknown) => report({ kind: "failed", reason: reasonOf(error) }),
  );
  return {
    send: (batch) => {
      loading
        .then((z3) =>
          z3.answer(batch, (index, answer) => report({ kind: "answer", index, answer })),
        )
        .catch((error: unknown) => broke(reasonOf(error)));
    },
    keepAlive: () => {},
    end: async () => {},
  };
};
