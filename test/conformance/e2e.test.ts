/**
 * The upstream NetworkPolicy end-to-end cases: every fact, through `graph --pods -o json`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { corpus } from "../support/shared.ts";
import { type GraphJson, graph, mapPaired, say } from "./shared.ts";
import { skipped } from "../support/skipped.ts";

interface Fact {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
  readonly allowed: boolean;
}

const FACTS_IN_ALL = 4118;
const folder = corpus("e2e/manifests") ?? "";

/** `x/a` of the facts as an endpoint of the graph. */
function endpoint(pod: string): string {
  const [namespace = "", name = ""] = pod.split("/");
  return `${namespace}/Pod/${name}`;
}

function allows(answer: GraphJson, fact: Fact): boolean {
  const edge = answer.connections.find(
    (c) => c.from === endpoint(fact.from) && c.to === endpoint(fact.to),
  );
  return (edge?.allowed ?? []).some(
    (row) =>
      row.protocol === fact.protocol &&
      row.ports.some(([low, high]) => low <= fact.port && fact.port <= high),
  );
}

// The corpus lies beside the repository on some machines only; NETQED_SHARED names it elsewhere.
describe.skipIf(skipped(folder === "", "there is no corpus e2e"))(
  "upstream end-to-end cases",
  () => {
    test("every fact agrees and nothing is undecided", async () => {
      const cases = readdirSync(folder)
        .sort()
        .flatMap((name) => readdirSync(join(folder, name)).map((step) => join(folder, name, step)));
      const wrong: string[] = [];
      let facts = 0;
      await mapPaired(cases, async (path) => {
        const expected = JSON.parse(readFileSync(join(path, "expected.json"), "utf8")) as {
          readonly facts: readonly Fact[];
        };
        const { graph: answer, errors } = await graph(["manifests.yaml"], path, ["--pods"]);
        if (answer === undefined) {
          wrong.push(`${path}: refused with ${errors.map(({ code }) => code).join(", ")}`);
          return;
        }
        if (answer.undecided.length > 0) wrong.push(`${path}: undecided`);
        for (const fact of expected.facts) {
          facts += 1;
          if (allows(answer, fact) !== fact.allowed) wrong.push(`${path}: ${JSON.stringify(fact)}`);
        }
      });
      say(
        `e2e: ${String(facts)} facts of ${String(cases.length)} inputs, ${String(wrong.length)} wrong`,
      );
      expect(wrong.slice(0, 20)).toEqual([]);
      expect(facts).toBe(FACTS_IN_ALL);
    }, 600_000);
  },
);
