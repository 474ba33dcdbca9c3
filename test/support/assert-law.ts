/**
 * Runs a law as fast-check does, but spends a bounded time on making the counterexample smaller: networks
 * shrink slowly, and a law that has failed has failed.
 */
import fc from "fast-check";
import type { LawOptions } from "./mutate.ts";

const SHRINK_MS_MAX = 2_000;

/** @throws with a counterexample, made smaller for at most two seconds, when `property` fails */
export function assertLaw<Ts>(property: fc.IProperty<Ts>, options: LawOptions): void {
  const found = fc.check(property, { ...options, endOnFailure: true });
  if (found.failed) fc.assert(property, shrinkFrom(options, found));
}

/** As `assertLaw`, for a property that needs to wait. */
export async function assertLawAsync<Ts>(
  property: fc.IAsyncProperty<Ts>,
  options: LawOptions,
): Promise<void> {
  const found = await fc.check(property, { ...options, endOnFailure: true });
  if (found.failed) await fc.assert(property, shrinkFrom(options, found));
}

function shrinkFrom<Ts>(options: LawOptions, found: fc.RunDetails<Ts>): fc.Parameters<Ts> {
  const limit = { interruptAfterTimeLimit: SHRINK_MS_MAX, markInterruptAsFailure: true };
  const path = found.counterexamplePath;
  return { ...options, ...limit, ...(path === null ? {} : { path }) };
}
