/** Codes NQ1xxx: manifest. */
export const MANIFEST_CODES = {} as const;
