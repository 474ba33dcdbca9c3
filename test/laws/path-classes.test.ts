import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/path-classes.ts";

test("calls of one class have the same paths but for names", () => {
  check({ numRuns: scaled(150), seed });
});
