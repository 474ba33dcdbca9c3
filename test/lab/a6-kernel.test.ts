/**
 * Law A6: what the Linux kernel does with a packet, in a cluster built of network namespaces with the rules
 * that kube-proxy and a network plugin load, is what the engine says: receiver, source seen, translated
 * port, every hop, and the reply.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { labCases } from "../support/lab-cases.ts";
import { firstDifference } from "../support/lab-shrink.ts";
import { labRuns, seed } from "../support/law-settings.ts";

/** One after the other, so that a long run says how far it is. */
const PARTS = 8;

describe.skipIf(isUnable)(`the kernel agrees with the engine (seed ${String(seed)})`, () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  const { clusters, probes } = labRuns;
  const each = Math.ceil(clusters / PARTS);
  const parts = Array.from({ length: PARTS }, (_, part) => part);
  test.each(parts)(
    `on ${String(each * probes)} packets in ${String(each)} clusters, part %i`,
    async (part) => {
      const cases = fc.sample(labCases(probes), { seed: seed + part, numRuns: each });
      const found = await firstDifference(lab, cases);
      if (found !== undefined) throw new Error(`${found.difference}\nmade smaller: ${found.file}`);
    },
  );
});
