import { test } from "vitest";
import { scaled, seed } from "../support/law-settings.ts";
import { check } from "./lib/ingress-route.ts";

test("routes do not depend on order, unrelated hosts, or more than the conventions leave open", () => {
  check({ numRuns: scaled(1000), seed });
});
