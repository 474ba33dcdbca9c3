import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/admitted.ts";

test("admitted holds exactly the direct connections that admits delivers", () => {
  check({ numRuns: scaled(1000), seed });
});
