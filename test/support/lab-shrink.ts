/**
 * Makes a difference between the kernel and the model smaller and keeps it as a fixture.
 */
import { obstacle } from "../../src/lab/domain.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { LabCase } from "./lab-cases.ts";
import { keep } from "./lab-fixture.ts";
import { type Planted, askCase, differenceText } from "./lab-law.ts";
import { smallerClusters } from "./lab-smaller.ts";
import { traceOf } from "./lab-trace.ts";

/** How often a case is asked: where the kernel chooses, a difference need not show at once. */
const REPEATS = 12;
/** How long a case is made smaller: less than a test may last. */
const SHRINK_MS_MAX = 30_000;

/** Where to keep what differs, and the mistake that was made on purpose. */
export interface Search {
  readonly planted?: Planted;
  readonly folder?: string;
}

/** A difference in words, and the fixture that was made of it. */
export interface Found {
  readonly difference: string;
  /** From the repository's root. */
  readonly file: string;
}

/** The first of `cases` about which the kernel and the engine differ, made smaller and kept. */
export async function firstDifference(
  lab: Lab,
  cases: readonly LabCase[],
  search: Search = {},
): Promise<Found | undefined> {
  for (const one of cases) {
    const told = await askCase(lab, one, search.planted);
    const texts = told.map(differenceText);
    const index = texts.findIndex((text) => text !== undefined);
    const difference = texts[index];
    if (difference === undefined) continue;
    const connections = one.connections.slice(index, index + 1);
    return { difference, file: await shrunk(lab, { ...one, connections }, difference, search) };
  }
  return undefined;
}

/** What differs about `one`, asked several times. @throws when its cluster cannot be built */
export async function differences(
  lab: Lab,
  one: LabCase,
  planted?: Planted,
): Promise<readonly string[]> {
  const connections = Array.from({ length: REPEATS }, () => one.connections).flat();
  const told = await askCase(lab, { ...one, connections }, planted);
  return told.flatMap((answer) => differenceText(answer) ?? []);
}

/** The fixture that is left of `one`. It is there from the start, should anything go wrong later. */
async function shrunk(
  lab: Lab,
  one: LabCase,
  difference: string,
  { planted, folder }: Search,
): Promise<string> {
  const name = `difference-${String(Date.now())}`;
  const file = keep({ name, difference, trace: [], found: one }, folder);
  const [again] = await differences(lab, one, planted);
  if (again === undefined) {
    const text = `${difference}\nnot seen a second time`;
    return keep({ name, difference: text, trace: [], found: one }, folder);
  }
  const best = await smallest(lab, one, again, planted);
  keep({ name, difference: best.difference, trace: [], found: best.found }, folder);
  const trace = await traceOf(lab, best.found, planted);
  keep({ name, difference: best.difference, trace, found: best.found }, folder);
  return file;
}

/** Leaves out one part after the other until every one is needed, or the time is over. */
async function smallest(
  lab: Lab,
  one: LabCase,
  difference: string,
  planted?: Planted,
): Promise<{ readonly found: LabCase; readonly difference: string }> {
  const end = Date.now() + SHRINK_MS_MAX;
  let best = { found: one, difference };
  let candidates = smallerClusters(one);
  // Where one was left out, the next one is in its place; `kept` counts those in a row that are needed.
  for (let at = 0, kept = 0; kept < candidates.length && Date.now() < end; ) {
    const cluster = candidates[at % candidates.length];
    const text =
      cluster === undefined ? undefined : await firstOf(lab, { ...best.found, cluster }, planted);
    if (cluster === undefined || text === undefined) {
      at += 1;
      kept += 1;
    } else {
      best = { found: { ...best.found, cluster }, difference: text };
      candidates = smallerClusters(best.found);
      kept = 0;
    }
  }
  return best;
}

/** The first difference of what may be no case any more; undefined where there is none. */
async function firstOf(lab: Lab, one: LabCase, planted?: Planted): Promise<string | undefined> {
  if (obstacle(one.cluster, one.profile) !== undefined) return undefined;
  try {
    return (await differences(lab, one, planted))[0];
  } catch {
    // What is left may be no cluster; a laboratory that has ended says so here.
    await lab.run([]);
    return undefined;
  }
}
