import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a4-solving.ts";

test("what the solver finds replays, and what it excludes does not happen", async () => {
  await check({ numRuns: scaled(8), seed });
});
