import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/shared-cases.ts";

test("one case of each class leaves the same to prove as all cases do", () => {
  check({ numRuns: scaled(100), seed });
});
