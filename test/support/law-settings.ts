/**
 * How hard the laws look for a counterexample: a change runs few cases with a fixed seed, so that it passes or
 * fails the same way everywhere; `npm run check:long` runs many, with a seed drawn anew and printed, and so does
 * `npm run lab:long` in the kernel. NETQED_SEED repeats a run.
 */

const long = process.env["NETQED_LONG"] === "1";

/** The seed of this run: fixed for a change, the clock's milliseconds for the long run. */
export const seed: number = seedOf(process.env["NETQED_SEED"]);

function seedOf(stated: string | undefined): number {
  if (stated !== undefined && stated !== "") return Number(stated);
  return long ? Date.now() % 2 ** 31 : 20_261_121;
}

/** `runs` for a change, 50 times as many for the long run. Use as `{ numRuns: scaled(200) }`. */
export function scaled(runs: number): number {
  return long ? runs * 50 : runs;
}

/**
 * How many clusters are built in the kernel, and how many packets are sent in each. NETQED_CLUSTERS states the number
 * of clusters, as for a part of the long run.
 */
export const labRuns: { readonly clusters: number; readonly probes: number } = {
  clusters: Number(process.env["NETQED_CLUSTERS"] ?? (long ? 320 : 40)),
  probes: long ? 320 : 80,
};
