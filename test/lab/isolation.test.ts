/**
 * A laboratory without root, and what is left of one that is killed: nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openLab } from "../../src/lab/lab.ts";
import { planOf } from "../../src/lab/plan.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { clusterOfExample, exampleCase } from "../support/lab-examples.ts";
import { askCase, differenceText } from "../support/lab-law.ts";

const one = exampleCase(
  clusterOfExample("walkthroughs"),
  { dataplane: "bridge", overlay: "vxlan", proxy: "nftables" },
  60,
);

/** Whether this machine lets anybody make user namespaces. */
async function hasUserNamespaces(): Promise<boolean> {
  if (isUnable) return false;
  const lab = openLab("userns");
  try {
    await lab.build(planOf(one.cluster, one.profile));
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    process.stderr.write(`a laboratory in a user namespace is skipped: ${why ?? ""}\n`);
    return false;
  } finally {
    await lab.close();
  }
}

const withUsers = await hasUserNamespaces();

/** Whether this process has started the one with `pid`, or one that has. */
function isOurs(pid: number): boolean {
  if (pid <= 1) return false;
  if (pid === process.pid) return true;
  return isOurs(parentOf(pid));
}

function parentOf(pid: number): number {
  // The name, in brackets, may hold anything; the parent is the second field after it.
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
}

/** The processes that run the laboratory's script for this one. */
function helpers(): readonly string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes("lab.py") && isOurs(Number(pid));
      } catch {
        return false;
      }
    });
}

describe.skipIf(!withUsers)("in a user namespace", () => {
  test("the kernel agrees as well", async () => {
    const lab = openLab("userns");
    try {
      const told = await askCase(lab, one);
      expect(told.flatMap((answer) => differenceText(answer) ?? [])).toEqual([]);
    } finally {
      await lab.close();
    }
  });
});

describe.skipIf(isUnable)("a laboratory", () => {
  test("leaves nothing when it is closed, and answers nothing any more", async () => {
    const before = helpers();
    const lab = openTestLab();
    await lab.build(planOf(one.cluster, one.profile));
    const during = helpers().filter((pid) => !before.includes(pid));
    expect(during.length).toBeGreaterThan(0);
    await lab.close();
    await expect.poll(() => helpers().filter((pid) => during.includes(pid))).toEqual([]);
    await expect(lab.send([])).rejects.toThrow("the laboratory has ended");
  });

  test("leaves nothing when its first process is killed", async () => {
    const before = helpers();
    const lab = openTestLab();
    await lab.build(planOf(one.cluster, one.profile));
    const during = helpers().filter((pid) => !before.includes(pid));
    expect(during.length).toBeGreaterThan(0);
    // Numbers start over: the first is the one that this process started.
    const first = during.map(Number).find((pid) => parentOf(pid) === process.pid);
    if (first === undefined) throw new Error("no process of the laboratory is this one's child");
    process.kill(first, "SIGKILL");
    await expect.poll(() => helpers().filter((pid) => during.includes(pid))).toEqual([]);
    await expect(lab.send([])).rejects.toThrow("the laboratory has ended");
    await lab.close();
  });

  test("says what a tool did not like", async () => {
    const lab = openTestLab();
    await expect(lab.run([[{ argv: ["ip", "link", "show", "nowhere"] }]])).rejects.toThrow(
      "ip link show nowhere ended with",
    );
    await lab.close();
  });
});
