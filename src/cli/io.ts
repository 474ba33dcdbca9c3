/**
 * What the command line has of its surroundings, in one object, so that tests can give it others.
 */
import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { isatty } from "node:tty";

/** What became of a write. `closed`: the reader went away, which is its right. */
export type Written =
  | { readonly kind: "written" }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly reason: string };

/** A place to write text to. */
export interface Sink {
  readonly isTTY: boolean;
  readonly write: (text: string) => Promise<Written>;
}

/** What a program that was run said. `missing`: there is no such program. */
export type Ran =
  | { readonly kind: "ended"; readonly code: number; readonly out: string; readonly err: string }
  | { readonly kind: "missing" };

/** The surroundings. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Standard input to its end, at most `lengthMax` bytes; undefined when it is longer. */
  readonly readStdin: (lengthMax: number) => Promise<Uint8Array | undefined>;
  /** Runs `program`, which inherits nothing to read from. */
  readonly run: (program: string, args: readonly string[], cwd: string) => Promise<Ran>;
}

/** The surroundings of this process. */
export function processIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: descriptor(1),
    stderr: descriptor(2),
    readStdin,
    run,
  };
}

/** How long to wait for a reader that is slower than we are. */
const RETRY_MS = 5;

/**
 * Writes by descriptor rather than by stream: a stream on a file takes a short write, as on a full disk,
 * for a whole one.
 */
function descriptor(fd: 1 | 2): Sink {
  return {
    isTTY: isatty(fd),
    write: async (text) => {
      let rest: Uint8Array = Buffer.from(text, "utf8");
      while (rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(fd, rest));
        } catch (error) {
          const code = errorCode(error);
          if (code === "EPIPE") return { kind: "closed" };
          if (code !== "EAGAIN") return { kind: "failed", reason: errorReason(error) };
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
      return { kind: "written" };
    },
  };
}

async function readStdin(lengthMax: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    // A stream without an encoding gives buffers.
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > lengthMax) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The signals on which a program that we started is ended before we end ourselves. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function run(program: string, args: readonly string[], cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const out: Uint8Array[] = [];
    const err: Uint8Array[] = [];
    const end = (signal: NodeJS.Signals): void => {
      // Not `signal`: a program started in the background may have been told to ignore Ctrl-C.
      child.kill("SIGTERM");
      done();
      process.kill(process.pid, signal);
    };
    const done = (): void => {
      for (const signal of ENDING) process.removeListener(signal, end);
    };
    for (const signal of ENDING) process.once(signal, end);
    child.stdout.on("data", (chunk: Uint8Array) => out.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => err.push(chunk));
    child.once("error", () => {
      done();
      resolve({ kind: "missing" });
    });
    child.once("close", (code) => {
      done();
      const text = (chunks: readonly Uint8Array[]): string =>
        Buffer.concat(chunks).toString("utf8");
      resolve({ kind: "ended", code: code ?? 1, out: text(out), err: text(err) });
    });
  });
}

/** The code of a system error, such as ENOENT; undefined for anything else. */
function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it does not exist"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["ENOSPC", "no space is left on the device"],
  ["EROFS", "the file system is read-only"],
  ["ELOOP", "its symbolic links go in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["EDQUOT", "the quota is used up"],
]);

/** Why a system call failed, in words. */
export function errorReason(error: unknown): string {
  const code = errorCode(error);
  return REASONS.get(code ?? "") ?? code ?? String(error);
}
