/**
 * For what must be true unless we erred: failures are faults of the program, never of the input.
 */

/** Thrown when the program contradicts itself; shown once, by the command line, as NQ9000. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}

/** @throws InternalError with `message` unless `condition` holds */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}

/** `value`, when it is there. @throws InternalError with `message` otherwise */
export function present<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new InternalError(message);
  return value;
}
