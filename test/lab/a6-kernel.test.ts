/**
 * Law A6: what the Linux kernel does with a packet, in a cluster built of network namespaces with the rules
 * that kube-proxy and a network plugin load, is what the engine says: receiver, source seen, translated
 * port, every hop, and the reply.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { detectAbility } from "../../src/lab/detect.ts";
import { type Lab, openLab } from "../../src/lab/lab.ts";
import { labCases } from "../support/lab-cases.ts";
import { askCase, differenceText } from "../support/lab-law.ts";
import { labRuns, seed } from "../support/law-settings.ts";

const ability = await detectAbility();
if (ability.kind === "unable") {
  process.stderr.write(`law A6 is skipped, no laboratory can be opened ${ability.reason}\n`);
}

describe.skipIf(ability.kind === "unable")("the kernel agrees with the engine", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openLab(ability.kind === "able" ? ability.privilege : "root");
  });
  afterAll(() => lab.close());

  const { clusters, probes } = labRuns;
  test(`on ${String(clusters * probes)} packets in ${String(clusters)} clusters (seed ${String(seed)})`, async () => {
    const cases = labCases(probes);
    for (const one of fc.sample(cases, { seed, numRuns: clusters })) {
      const told = await askCase(lab, one);
      const differences = told.flatMap((answer) => differenceText(answer) ?? []);
      expect(differences, JSON.stringify(one.profile, readable)).toEqual([]);
    }
  });
});

function readable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
