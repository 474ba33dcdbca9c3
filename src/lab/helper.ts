/**
 * The one process that a laboratory runs in: namespaces of its own, in which bin/lab.py builds and probes.
 * When it ends, however it ends, everything in it is gone. The only file of the laboratory that starts
 * programs.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Whether it runs as root or as an ordinary user in a user namespace. */
export type Privilege = "root" | "userns";

/** A running helper: answers one command at a time, in order. */
export interface Helper {
  /** @throws when the helper reports an error, has ended, or does not answer in time */
  readonly ask: (command: object) => Promise<unknown>;
  /** Ends it and waits until it has gone. */
  readonly close: () => Promise<void>;
}

/** Whether this process is root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

const SETUP =
  'mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up && exec "$0" -I "$1"';
const ANSWER_MS_MAX = 120_000;

/** Starts a helper. What goes wrong, also at the start, is told by the first `ask`. */
export function startHelper(privilege: Privilege): Helper {
  const child = spawn(
    "unshare",
    [...OPTIONS[privilege], "--", "sh", "-c", SETUP, python(), SCRIPT],
    {
      stdio: "pipe",
      env: { PATH: PATH_OF_TOOLS, LC_ALL: "C" },
    },
  );
  return helperOf(child);
}

const OPTIONS: Readonly<Record<Privilege, readonly string[]>> = {
  root: ["-nmpf", "--mount-proc", "--kill-child"],
  userns: ["-Urnmpf", "--mount-proc", "--kill-child"],
};
const PATH_OF_TOOLS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SCRIPT = fileURLToPath(new URL("../../bin/lab.py", import.meta.url));

/** The system's python, rather than a version manager's that takes its time to start. */
function python(): string {
  try {
    accessSync("/usr/bin/python3", constants.X_OK);
    return "/usr/bin/python3";
  } catch {
    return "python3";
  }
}

function helperOf(child: ChildProcessWithoutNullStreams): Helper {
  let trouble = "";
  let ended: string | undefined;
  let waiting:
    | { readonly tell: (line: string) => void; readonly fail: (e: Error) => void }
    | undefined;
  const fail = (why: string): void => {
    ended ??= why;
    waiting?.fail(new Error(ended));
    waiting = undefined;
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    trouble = (trouble + text).slice(-4000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { tell } = waiting ?? {};
    waiting = undefined;
    tell?.(line);
  });
  child.stdin.on("error", (error) => {
    fail(`the laboratory cannot be spoken to: ${error.message}`);
  });
  const gone = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      fail(`the laboratory cannot be started: ${error.message}`);
      resolve();
    });
    child.on("close", (code) => {
      const last = trouble.trim();
      fail(`the laboratory has ended (${String(code)})${last === "" ? "" : `: ${last}`}`);
      resolve();
    });
  });
  return {
    ask: async (command) => {
      if (ended !== undefined) throw new Error(ended);
      const line = await new Promise<string>((resolve, reject) => {
        const timer = setTimeout(() => {
          fail(`the laboratory did not answer within ${String(ANSWER_MS_MAX / 1000)} seconds`);
          child.kill("SIGKILL");
        }, ANSWER_MS_MAX);
        waiting = {
          tell: (text) => {
            clearTimeout(timer);
            resolve(text);
          },
          fail: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        child.stdin.write(`${JSON.stringify(command)}\n`);
      });
      // What the helper writes is described in bin/lab.py.
      const answer = JSON.parse(line) as { readonly error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    close: async () => {
      child.stdin.end();
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 2000);
      await gone;
      clearTimeout(timer);
    },
  };
}
