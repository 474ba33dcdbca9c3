/** Codes NQ4xxx: intent. */
export const INTENT_CODES = {} as const;
