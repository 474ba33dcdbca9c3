import { test } from "vitest";
import { labFixtures } from "../support/lab-fixture.ts";
import { scaled, seed } from "../support/law-settings.ts";
import { check, checkCase } from "./lib/a1-lowering.ts";

test("A1: outcomes(run(compile(c, profile), p)) = admits(c, profile, connection(p))", () => {
  check({ numRuns: scaled(300), seed });
});

test.each(labFixtures())("A1 holds where the kernel once differed: $name", ({ found }) => {
  checkCase(found);
});
