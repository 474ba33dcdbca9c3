import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/interval-sets.ts";

test("operations on interval sets are operations on sets, and canonical", () => {
  check({ numRuns: scaled(300), seed });
});
