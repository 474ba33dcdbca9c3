/** Codes NQ5xxx: solver. */
export const SOLVER_CODES = {} as const;
