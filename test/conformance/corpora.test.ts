/**
 * What real projects publish, as a whole and folder by folder, through the command line. Nobody has written
 * down what is true of it, so this checks what must hold of every answer: refused with a place or answered,
 * never a fault of the program and never a hang, no false alarm, undecided only where an unmodelled policy
 * may decide, nothing silently left out. A table says what each set gave; NETQED_TABLE names a file for it.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { corpus } from "../support/shared.ts";
import { extractRecipes } from "./corpora-recipes.ts";
import { REFUSALS } from "./corpora-refusals.ts";
import { type CorpusSet, runSet, type SetResult } from "./corpora-runs.ts";
import { corporaTable } from "./corpora-table.ts";
import { mapPaired, say } from "./shared.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const recipes = temporaryFolder("recipes");
const sets = corpusSets();

function corpusSets(): readonly CorpusSet[] {
  const found: CorpusSet[] = [];
  for (const name of ["microservices-demo", "online-boutique"]) {
    const folder = corpus(name);
    if (folder !== undefined) found.push({ name, folder });
  }
  const written = corpus("network-policy-recipes");
  if (written !== undefined) {
    extractRecipes(written, recipes);
    found.push({ name: "network-policy-recipes", folder: recipes });
  }
  const world = corpus("real-world");
  for (const project of world === undefined ? [] : readdirSync(world).sort()) {
    const folder = join(world ?? "", project);
    const variants = readdirSync(folder, { withFileTypes: true }).filter((e) => e.isDirectory());
    for (const { name } of variants) {
      found.push({ name: `${project}/${name}`, folder: join(folder, name) });
    }
  }
  return found;
}

/** How often each code refuses a folder of `result`. */
function errorCounts({ graphs }: SetResult): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code, severity } of graphs.flatMap(({ diagnostics }) => diagnostics)) {
    if (severity === "error") counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

describe("what real projects publish", () => {
  const results = new Map<string, SetResult>();

  beforeAll(async () => {
    const all = await mapPaired(sets, runSet);
    for (const result of all) results.set(result.set.name, result);
    if (all.length === 0) return;
    const table = corporaTable(all);
    const file = process.env["NETQED_TABLE"] ?? "";
    if (file === "") say(table);
    else writeFileSync(file, `${table}\n`);
  }, 600_000);

  if (sets.length === 0) {
    // The corpora are not part of this repository: without them nothing can be compared.
    test.skip("the corpora are not there (set NETQED_SHARED to where they are)", () => undefined);
    return;
  }

  test.each(sets)("$name", ({ name }) => {
    const result = results.get(name);
    expect(result?.faults).toEqual([]);
    expect(result === undefined ? {} : errorCounts(result)).toEqual(REFUSALS[name] ?? {});
  });
});
