/**
 * Reads from a trace which object decided in each direction, and what is undecided about it.
 */
import type { Trace } from "../../models/network/trace.ts";
import type { Hop } from "../../models/network/trace.ts";
import { DIAGNOSTIC_CODES, type DiagnosticCode } from "../base/diagnostic-codes.ts";
import { compareText } from "../base/diagnostic.ts";
import type { Because, UndecidedReason } from "./types.ts";

/** The decisions of the filters that `trace` passed, and of the rule that ended it, in their order. */
export function becauseOf(trace: Trace): readonly Because[] {
  return trace.hops.flatMap((hop): readonly Because[] => {
    const { kind } = hop.action;
    const direction = hop.stage === "egress" || hop.stage === "ingress" ? hop.stage : "route";
    if (direction === "route" && kind !== "discard") return [];
    const { text, object, origins, uncertain } = hop.because;
    const effect =
      uncertain !== undefined || isUnmodelled(hop)
        ? "undecided"
        : kind === "discard"
          ? "denied"
          : "allowed";
    return [
      object === undefined
        ? { direction, effect, text, origins }
        : { direction, effect, text, object, origins },
    ];
  });
}

function isUnmodelled(hop: Hop): boolean {
  return hop.action.kind === "discard" && hop.action.reason === "unmodelled";
}

/** What makes `traces` undecided: every uncertain rule that they met, once each, by code and text. */
export function undecidedBy(traces: readonly Trace[]): readonly UndecidedReason[] {
  const found = new Map<string, UndecidedReason>();
  for (const hop of traces.flatMap((trace) => trace.hops)) {
    const { uncertain, text, origins } = hop.because;
    if (uncertain === undefined || !isCode(uncertain)) continue;
    found.set(`${uncertain} ${text}`, { code: uncertain, text, origins });
  }
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, reason]) => reason);
}

function isCode(text: string): text is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTIC_CODES, text);
}
