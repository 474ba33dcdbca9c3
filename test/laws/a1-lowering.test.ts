import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a1-lowering.ts";

test("A1: outcomes(run(compile(c, profile), p)) = admits(c, profile, connection(p))", () => {
  check({ numRuns: scaled(300), seed });
});
