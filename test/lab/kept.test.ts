/**
 * What once differed between the kernel and the model is asked again, and what differs still is known to.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Lab } from "../../src/lab/lab.ts";
import { isUnable, openTestLab } from "../support/lab.ts";
import { OPEN, labFixtures } from "../support/lab-fixture.ts";
import { differences } from "../support/lab-shrink.ts";

const fixtures = labFixtures();
const open = labFixtures(OPEN);

describe.skipIf(isUnable || fixtures.length + open.length === 0)("cases", () => {
  let lab: Lab;
  beforeAll(() => {
    lab = openTestLab();
  });
  afterAll(() => lab.close());

  test.each(fixtures)("that once differed: $name", async ({ found }) => {
    expect(await differences(lab, found)).toEqual([]);
  });

  // Should it agree one day, it is moved to the others, and the law is no longer kept from it.
  test.each(open)("that differ still: $name", async ({ found, difference }) => {
    expect(await differences(lab, found)).toContain(difference);
  });
});
