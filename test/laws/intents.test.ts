import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/intents.ts";

test("no intent is proved that the definition breaks", { timeout: 120_000 }, async () => {
  await check({ numRuns: scaled(150), seed });
});
