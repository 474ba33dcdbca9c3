/**
 * The laboratory's two probers, of which perl's is there for machines without python3, tell the same.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/compile.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { ask } from "../../src/lab/ask.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { planOf } from "../../src/lab/plan.ts";
import type { Ends, ProbeRecord } from "../../src/lab/sightings.ts";
import { type Check, K1_CHECKS, connectionOf, endTexts } from "../support/k1-checks.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { labCases } from "../support/lab-cases.ts";
import { type Variant, clusterOfExample, joinedBy } from "../support/lab-examples.ts";
import { askCase, differenceText } from "../support/lab-law.ts";
import { questionOf } from "../support/lab-question.ts";
import { seed } from "../support/law-settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PYTHON = ["/usr/bin/python3", "python3"];
const PERL = ["perl"];

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

const hasPerl = runs("perl", "-MSocket", "-MPOSIX", "-e", "1");
const hasPython = PYTHON.some((one) => runs(one, "-c", "import ctypes"));
if (!hasPerl) process.stderr.write("the laboratory by perl is skipped: there is no perl\n");
if (!hasPython) {
  process.stderr.write("both probers side by side are skipped: there is no python3 with ctypes\n");
}

async function inLab<T>(
  interpreters: readonly string[],
  use: (lab: Lab) => Promise<T>,
): Promise<T> {
  const lab = openTestLab(interpreters);
  try {
    return await use(lab);
  } finally {
    await lab.close();
  }
}

/**
 * What `record` says of every run alike: no times, no ports that masquerading chooses, and
 * no order of the namespaces that were read.
 */
function steady(record: ProbeRecord): object {
  const ends = (kind: "probe" | "reply", [source, destination, sport, dport]: Ends) => ({
    kind,
    source,
    destination,
    port: kind === "probe" ? dport : sport,
  });
  return {
    number: record.number,
    seen: record.seen.map(([, space, device, from, kind, ...rest]) => ({
      space,
      device,
      from,
      ...ends(kind, rest),
    })),
    received: record.received
      .map(([space, kind, ...rest]) => JSON.stringify({ space, ...ends(kind, rest) }))
      .sort(),
    errors: record.errors.map(([, ...what]) => what.join(" ")).sort(),
    sendError: record.sendError,
    replyError: record.replyError,
  };
}

/** The records of what is asked in K1, but where the kernel chooses. */
async function recordsOfK1(lab: Lab, variant: Variant): Promise<readonly object[]> {
  const { cluster, profile } = joinedBy(clusterOfExample("k1"), variant);
  const network = compile(cluster, profile);
  const plan = planOf(cluster, profile);
  const records: ProbeRecord[] = [];
  const listening: Lab = {
    ...lab,
    send: async (probes) => {
      const found = await lab.send(probes);
      records.push(...found);
      return found;
    },
  };
  await lab.build(plan);
  // Of what comes from outside, the node is chosen also where the packet ends there.
  const isChosen = (check: Check): boolean =>
    endTexts(cluster, check, variant).length > 1 || ["guest", "extra"].includes(check.to);
  const questions = K1_CHECKS.filter((check) => !isChosen(check)).map((check) =>
    questionOf(network, connectionOf(cluster, check)),
  );
  await ask(listening, plan, createEngine(network), questions);
  return records.map(steady);
}

describe.skipIf(isUnable || !hasPerl)("by perl", () => {
  test.skipIf(!hasPython).each<Variant>([
    { dataplane: "bridge", overlay: "vxlan", proxy: "nftables" },
    { dataplane: "ptp", overlay: "none", proxy: "iptables" },
  ])("K1 looks as by python, with $dataplane, $overlay, $proxy", async (variant) => {
    const byPython = await inLab(PYTHON, (lab) => recordsOfK1(lab, variant));
    const byPerl = await inLab(PERL, (lab) => recordsOfK1(lab, variant));
    expect(byPerl).toEqual(byPython);
    expect(byPerl.length).toBeGreaterThan(35);
  });

  test("the kernel agrees with the engine on 480 packets in 6 clusters", async () => {
    await inLab(PERL, async (lab) => {
      for (const one of fc.sample(labCases(80), { seed: seed - 1, numRuns: 6 })) {
        const told = await askCase(lab, one);
        expect(told.flatMap((answer) => differenceText(answer) ?? [])).toEqual([]);
      }
    });
  });

  test("what cannot be done is told, and the laboratory goes on", async () => {
    await inLab(PERL, async (lab) => {
      const say = (...argv: string[]) => lab.run([[{ argv }]]);
      await expect(say("ip", "link", "show", "nowhere")).rejects.toThrow(
        "ip link show nowhere ended with 1: Device",
      );
      await expect(say("no-such-program")).rejects.toThrow("no-such-program: No such file");
      await expect(lab.run([[{ in: "nowhere", argv: ["true"] }]])).rejects.toThrow(
        "namespace nowhere: No such file",
      );
      const text = 'a "b" \\ \t\n\u0001 é 🚀 /';
      const outputs = await lab.run([[{ argv: ["cat"], input: text }, { argv: ["echo", text] }]]);
      expect(outputs).toEqual([text, `${text}\n`]);
      const failing = { argv: ["sh", "-c", "echo some; exit 3"], mayFail: true as const };
      expect(await lab.run([[failing]])).toEqual(["some\n"]);
    });
  });

  test("is what is left where python lacks something", async () => {
    const lacking = join(temporaryFolder("interpreter"), "lacking");
    writeFileSync(lacking, "#!/bin/sh\necho no ctypes >&2\nexit 97\n");
    chmodSync(lacking, 0o755);
    await inLab(["no-such-interpreter", lacking, ...PERL], async (lab) => {
      expect(await lab.run([[{ argv: ["echo", "here"] }]])).toEqual(["here\n"]);
    });
  });
});

test.skipIf(isUnable)("without python3 and perl it is said what is needed", async () => {
  await inLab(["no-such-interpreter"], async (lab) => {
    await expect(lab.run([])).rejects.toThrow(
      "it needs python3 with the module ctypes, or perl; found neither",
    );
  });
});
