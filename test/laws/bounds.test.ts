import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/bounds.ts";

test("least ⊆ assumed ⊆ most, and every admissible cluster lies between least and most", () => {
  check({ numRuns: scaled(200), seed });
});
