/**
 * Where a fact was written, and why a rule exists. Opaque to the network: carried, never read.
 */

/**
 * A position in an input.
 *
 * @invariant line and column are 1-based; column counts UTF-16 code units
 */
export interface Origin {
  /** The file as the user named it, `<stdin>`, or the template file that Helm's `# Source:` names. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The path inside the document, e.g. `spec.ingress[0].from[1].podSelector`; empty for the document. */
  readonly path: string;
}

/** Why a rule exists: one sentence, the object that asked for it, and the lines that say so. */
export interface Provenance {
  /** A sentence fragment for a trace, e.g. `no policy selects shop/web for egress`. */
  readonly text: string;
  /** The object that decides, as `namespace/Kind/name`; absent for rules of the network model itself. */
  readonly object?: string;
  /** The deciding lines, most specific first; empty for rules of the network model itself. */
  readonly origins: readonly Origin[];
  /** Set iff this rule stands for something not known or not modelled: the diagnostic's code. */
  readonly uncertain?: string;
}
