/** Codes NQ3xxx: compile. */
export const COMPILE_CODES = {} as const;
