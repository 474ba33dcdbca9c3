import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/bounds-agree.ts";

test("where the bounds agree among some ends, both deliver the same between them", () => {
  check({ numRuns: scaled(300), seed });
});
