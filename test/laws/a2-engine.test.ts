import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a2-engine.ts";

test("the engine agrees with the definition on every packet, trace and reply", () => {
  check({ numRuns: scaled(300), seed });
});
