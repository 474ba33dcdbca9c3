/** Codes NQ9xxx: faults of the program itself. */
export const INTERNAL_CODES = {
  NQ9000: {
    title: "internal error",
    explanation:
      "netqed met a situation that its authors ruled out. No answer of this run can be trusted. Please report it with the input that caused it.",
  },
} as const;
