import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/a5-reach.ts";

test("sets of packets end as each of their packets does", () => {
  check({ numRuns: scaled(150), seed });
});
