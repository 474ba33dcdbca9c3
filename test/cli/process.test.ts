/**
 * The compiled tool as a process: what only a real process can show.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { demandBuild, LAUNCHER, runNetqed, runShell } from "../support/run-netqed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { skipped } from "../support/skipped.ts";

const SHOP = fileURLToPath(new URL("../../examples/shop", import.meta.url));

beforeAll(demandBuild);

function pod(namespace: string, name: string, label = "x"): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { app: "${label}" } }
spec: { containers: [{ name: main, image: x, ports: [{ containerPort: 80 }] }] }
`;
}

const MANIFEST = [
  "apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n",
  pod("a", "one"),
  pod("a", "two"),
].join("---\n");

describe("exit codes and streams", () => {
  test("a plain application without policies verifies with 0", () => {
    const ran = runNetqed(SHOP, ["verify", "-"], MANIFEST);
    expect(ran.err).toBe("");
    expect(ran.out).toMatch(/^\d+ properties: \d+ proved, 0 refuted, 0 undecided$/m);
    expect(ran.code).toBe(0);
  });

  test("reach: 0 yes; graph: 0; bad input: 2 with a position, on standard error", () => {
    expect(runNetqed(SHOP, ["reach", "a/one", "a/two", "80", "-f", "-"], MANIFEST).code).toBe(0);
    const graph = runNetqed(SHOP, ["graph", "-", "--pods", "-o", "json"], MANIFEST);
    expect(graph.code).toBe(0);
    const pairs = (
      JSON.parse(graph.out) as { connections: { from: string; to: string }[] }
    ).connections.map(({ from, to }) => `${from} ${to}`);
    expect(pairs).toContain("a/Pod/one a/Pod/two");
    const bad = runNetqed(
      SHOP,
      ["graph", "-"],
      "apiVersion: v1\nkind: Pod\nmetadata: { nam: x }\n",
    );
    expect([bad.code, bad.out]).toEqual([2, ""]);
    expect(bad.err).toMatch(/<stdin>:\d+:\d+/);
  });

  test("a policy that denies is 1 for reach, with its line", () => {
    const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: a }
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;
    const ran = runNetqed(SHOP, ["reach", "a/one", "a/two", "80", "-f", "-"], MANIFEST + policy);
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^NO +a\/one -> a\/two tcp\/80$/m);
    expect(ran.out).toContain("<stdin>:2");
  });

  test("the same input gives the same bytes", () => {
    const once = runNetqed(SHOP, ["graph", ".", "-o", "json"]);
    expect(once.out.length).toBeGreaterThan(1000);
    expect(runNetqed(SHOP, ["graph", ".", "-o", "json"]).out).toBe(once.out);
  });

  test("hostile names in an input reach neither stream as they are", () => {
    const hostile = `${MANIFEST}---\n${pod("a", "three", "\\u001b[31m\\nerror[NQ0000]: fake")}`;
    for (const command of ["verify", "graph"]) {
      const ran = runNetqed(SHOP, [command, "-"], hostile);
      expect(ran.out + ran.err).not.toMatch(/[^\P{Cc}\n]/u);
      expect(ran.out + ran.err).not.toMatch(/^error\[NQ0000\]/m);
    }
  });
});

describe("readers that go away and disks that are full", () => {
  test("a closed pipe ends the tool quietly, with the answer's exit code", () => {
    const folder = temporaryFolder("pipe");
    const many = Array.from({ length: 60 }, (_, i) => pod("a", `p${String(i)}`)).join("---\n");
    writeFileSync(join(folder, "many.yaml"), `${MANIFEST}---\n${many}`);
    const command = "{ netqed graph . --pods; echo $? > code; } | head -1";
    const ran = runShell(folder, command);
    expect(ran.err).toBe("");
    expect(ran.out.split("\n")).toHaveLength(2);
    expect(readFileSync(join(folder, "code"), "utf8")).toBe("0\n");
  });

  // The device stands for a full disk; Linux and some BSDs have it.
  const noFullDisk = skipped(!existsSync("/dev/full"), "the system has no /dev/full");
  test.skipIf(noFullDisk)("a full disk is 2 and is told", () => {
    const folder = temporaryFolder("full");
    writeFileSync(join(folder, "a.yaml"), MANIFEST);
    for (const command of ["netqed graph . > /dev/full", "netqed graph . -o json=/dev/full"]) {
      const ran = runShell(folder, command);
      expect(ran.code).toBe(2);
      expect(ran.err).toContain("error[NQ4408]");
      expect(ran.err).toContain("no space is left on the device");
    }
    expect(runShell(folder, "netqed graph . > /dev/full 2>&1").code).toBe(2);
  });
});

/** Whether a process runs; one that has ended and that nobody waits for does not. */
function isRunning(pid: number): boolean {
  const ran = runShell(".", `ps -o stat= -p ${String(pid)}`);
  return ran.out.trim() !== "" && !ran.out.trim().startsWith("Z");
}

describe("signals", () => {
  const ended = async (child: ChildProcess): Promise<NodeJS.Signals | number | null> =>
    new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? code));
    });
  const start = (cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess =>
    spawn(process.execPath, [LAUNCHER, ...args], {
      cwd,
      stdio: ["pipe", "ignore", "ignore"],
      env: { ...process.env, ...env },
    });
  const after = async (ms: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, ms));

  test("Ctrl-C ends a run that waits for standard input", async () => {
    const child = start(SHOP, ["verify", "-"]);
    const end = ended(child);
    await after(1000);
    child.kill("SIGINT");
    expect(await end).toBe("SIGINT");
  });

  test.each([500, 1500, 3000])(
    "Ctrl-C after %i ms of verifying leaves nothing behind",
    async (ms) => {
      const child = start(SHOP, ["verify", "--intent", "intent.yaml"]);
      const end = ended(child);
      await after(ms);
      child.kill("SIGINT");
      // A fast machine may be done before.
      expect(["SIGINT", 0, 3]).toContain(await end);
      expect(() => process.kill(child.pid ?? 0, 0)).toThrow();
    },
  );

  test("Ctrl-C ends the renderer that was started too", async () => {
    const folder = temporaryFolder("render");
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "kustomization.yaml"), "resources: []\n");
    const pidFile = join(folder, "pid");
    writeFileSync(
      join(folder, "bin", "kubectl"),
      `#!/bin/sh\necho $$ > ${pidFile}.new && mv ${pidFile}.new ${pidFile}\nexec sleep 60\n`,
      { mode: 0o755 },
    );
    const child = start(folder, ["verify", ".", "--kustomize"], {
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
    });
    const end = ended(child);
    for (let waited = 0; waited < 10_000 && !existsSync(pidFile); waited += 50) await after(50);
    child.kill("SIGINT");
    expect(await end).toBe("SIGINT");
    const pid = Number(readFileSync(pidFile, "utf8"));
    // On a busy machine the signal takes a while to arrive; the renderer itself would sleep for a minute.
    for (let waited = 0; waited < 10_000 && isRunning(pid); waited += 100) await after(100);
    expect(isRunning(pid)).toBe(false);
  });

  test("the process ends by itself after a proof", async () => {
    const child = start(SHOP, ["verify", "-"]);
    const end = ended(child);
    child.stdin?.end(MANIFEST);
    expect(await end).toBe(0);
  });
});
