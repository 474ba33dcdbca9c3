/**
 * What once differed between the kernel and the model is asked again.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { labFixtures } from "../support/lab-fixture.ts";
import { differences } from "../support/lab-shrink.ts";

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
      expect(await differences(lab, fixture.found)).toEqual([]);
    },
  );
});
