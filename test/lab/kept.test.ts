/**
 * What once differed between the kernel and the model is asked again.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { labFixtures } from "../support/lab-fixture.ts";
import { askCase, differenceText } from "../support/lab-law.ts";

const fixtures = labFixtures();

describe.skipIf(isUnable || fixtures.length === 0)("cases that once differed", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
    "%s",
    async (_, fixture) => {
      const connections = Array.from({ length: 8 }, () => fixture.found.connections).flat();
      const told = await askCase(lab, { ...fixture.found, connections });
      expect(told.flatMap((one) => differenceText(one) ?? [])).toEqual([]);
    },
  );
});
