/**
 * Tests that cannot run everywhere say so, and why.
 */

/** `isSkipped`; where it is true, prints `why`. */
export function skipped(isSkipped: boolean, why: string): boolean {
  if (isSkipped) process.stdout.write(`skipped: ${why}\n`);
  return isSkipped;
}
