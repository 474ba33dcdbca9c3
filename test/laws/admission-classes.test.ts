import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/admission-classes.ts";

test("pairs of one class, and slices, have the same admitted ports", () => {
  check({ numRuns: scaled(300), seed });
});
