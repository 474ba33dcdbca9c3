/**
 * The one process that a laboratory runs in: namespaces of its own, in which bin/lab.py, or bin/lab.pl, builds
 * and probes. When it ends, however it ends, everything in it is gone. The only file of the laboratory that
 * starts programs.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
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

/**
 * Interpreters, in the order in which they are tried: python of the system rather than of a version manager that
 * takes its time to start, any python, perl. Those that end in `perl` run lab.pl, the others lab.py.
 */
const INTERPRETERS = ["/usr/bin/python3", "python3", "perl"] as const;

/** Ends with 97 where the interpreter lacks something; 126 and 127 are the shell's for what cannot be run. */
const SETUP = `
mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up || exit 1
for one in "$@"; do
  command -v "$one" > /dev/null || continue
  case "$one" in
    *perl) "$one" "$0/lab.pl" ;;
    *) "$one" -I "$0/lab.py" ;;
  esac
  status=$?
  case $status in 97 | 126 | 127) ;; *) exit $status ;; esac
done
echo "it needs python3 with the module ctypes, or perl; found neither" >&2
exit 1
`;
const ANSWER_MS_MAX = 120_000;

/**
 * Starts a helper, run by the first of `interpreters` that can. What goes wrong, also at the start, is told by
 * the first `ask`.
 */
export function startHelper(
  privilege: Privilege,
  interpreters: readonly string[] = INTERPRETERS,
): Helper {
  const child = spawn(
    "unshare",
    [...OPTIONS[privilege], "--", "sh", "-c", SETUP, SCRIPTS, ...interpreters],
    { stdio: "pipe", env: { PATH: PATH_OF_TOOLS, LC_ALL: "C" } },
  );
  return helperOf(child);
}

const OPTIONS: Readonly<Record<Privilege, readonly string[]>> = {
  root: ["-nmpf", "--mount-proc", "--kill-child"],
  userns: ["-Urnmpf", "--mount-proc", "--kill-child"],
};
const PATH_OF_TOOLS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SCRIPTS = fileURLToPath(new URL("../../bin", import.meta.url));

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
      // What the helper writes is described in docs/laboratory.md.
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
