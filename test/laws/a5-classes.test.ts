import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a5-classes.ts";

test("what is said of two classes holds for all their members", () => {
  check({ numRuns: scaled(200), seed });
});
