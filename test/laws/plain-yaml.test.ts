import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/plain-yaml.ts";

test("plain YAML is read as the yaml package reads it", () => {
  check({ numRuns: scaled(1000), seed });
});
