import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a5-flow.ts";

test("loops and discards are found iff some pair has them", () => {
  check({ numRuns: scaled(200), seed });
});
