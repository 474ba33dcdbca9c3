/**
 * What the process ends with.
 */
import type { Finding } from "../check/types.ts";

/** The exit codes, and what each tells a pipeline. */
export const EXIT = {
  /** Everything asked about was answered, and holds. */
  proved: 0,
  /** Something does not hold. */
  refuted: 1,
  /** The command line or the input could not be used as it is. */
  unusable: 2,
  /** Something could not be told. */
  undecided: 3,
  /** A fault of netqed. */
  internal: 70,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Which code counts where several apply: the first of these. */
const PRECEDENCE: readonly ExitCode[] = [
  EXIT.internal,
  EXIT.unusable,
  EXIT.refuted,
  EXIT.undecided,
  EXIT.proved,
];

/** The code that counts of `codes`; `proved` when there is none. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.proved;
}

/**
 * The code for `findings`. A refutation of severity warning counts only with `failOn` warn; what is
 * undecided always counts: nobody may take it for proved.
 */
export function exitCodeOf(findings: readonly Finding[], failOn: "error" | "warn"): ExitCode {
  return worst(
    findings.map(({ outcome, severity }) => {
      switch (outcome.kind) {
        case "proved":
        case "not-applicable":
          return EXIT.proved;
        case "refuted":
          return severity === "error" || failOn === "warn" ? EXIT.refuted : EXIT.proved;
        case "undecided":
          return EXIT.undecided;
      }
    }),
  );
}
