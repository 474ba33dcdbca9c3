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
