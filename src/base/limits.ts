/**
 * Limits on what is read and computed: each says what it bounds and what happens beyond it.
 */

/** Bounds on reading text. Beyond any of them the file (or document) is refused with a diagnostic. */
export const READ_LIMITS = {
  /** Length of one file, in UTF-16 code units. */
  fileLengthMax: 256 * 1024 * 1024,
  /** How deep maps and lists may nest. */
  depthMax: 500,
  /** How many nodes the aliases of one document may stand for altogether. */
  aliasNodesMax: 100_000,
} as const;

/** Bounds on proving. Beyond any of them an answer is `unknown`, never a proof. */
export const SOLVER_LIMITS = {
  /** Time for one question, in milliseconds, unless the caller says otherwise. */
  timeoutMs: 10_000,
  /** How much later than its time-out a question may be answered before the solver is stopped. */
  graceMs: 2_000,
  /** Time for the solver to start. */
  startMs: 30_000,
  /** How often a solver that broke is started anew before it is given up. */
  restartsMax: 3,
  /** Questions sent to the solver at once. */
  batchMax: 256,
  /** Questions after which the solver's memory is thrown away and built anew. */
  contextQuestionsMax: 10_000,
  /** Bytes after which the same happens; the solver as a whole has 2 GiB. */
  contextBytesMax: 512 * 1024 * 1024,
} as const;
