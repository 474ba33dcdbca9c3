/**
 * Every built-in property can be refuted: by a manifest, or where no manifest can break it by a fault planted
 * into the network. Each refutation is a golden, with its packet and its trace; so is the proof without fault.
 */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROPERTIES } from "../../properties/index.ts";
import { compile } from "../../src/compile/compile.ts";
import type { Lowering } from "../../src/check/subject.ts";
import { PLANTED_FAULTS, type PlantedFault } from "../support/planted-faults.ts";
import { runFake } from "../unit/cli/fake-io.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden");
const FOLDER = join(GOLDEN, "planted");
const UPDATE = process.env["UPDATE_TRANSCRIPTS"] === "1";

async function verified(
  lower?: Lowering,
): Promise<{ readonly code: number; readonly out: string }> {
  const real = lower === undefined ? {} : { lower };
  const { code, out, err } = await runFake(FOLDER, ["verify", "cluster.yaml"], { real });
  expect(err).toBe("");
  return { code, out };
}

function goldenOf(name: string, text: string): string {
  const file = join(FOLDER, `${name}.txt`);
  if (UPDATE) writeFileSync(file, text);
  return readFileSync(file, "utf8");
}

const planting =
  ({ plant }: PlantedFault): Lowering =>
  (...input) =>
    plant(compile(...input));

describe("built-in properties", { timeout: 120_000 }, () => {
  test("all are proved where nothing is wrong", async () => {
    const { code, out } = await verified();
    expect(code).toBe(0);
    for (const { id } of PROPERTIES) expect(out).toMatch(new RegExp(`^proved +${id} `, "m"));
    expect(out).toBe(goldenOf("proved", out));
  });

  test.each(PLANTED_FAULTS)("$property is refuted: $text", async (fault) => {
    const { code, out } = await verified(planting(fault));
    expect(code).toBe(1);
    const refuted = new RegExp(`^refuted +${fault.property} `, "m");
    expect(out).toMatch(refuted);
    expect(out).toContain(`error[${fault.property}]`);
    const text = `${fault.text}\n\n${out}`;
    expect(text).toBe(goldenOf(fault.property, text));
  });

  test("each has a golden that proves it and one that refutes it", () => {
    const texts = readdirSync(GOLDEN, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(txt|md)$/.test(name))
      .map((name) => readFileSync(join(GOLDEN, name), "utf8"));
    const lacking = PROPERTIES.flatMap(({ id }) =>
      ["proved", "refuted"]
        .filter((word) => !texts.some((text) => new RegExp(`^${word} +${id} `, "m").test(text)))
        .map((word) => `${id}: no golden where it is ${word}`),
    );
    expect(lacking).toEqual([]);
  });
});
