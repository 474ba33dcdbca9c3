/** Codes NQ5xxx: solver. */
export const SOLVER_CODES = {
  NQ5001: {
    title: "a proof was not finished in time",
    explanation:
      "The solver neither proved the condition nor found a packet that breaks it before its time was over. What depends on it is undecided: it may hold or not. Give it more time, or ask about fewer endpoints at once.",
  },
  NQ5002: {
    title: "the solver stopped",
    explanation:
      "The solver could not be started, broke off, or did not answer. It needs about 150 MB of memory and reserves 2 GB of address space. What depends on its answer is undecided.",
  },
} as const;
