import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a3-encoding.ts";

test("the paths of a network say what its definition says, for every choice", () => {
  check({ numRuns: scaled(120), seed });
});
